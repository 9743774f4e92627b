import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { changeMasks } from '../session';
import { useApp } from '../store/store';

/** Takes over a segmentation that came with the files, where one lies on the volume that was outlined; an edit like any other. */
export function OfferedOutlines(): ReactElement | null {
  const { t } = useWords();
  const offered = useApp((state) => state.segmented !== null && state.offered.includes(state.segmented.volumeId));
  if (!offered) return null;
  return (
    <button type="button" className="button small" onClick={() => changeMasks({ kind: 'from-files' })}>
      {t('correct.from-files')}
    </button>
  );
}
