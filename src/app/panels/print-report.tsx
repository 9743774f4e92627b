import type { ReactElement } from 'react';
import { TASKS } from '../../core/models';
import { exportFooter } from '../exports';
import { useWords } from '../parts/use-words';
import { useApp } from '../store/store';

/** The reading on paper: shown by the printer only. Without patient identity. */
export function PrintReport(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const reading = useApp((state) => state.reading);
  const series = useApp((state) => state.series);
  const choices = useApp((state) => state.choices);
  if (!reading) return null;
  return (
    <div className="print-only">
      <h1>{t('print.title')}</h1>
      <p>{t('research.banner')}</p>
      <h2>{t('phases')}</h2>
      <ul>
        {series.map((row) => (
          <li key={row.volumeId}>
            {t(`phase.${choices[row.volumeId] ?? 'U'}`)}: {row.facts.description} ({row.grid.sizeIjk.join(' × ')})
          </li>
        ))}
      </ul>
      <h2>{t('masses')}</h2>
      <ol>
        {reading.masses.map((mass) => (
          <li key={mass.id}>
            {t(`side.${mass.side}`)}, {t(`mass.${mass.label}`)}:{' '}
            {t('mass.size', { cm: mass.diametersMm.map((mm) => words.n(mm / 10, 1)).join(' × '), ml: words.n(mass.volumeMl, 1) })}
            {mass.id === reading.centre?.massId ? ` (${t('mass.read')})` : ''}
          </li>
        ))}
      </ol>
      <h2>{t('scores')}</h2>
      <ul>
        {TASKS.map((task) => {
          const score = reading.scores.find((s) => s.task === task);
          return score ? (
            <li key={task}>
              {t(`task.${task}`)}: {words.percent(score.probability)} ({t('scores.threshold', { percent: words.percent(score.threshold.value) })})
            </li>
          ) : null;
        })}
        {reading.aggressivenessScore === null ? null : <li>{t('scores.ten', { score: words.n(reading.aggressivenessScore, 1) })}</li>}
      </ul>
      <ul>
        {reading.issues.map((issue, n) => (
          <li key={n}>{words.issue(issue).title}</li>
        ))}
      </ul>
      {exportFooter(words).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
