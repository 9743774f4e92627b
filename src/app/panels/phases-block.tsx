import { useState, type ReactElement } from 'react';
import type { RigidMap } from '../../core/ports';
import { PhaseLetter } from '../parts/phase-letter';
import { useWords } from '../parts/use-words';
import { analyse } from '../session';
import { assignmentOf, hangingOrder } from '../store/phase-choices';
import { useApp } from '../store/store';
import { AlignmentBlock } from './alignment-block';
import { JoinOffers } from './join-offers';
import { PhaseChoiceBox } from './phase-choice';

/** Which volume is read as which phase, on what evidence, and the start of the analysis. */
export function PhasesBlock(): ReactElement {
  const words = useWords();
  const { t } = words;
  const [openId, setOpenId] = useState<string | null>(null);
  const series = useApp((state) => state.series);
  const choices = useApp((state) => state.choices);
  const guesses = useApp((state) => state.guesses);
  const confirmed = useApp((state) => state.confirmed);
  const activity = useApp((state) => state.activity);
  const complete = useApp((state) => state.complete);
  const waiting = useApp((state) => state.reading === null);
  const any = Object.keys(assignmentOf(choices)).length > 0;
  return (
    <section className="block" aria-labelledby="block-phases">
      <h2 id="block-phases">{t('phases')}</h2>
      <div className="chips">
        {hangingOrder(series, choices).map(({ row, choice }) => {
          const guess = guesses[row.volumeId];
          const doubtful = guess !== undefined && guess.probability < 0.9 && !confirmed;
          return (
            <button
              key={row.volumeId}
              type="button"
              className={doubtful ? 'chip doubtful' : 'chip'}
              aria-expanded={openId === row.volumeId}
              title={row.facts.description}
              onClick={() => setOpenId(openId === row.volumeId ? null : row.volumeId)}
            >
              <PhaseLetter choice={choice} />
              <span>{t(`phase.${choice}`)}</span>
              {guess?.phase === choice ? <span className="secondary">{words.n(guess.probability, 2)}</span> : null}
            </button>
          );
        })}
      </div>
      {openId ? <PhaseChoiceBox volumeId={openId} /> : null}
      <JoinOffers />
      <Registration />
      <AlignmentBlock />
      {complete && activity === 'idle' && waiting ? (
        <div className="ask">
          <p>{t(any ? (confirmed ? 'phases.ready' : 'phases.confirm') : 'phases.none')}</p>
          <button type="button" className="button primary" disabled={!any} onClick={analyse}>
            {t('phases.start')}
          </button>
        </div>
      ) : null}
    </section>
  );
}

/** How each phase was laid on the reference: shift, turn and similarity, or that it was not. */
function Registration(): ReactElement | null {
  const words = useWords();
  const registration = useApp((state) => state.reading?.registration ?? null);
  if (!registration || registration.length === 0) return null;
  return (
    <ul className="lines secondary small">
      {registration.map(({ phase, map, found }) => {
        const shown = map ?? found;
        return (
          <li key={phase}>
            {shown
              ? words.t(map ? 'registration' : 'registration.unused', {
                  phase,
                  mm: words.n(Math.hypot(...shown.translationMm), 1),
                  degrees: words.n(turnDegrees(shown), 1),
                  before: words.n(shown.similarityBefore, 2),
                  after: words.n(shown.similarityAfter, 2),
                })
              : words.t('registration.failed', { phase })}
          </li>
        );
      })}
    </ul>
  );
}

function turnDegrees(map: RigidMap): number {
  const trace = map.rotation[0][0] + map.rotation[1][1] + map.rotation[2][2];
  return (Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))) * 180) / Math.PI;
}
