import { useState, type ReactElement } from 'react';
import type { Task } from '../../core/models';
import type { Score } from '../../core/reading';
import { useWords } from '../parts/use-words';

/** One probability on a bar from 0 to 100 %: threshold as a tick, the answers of fewer phases as dots. */
export function ScoreBar(props: {
  readonly task: Task;
  readonly score: Score;
  readonly subsets: readonly Score[];
  readonly before: number | null;
  /** The answers of fewer phases are still being read. */
  readonly subsetsPending: boolean;
}): ReactElement {
  const words = useWords();
  const { t } = words;
  const [named, setNamed] = useState<Score | null>(null);
  const { score, subsets } = props;
  const spread = subsets.length > 0 ? [Math.min(...subsets.map((s) => s.probability)), Math.max(...subsets.map((s) => s.probability))] : null;
  const subsetName = (s: Score): string => t('scores.subset', { phases: s.phases.join(' + '), percent: words.percent(s.probability) });
  return (
    <div className="score" data-testid={`score-${props.task}`}>
      <div className="score-head">
        <span className="score-name">{t(`task.${props.task}`)}</span>
        <strong className="score-value">{words.percent(score.probability)}</strong>
      </div>
      <div
        className="score-bar"
        role="meter"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(score.probability * 100)}
        aria-label={t('scores.meter', { task: t(`task.${props.task}`), percent: words.percent(score.probability), threshold: words.percent(score.threshold.value) })}
      >
        <span className="score-fill" style={{ width: `${score.probability * 100}%` }} />
        <span className="score-tick" style={{ left: `${score.threshold.value * 100}%` }} title={t('scores.threshold', { percent: words.percent(score.threshold.value) })} />
        {props.before === null ? null : <span className="score-before" style={{ left: `${props.before * 100}%` }} title={t('scores.before', { percent: words.percent(props.before) })} />}
      </div>
      {subsets.length > 0 ? (
        <div className="score-dots">
          {subsets.map((s) => (
            <button
              key={s.phases.join('')}
              type="button"
              className="score-dot"
              style={{ left: `${s.probability * 100}%` }}
              aria-label={subsetName(s)}
              title={subsetName(s)}
              onMouseEnter={() => setNamed(s)}
              onMouseLeave={() => setNamed(null)}
              onFocus={() => setNamed(s)}
              onBlur={() => setNamed(null)}
            />
          ))}
        </div>
      ) : null}
      <p className="score-note secondary">
        {named
          ? subsetName(named)
          : props.before !== null
            ? t('scores.before', { percent: words.percent(props.before) })
            : spread
              ? t('scores.spread', { low: words.percent(spread[0] ?? 0), high: words.percent(spread[1] ?? 0), threshold: words.percent(score.threshold.value) })
              : t(props.subsetsPending ? 'scores.spread.pending' : 'scores.threshold', { percent: words.percent(score.threshold.value) })}
      </p>
    </div>
  );
}
