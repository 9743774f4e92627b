import { useState, type ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { saveLabelMap, saveReport, saveScreenshot } from '../exports';
import { useApp } from '../store/store';
import { forgetKeptCase, keepCase } from '../survival/survival';

/** What can be taken along: a click each, no dialog. */
export function KeepBlock(): ReactElement {
  const words = useWords();
  const { t } = words;
  const [saved, setSaved] = useState('');
  const reading = useApp((state) => state.reading);
  const segmented = useApp((state) => state.segmented);
  const keeping = useApp((state) => state.keeping);
  const complete = useApp((state) => state.complete);
  const save = async (what: () => Promise<string | null> | string | null): Promise<void> => {
    const name = await what();
    setSaved(name === null ? t('keep.failed') : t('keep.saved', { name }));
  };
  return (
    <section className="block" aria-labelledby="block-keep">
      <h2 id="block-keep">{t('keep')}</h2>
      <div className="buttons wrap">
        <button type="button" className="button small" disabled={!reading} onClick={() => void save(saveReport)}>
          <Icon name="save" size={16} /> {t('keep.report')}
        </button>
        <button type="button" className="button small" disabled={!segmented} onClick={() => void save(saveLabelMap)}>
          <Icon name="save" size={16} /> {t('keep.labels')}
        </button>
        <button type="button" className="button small" onClick={() => void save(() => saveScreenshot(words))}>
          <Icon name="camera" size={16} /> {t('keep.screenshot')}
        </button>
        <button type="button" className="button small" disabled={!reading} onClick={() => window.print()}>
          <Icon name="print" size={16} /> {t('keep.print')}
        </button>
      </div>
      <p className="secondary small" role="status">
        {saved || t('keep.what')}
      </p>
      <label className="toggle">
        <input
          type="checkbox"
          checked={keeping === 'kept' || keeping === 'writing'}
          disabled={!complete}
          onChange={(event) => (event.target.checked ? void keepCase() : void forgetKeptCase())}
        />
        <span>{t('keep.case')}</span>
      </label>
      <p className="secondary small" role="status" data-testid="keeping">
        {t(`keep.case.${keeping}`)}
      </p>
    </section>
  );
}
