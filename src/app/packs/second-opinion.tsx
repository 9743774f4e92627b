import { useEffect, type ReactElement } from 'react';
import { TASKS } from '../../core/models';
import { StopButton } from '../panels/stop-button';
import { useWords } from '../parts/use-words';
import { askSecondOpinion } from './pack-session';
import { useApp } from '../store/store';
import { refreshShelf, usePackShelf } from './shelf';

/** Another pack's answers on the same case and centre, beside those of the pack in use. */
export function SecondOpinionBlock(): ReactElement | null {
  const words = useWords();
  const { t } = words;
  const reading = useApp((state) => state.reading);
  const idle = useApp((state) => state.activity === 'idle');
  const own = useApp((state) => state.pack);
  const { inUse, foreign, kept, second, asked } = usePackShelf();
  useEffect(() => void refreshShelf(), []);
  if (!reading || !inUse || !own) return null;
  const others = kept.filter(({ sha256 }) => sha256 !== inUse.sha256);
  if (others.length === 0 && !foreign) return null;
  return (
    <div className="second" data-testid="second-opinion">
      <h3>{t('second')}</h3>
      {second ? (
        <table className="second-table figures">
          <thead>
            <tr>
              <td />
              <th scope="col">{foreign ? own.title : t('packs.own.name')}</th>
              <th scope="col">{second.siteOwn ? t('packs.own.name') : second.title}</th>
            </tr>
          </thead>
          <tbody>
            {TASKS.map((task) => (
              <tr key={task}>
                <th scope="row">{t(`task.${task}`)}</th>
                {[reading.scores, second.scores].map((scores, n) => {
                  const score = scores.find((one) => one.task === task);
                  return <td key={n}>{score ? `${words.percent(score.probability)} (${score.phases.join('\u00a0+\u00a0')})` : t('second.none')}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {second ? <p className="secondary small">{t('second.rest', { status: t(`weights.${second.status}`), preset: second.preset })}</p> : null}
      <div className="buttons wrap">
        {foreign ? (
          <button type="button" className="button small" disabled={asked || !idle} onClick={() => askSecondOpinion(null)}>
            {t('second.ask', { title: t('packs.default.name') })}
          </button>
        ) : null}
        {others.map(({ sha256, title }) => (
          <button key={sha256} type="button" className="button small" disabled={asked || !idle} onClick={() => askSecondOpinion(sha256)}>
            {t('second.ask', { title })}
          </button>
        ))}
      </div>
      {asked ? <p role="status">{t('second.running')}</p> : null}
      {asked ? <StopButton late /> : null}
    </div>
  );
}
