import type { ReactElement } from 'react';
import type { Step } from '../../core/ports';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { StopButton } from './stop-button';

const STEPS: readonly Step[] = ['load-models', 'segment', 'masses', 'register', 'classify'];

/** While an analysis runs: its steps, how far, how long, and the stop. */
export function ProgressBlock(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const steps = useApp((state) => state.steps);
  const activity = useApp((state) => state.activity);
  if (activity !== 'analysing') return null;
  return (
    <section className="block" aria-labelledby="block-steps">
      <h2 id="block-steps">{t('steps')}</h2>
      <ol className="step-list">
        {STEPS.map((step) => {
          const progress = steps[step];
          const done = progress !== undefined && progress.fraction >= 1;
          return (
            <li key={step} className={progress ? '' : 'secondary'}>
              <span>{t(`step.${step}`)}</span>
              {progress && !done ? <progress max={1} value={progress.fraction} aria-label={t(`step.${step}`)} /> : <span />}
              <span className="figures secondary">
                {done ? <Icon name="check" size={14} /> : progress ? words.percent(progress.fraction) : ''}
                {done && progress.elapsedMs > 0 ? ` ${t('steps.seconds', { seconds: words.n(progress.elapsedMs / 1000, 1) })}` : ''}
              </span>
            </li>
          );
        })}
      </ol>
      <p className="secondary small">{t('steps.meanwhile')}</p>
      <div>
        <StopButton words="steps.stop" />
      </div>
    </section>
  );
}
