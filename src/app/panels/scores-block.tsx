import type { ReactElement } from 'react';
import { TASKS, type Task } from '../../core/models';
import { issue, type Issue } from '../../core/issue';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';
import { SecondOpinionBlock } from '../packs/second-opinion';
import { usePackShelf } from '../packs/shelf';
import { ScoreBar } from './score-bar';

const WEIGHT = { error: 0, warning: 1, note: 2 } as const;

/** The answers of the networks with all that they rest on, and set apart what size and shape alone say. */
export function ScoresBlock(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const reading = useApp((state) => state.reading);
  const automatic = useApp((state) => state.automaticReading);
  const activity = useApp((state) => state.activity);
  const edited = useApp((state) => state.maskVersion > 0);
  if (!reading || reading.scores.length === 0) return null;
  const pending = activity !== 'idle';
  const before = automatic && automatic !== reading && (reading.centre?.source === 'by-hand' || edited) ? automatic : null;
  const score = reading.aggressivenessScore;
  return (
    <section className={pending ? 'block scores pending' : 'block scores'} aria-labelledby="block-scores" aria-busy={pending}>
      <h2 id="block-scores">
        {t('scores')} <span className="secondary">{t('scores.rest', { phases: reading.phases.join(' + ') })}</span>
      </h2>
      <div aria-live="polite">
        {TASKS.map((task) => {
          const main = reading.scores.find((s) => s.task === task);
          if (!main) return null;
          return (
            <ScoreBar
              key={task}
              task={task}
              score={main}
              subsets={reading.subsetScores.filter((s) => s.task === task && s.phases.length < reading.phases.length)}
              subsetsPending={reading.phases.length > 1 && reading.subsetScores.length === 0}
              before={before?.scores.find((s) => s.task === task)?.probability ?? null}
            />
          );
        })}
        {score === null ? null : <Cells score={score} />}
      </div>
      <Warnings issues={edited ? [issue('mask-edited', 'warning'), ...reading.issues] : reading.issues} />
      <SecondOpinionBlock />
      <Anatomy />
    </section>
  );
}

/** The 0 to 10 score as ten cells. */
function Cells({ score }: { readonly score: number }): ReactElement {
  const words = useWords();
  const label = words.t('scores.ten', { score: words.n(score, 1) });
  return (
    <div className="cells-row">
      <span className="cells" role="img" aria-label={label}>
        {Array.from({ length: 10 }, (_, n) => (
          <span key={n} className="cell">
            <span className="cell-fill" style={{ width: `${Math.min(1, Math.max(0, score - n)) * 100}%` }} />
          </span>
        ))}
      </span>
      <span className="figures">{label}</span>
    </div>
  );
}

/** One line for the weightiest doubt; the others unfold. */
function Warnings({ issues }: { readonly issues: readonly Issue[] }): ReactElement | null {
  const words = useWords();
  const sorted = [...issues].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  const [first, ...rest] = sorted.map((item) => ({ item, sentence: words.issue(item) }));
  if (!first) return null;
  return (
    <div className={`doubts ${first.item.severity}`}>
      <p>
        {first.sentence.title} <span className="secondary">{first.sentence.todo}</span>
      </p>
      {rest.length > 0 ? (
        <details>
          <summary>{words.t('scores.more', { count: rest.length })}</summary>
          <ul className="lines">
            {rest.map(({ item, sentence }, n) => (
              <li key={n} className={item.severity}>
                {sentence.title} <span className="secondary">{sentence.todo}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

/** What a model of size, shape, age and sex says, never mixed with the networks. */
function Anatomy(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const anatomy = useApp((state) => state.reading?.anatomy ?? null);
  const foreign = usePackShelf((shelf) => shelf.foreign);
  if (!anatomy || anatomy.length === 0) return null;
  const row = (task: Task): ReactElement | null => {
    const answer = anatomy.find((a) => a.task === task);
    if (!answer) return null;
    const [low, high] = answer.interval95;
    return (
      <li key={task} className="figures">
        <span>{t(`task.${task}`)}</span> <strong>{words.percent(answer.probability)}</strong>{' '}
        <span className="secondary">
          {t('anatomy.interval', { low: words.percent(low), high: words.percent(high) })}
          {answer.imputed.length > 0 ? ` · ${t('anatomy.imputed', { count: answer.imputed.length })}` : ''}
        </span>
      </li>
    );
  };
  return (
    <div className="anatomy">
      <h3>{t('anatomy')}</h3>
      <ul className="lines">{TASKS.map(row)}</ul>
      {/* What another pack's model was fitted on, it says itself, in its own language. */}
      <p className="secondary small">
        {foreign ? anatomy[0]!.statement : t('anatomy.from')} {t('anatomy.what')}
      </p>
    </div>
  );
}
