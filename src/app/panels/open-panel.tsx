import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { KeysPanel } from './keys-panel';
import { NotesPanel } from './notes-panel';
import { SettingsPanel } from './settings-panel';
import { SidePanel } from './side-panel';

/** Whichever panel is open: keys, notes or settings. */
export function OpenPanelView(): ReactElement | null {
  const { t } = useWords();
  const panel = useApp((state) => state.panel);
  if (panel === 'keys') return <SidePanel key="keys" title={t('keys.title')}><KeysPanel /></SidePanel>;
  if (panel === 'notes') return <SidePanel key="notes" title={t('notes')}><NotesPanel /></SidePanel>;
  if (panel === 'settings') return <SidePanel key="settings" title={t('settings.title')}><SettingsPanel /></SidePanel>;
  return null;
}
