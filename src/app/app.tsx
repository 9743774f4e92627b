import { useEffect, useLayoutEffect, type ReactElement } from 'react';
import { issue } from '../core/issue';
import { dropsInOrder, filesOfDrop } from './drop-files';
import { listenForKeys } from './keys';
import { OpenPanelView } from './panels/open-panel';
import { DropVeil } from './panels/drop-veil';
import { FirstScreen } from './panels/first-screen';
import { ReadingScreen } from './panels/reading-screen';
import { openFiles } from './session';
import { useApp } from './store/store';

/** The page: first screen or reading screen, a drop anywhere, keys everywhere. */
export function App(): ReactElement {
  const hasCase = useApp((state) => state.caseId > 0);
  const theme = useApp((state) => state.theme);
  const language = useApp((state) => state.language);
  // Before the page is painted: what is dropped as soon as it can be seen must not be lost.
  useLayoutEffect(listenForKeys, []);
  useLayoutEffect(listenForDrops, []);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    document.documentElement.lang = language;
  }, [theme, language]);
  return (
    <>
      {hasCase ? <ReadingScreen /> : <FirstScreen />}
      <OpenPanelView />
      <DropVeil />
    </>
  );
}

/** A folder or file of a drop that the browser may not read. */
function refuse(): void {
  useApp.setState({ refusal: issue('unreadable-file', 'error') });
}

function listenForDrops(): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const take = dropsInOrder((files) => openFiles(files), refuse);
  const fly = (flyingOver: boolean): void => {
    if (useApp.getState().flyingOver !== flyingOver) useApp.setState({ flyingOver });
  };
  window.addEventListener('dragover', (event) => {
    event.preventDefault();
    fly(true);
  }, { signal });
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) fly(false);
  }, { signal });
  window.addEventListener('drop', (event) => {
    event.preventDefault();
    fly(false);
    if (event.dataTransfer) take(filesOfDrop(event.dataTransfer));
  }, { signal });
  return () => abort.abort();
}
