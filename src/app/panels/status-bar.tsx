import type { ReactElement } from 'react';
import type { Step } from '../../core/ports';
import { Icon } from '../parts/icon';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { BackendLine } from './backend-line';
import { OpeningLine } from './opening-line';
import { PrivacyLine } from './privacy-line';
import { StopButton } from './stop-button';

const STEPS: readonly Step[] = ['read-files', 'decode', 'phases', 'load-models', 'segment', 'masses', 'register', 'classify', 'explain'];

/** What runs and what ran, step by step, and what the page rests on. */
export function StatusBar(): ReactElement {
  const words = useWords();
  const { t } = words;
  const steps = useApp((state) => state.steps);
  const activity = useApp((state) => state.activity);
  const series = useApp((state) => state.series.length);
  const opening = useApp((state) => state.opening !== null && state.opening.caseId !== state.caseId);
  const stopped = useApp((state) => state.stopped);
  const failure = useApp((state) => state.failure);
  const running = activity === 'analysing';
  const current = running ? [...STEPS].reverse().find((step) => steps[step] !== undefined && steps[step].fraction < 1) : undefined;
  const fraction = current ? (steps[current]?.fraction ?? 0) : 0;
  return (
    <footer className="status-bar">
      {opening ? <OpeningLine /> : null}
      <ol className="steps" aria-label={t('steps')}>
        <li className="done">
          {t('steps.read', { count: series })} <Icon name="check" size={14} />
        </li>
        {STEPS.slice(3).map((step) => {
          const progress = steps[step];
          if (!progress) return null;
          const done = progress.fraction >= 1;
          if (!done && !running) return null;
          return (
            <li key={step} className={done ? 'done' : 'now'} title={t('steps.seconds', { seconds: words.n(progress.elapsedMs / 1000, 1) })}>
              {t(`step.${step}`)} {done ? <Icon name="check" size={14} /> : null}
            </li>
          );
        })}
      </ol>
      {running ? (
        <>
          <progress max={1} value={fraction} aria-label={current ? t(`step.${current}`) : t('steps')} />
          <span className="figures" aria-hidden="true">
            {words.percent(fraction)}
          </span>
          <StopButton />
        </>
      ) : null}
      {activity === 'rereading' ? <span role="status">{t('steps.reread')}</span> : null}
      {activity === 'rereading' ? <StopButton late /> : null}
      {stopped ? <span role="status">{t('steps.stopped')}</span> : null}
      {failure ? (
        <span className="danger" role="alert">
          {words.issue(failure).title}
        </span>
      ) : null}
      <span className="spacer" />
      <BackendLine />
      <PrivacyLine />
    </footer>
  );
}
