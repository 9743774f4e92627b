import type { ReactElement } from 'react';
import { chooseFiles } from '../drop-files';
import { Icon } from '../parts/icon';
import { IconButton } from '../parts/icon-button';
import { useWords } from '../parts/use-words';
import { openFiles } from '../session';
import { useApp } from '../store/store';
import { BackendLine } from './backend-line';
import { KeptCase } from './kept-case';
import { OpeningLine } from './opening-line';
import { PrivacyLine } from './privacy-line';
import { Refusal } from './refusal';
import { SampleOffers } from './sample-offers';
import { togglePanel } from '../view-actions';

/** What the page is before a study is there: one sentence, a place to drop, a sample, and the proof of privacy. */
export function FirstScreen(): ReactElement {
  const { t } = useWords();
  const panel = useApp((state) => state.panel);
  const open = async (folder: boolean): Promise<void> => {
    const files = await chooseFiles(folder);
    if (files.length > 0) openFiles(files);
  };
  return (
    <div className="first">
      <header className="first-head">
        <span className="brand">{t('brand')}</span>
        <span className="spacer" />
        <BackendLine />
        <IconButton icon="help" label={t('keys.title')} shortcut="?" expanded={panel === 'keys'} onClick={() => togglePanel('keys')} />
        <IconButton icon="settings" label={t('settings.title')} expanded={panel === 'settings'} onClick={() => togglePanel('settings')} />
      </header>
      <main className="first-main">
        <section className="first-left">
          <h1>{t('first.sentence')}</h1>
          <div className="drop-zone">
            <Icon name="drop" size={40} />
            <p className="drop-title">{t('first.drop')}</p>
            <p className="secondary">{t('first.drop.kinds')}</p>
            <div className="buttons">
              <button type="button" className="button primary" onClick={() => void open(true)}>
                <Icon name="folder" /> {t('first.folder')}
              </button>
              <button type="button" className="button" onClick={() => void open(false)}>
                <Icon name="files" /> {t('first.files')}
              </button>
            </div>
            <KeptCase />
            <OpeningLine />
            <Refusal />
          </div>
          <section className="first-private" aria-labelledby="first-private">
            <h2 id="first-private">{t('first.private')}</h2>
            <p>{t('first.private.sentence')}</p>
            <PrivacyLine long />
          </section>
          <p className="research">{t('research.banner')}</p>
        </section>
        <aside className="first-right">
          <h2>{t('first.samples')}</h2>
          <SampleOffers />
        </aside>
      </main>
    </div>
  );
}
