import type { ReactElement } from 'react';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { StopButton } from './stop-button';

/** How far the occlusion maps are, with their own stop: the scores stand while these are still being made. */
export function OcclusionLine(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const fraction = useApp((state) => state.steps.explain?.fraction ?? 1);
  const idle = useApp((state) => state.activity === 'idle');
  if (fraction >= 1 || !idle) return null;
  return (
    <div className="row" data-testid="occlusion">
      <span className="secondary">{t('step.explain')}</span>
      <progress max={1} value={fraction} aria-label={t('step.explain')} />
      <span className="figures secondary">{words.percent(fraction)}</span>
      <StopButton words="steps.stop" />
    </div>
  );
}
