import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { StopButton } from './stop-button';

/** Progress of a study that is being opened, with its stop. */
export function OpeningLine(): ReactElement | null {
  const { t } = useWords();
  const opening = useApp((state) => state.opening);
  if (!opening) return null;
  const files = opening.steps['read-files']?.fraction ?? 0;
  const decode = opening.steps.decode?.fraction ?? 0;
  const fraction = 0.5 * files + 0.5 * decode;
  return (
    <div className="opening" role="status">
      <span>{t('opening', { files: opening.files })}</span>
      <progress max={1} value={fraction} aria-label={t('opening', { files: opening.files })} />
      <StopButton />
    </div>
  );
}
