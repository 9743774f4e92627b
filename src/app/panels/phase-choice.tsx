import { useId, type ReactElement } from 'react';
import type { PhaseEvidence } from '../../core/phase';
import { useWords } from '../parts/use-words';
import { setPhase } from '../session';
import type { PhaseChoice } from '../store/state';
import { useApp } from '../store/store';

const CHOICES: readonly PhaseChoice[] = ['N', 'A', 'V', 'E', 'off'];

/** The reasons for a phase guess and the choice against it. */
export function PhaseChoiceBox({ volumeId }: { readonly volumeId: string }): ReactElement {
  const words = useWords();
  const { t } = words;
  const id = useId();
  const guess = useApp((state) => state.guesses[volumeId]);
  const choice = useApp((state) => state.choices[volumeId]) ?? 'U';
  return (
    <div className="phase-choice">
      <label htmlFor={id} className="secondary">
        {t('phase.used')}
      </label>
      <select id={id} value={choice} onChange={(event) => setPhase(volumeId, event.target.value as PhaseChoice)}>
        {choice === 'U' ? <option value="U">{t('phase.U')}</option> : null}
        {CHOICES.map((value) => (
          <option key={value} value={value}>
            {t(`phase.${value}`)}
          </option>
        ))}
      </select>
      {guess ? (
        <ul className="evidence">
          <li>
            {t('phase.guess', { phase: t(`phase.${guess.phase}`), percent: words.percent(guess.probability) })}
          </li>
          {guess.evidence.map((evidence, n) => (
            <li key={n}>{evidenceSentence(evidence, words)}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** One reason in words; numbers are rounded to whole HU or seconds. */
function evidenceSentence(evidence: PhaseEvidence, words: ReturnType<typeof useWords>): string {
  const fill = Object.fromEntries(
    Object.entries(evidence.data).map(([key, value]) => [key, typeof value === 'number' ? words.n(Math.round(value)) : value]),
  );
  return words.t(`evidence.${evidence.kind}`, fill);
}
