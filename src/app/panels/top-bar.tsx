import type { ReactElement } from 'react';
import { Icon } from '../parts/icon';
import { IconButton } from '../parts/icon-button';
import { Switches } from '../parts/switches';
import { useWords } from '../parts/use-words';
import { takeRuler } from '../keys';
import { closeCase, redo, undo } from '../session';
import { displayDate, identityLine } from '../store/patients';
import type { Layout } from '../store/state';
import { useApp } from '../store/store';
import { setLayout, togglePanel, WINDOW_PRESETS } from '../view-actions';

const LAYOUTS: readonly Layout[] = ['side-by-side', 'one-up', 'planes'];

/** Who and what is shown, and how: identity, arrangement, window, link, history. */
export function TopBar(): ReactElement {
  const { t } = useWords();
  const layout = useApp((state) => state.layout);
  const window = useApp((state) => state.window);
  const linked = useApp((state) => state.linked);
  const tool = useApp((state) => state.tool);
  const masks = useApp((state) => state.masks);
  const panel = useApp((state) => state.panel);
  const back = useApp((state) => state.history.past.length > 0);
  const forth = useApp((state) => state.history.future.length > 0);
  const preset = WINDOW_PRESETS.find((p) => p.width === Math.round(window.width) && p.level === Math.round(window.level));
  return (
    <header className="top-bar">
      <IconButton icon="home" label={t('case.close')} onClick={closeCase} />
      <h1 className="brand">{t('brand')}</h1>
      <Identity />
      <span className="spacer" />
      <Switches
        label={t('layout')}
        value={layout}
        onChange={setLayout}
        options={LAYOUTS.map((value) => ({ value, label: t(`layout.${value}`), title: `${t(`layout.${value}`)} (${{ 'side-by-side': 'T', 'one-up': 'S', planes: 'R' }[value]})`, content: <Icon name={value} /> }))}
      />
      <Switches
        label={t('window')}
        className="presets"
        value={preset?.name ?? ''}
        onChange={(name) => {
          const chosen = WINDOW_PRESETS.find((p) => p.name === name);
          if (chosen) useApp.setState({ window: { width: chosen.width, level: chosen.level } });
        }}
        options={WINDOW_PRESETS.map((p, n) => ({ value: p.name, label: t(`window.${p.name}`), title: `${t(`window.${p.name}.long`)} ${p.width}/${p.level} (${n + 1})` }))}
      />
      <IconButton icon="ruler" label={t('tool.length')} shortcut="D" pressed={tool === 'length'} onClick={takeRuler} />
      <IconButton icon="link" label={t('link')} shortcut="L" pressed={linked} onClick={() => useApp.setState({ linked: !linked })} />
      <IconButton icon="masks" label={t('masks')} shortcut="G" pressed={masks.visible} onClick={() => useApp.setState({ masks: { ...masks, visible: !masks.visible } })} />
      <IconButton icon="undo" label={t('undo')} shortcut="Control+Z" disabled={!back} onClick={undo} />
      <IconButton icon="redo" label={t('redo')} shortcut="Control+Y" disabled={!forth} onClick={redo} />
      <IconButton icon="help" label={t('keys.title')} shortcut="?" expanded={panel === 'keys'} onClick={() => togglePanel('keys')} />
      <IconButton icon="settings" label={t('settings.title')} expanded={panel === 'settings'} onClick={() => togglePanel('settings')} />
    </header>
  );
}

/** Patient and study as a PACS shows them; hidden by one key. */
function Identity(): ReactElement | null {
  const { t, language } = useWords();
  const patient = useApp((state) => state.patient);
  const hidden = useApp((state) => state.identityHidden);
  if (!patient) return null;
  const study = [patient.studyDescription, displayDate(patient.studyDate, language)].filter(Boolean).join(' · ');
  return (
    <div className="identity">
      <IconButton
        icon={hidden ? 'eye-off' : 'eye'}
        label={t('identity.hide')}
        shortcut="H"
        pressed={hidden}
        onClick={() => useApp.setState({ identityHidden: !hidden })}
      />
      {hidden ? (
        <span className="secondary">{t('identity.hidden')}</span>
      ) : (
        <span className="identity-text">
          <span>{identityLine(patient, (years) => t('identity.age', { years })) || t('identity.none')}</span>
          <span className="secondary">{study}</span>
        </span>
      )}
    </div>
  );
}
