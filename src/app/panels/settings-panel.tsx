import { useState, type ReactElement } from 'react';
import { LANGUAGES } from '../../words';
import { diagnosticsText } from '../diagnostics';
import { forgetEverything } from '../forget';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { PacksSection } from '../packs/packs-section';
import { usePackShelf } from '../packs/shelf';
import { SampleSources } from './sample-sources';

const LANGUAGE_NAMES = { en: 'English', zh: '中文', de: 'Deutsch' } as const;

/** Language, light, colours of the heatmap, what computes, which weights, and forgetting it all. */
export function SettingsPanel(): ReactElement {
  const { t } = useWords();
  const language = useApp((state) => state.language);
  const theme = useApp((state) => state.theme);
  const tool = useApp((state) => state.tool);
  const pack = useApp((state) => state.pack);
  const foreign = usePackShelf((shelf) => shelf.foreign);
  const reading = useApp((state) => state.reading);
  const [copied, setCopied] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const text = diagnosticsText();
  return (
    <>
      <h3>{t('settings.language')}</h3>
      <Switches label={t('settings.language')} value={language} onChange={(next) => useApp.setState({ language: next })} options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))} />
      <h3>{t('settings.theme')}</h3>
      <Switches label={t('settings.theme')} value={theme} onChange={(next) => useApp.setState({ theme: next })} options={(['dark', 'light'] as const).map((value) => ({ value, label: t(`settings.${value}`) }))} />
      <h3>{t('settings.left')}</h3>
      <Switches label={t('settings.left')} value={tool} onChange={(next) => useApp.setState({ tool: next })} options={(['window', 'scroll', 'pan', 'zoom', 'length'] as const).map((value) => ({ value, label: t(`tool.${value}`) }))} />
      <h3>{t('settings.weights')}</h3>
      {pack ? (
        <>
          <p>
            <strong>{foreign ? pack.title : t('packs.own.name')}</strong> {pack.version} · {t(`weights.${pack.status}`)}
          </p>
          {foreign ? (
            <>
              <p className="secondary">{pack.provenance.statement}</p>
              <p className="secondary">{pack.trainingData.description}</p>
            </>
          ) : (
            <p className="secondary">{t('packs.own')}</p>
          )}
          <PacksSection />
          {pack.status === 'demonstration' ? <p>{t('weights.demonstration.long')}</p> : null}
        </>
      ) : (
        <p className="secondary">{t(reading ? 'weights.demonstration.long' : 'weights.none')}</p>
      )}
      <p>{t('research.banner')}</p>
      <p className="secondary">{t('research.responsible')}</p>
      <SampleSources />
      <h3>{t('settings.diagnostics')}</h3>
      <pre className="diagnostics">{text}</pre>
      <button type="button" className="button small" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
        {t(copied ? 'settings.copied' : 'settings.copy')}
      </button>
      <h3>{t('settings.forget')}</h3>
      <p className="secondary">{t('settings.forget.what')}</p>
      <button type="button" className="button small danger" onClick={() => void forgetEverything().then(() => setForgotten(true))}>
        {t('settings.forget.do')}
      </button>
      {forgotten ? <p role="status">{t('settings.forgotten')}</p> : null}
    </>
  );
}
