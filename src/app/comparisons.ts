import type { ReadPhase } from '../core/phase';
import type { Reading } from '../core/reading';
import type { Comparison } from '../viewer/comparison';
import type { Words } from './parts/use-words';
import type { useAlignment } from './store/alignment';
import { assignmentOf } from './store/phase-choices';
import type { AppState } from './store/state';
import { volumeById } from './volumes';

/** The phase that the others are aligned to. */
export function referencePhase({ segmentedPhase, phases }: Pick<Reading, 'segmentedPhase' | 'phases'>): ReadPhase {
  return segmentedPhase ?? (phases.includes('A') ? 'A' : phases[0]!);
}

/**
 * Which phase is shown in whose panes: the reference in those of every other phase; on the reference, where it is shown
 * alone, the one that was chosen. None while nothing is compared.
 */
export function comparisonsOf(
  { reading, choices, layout }: Pick<AppState, 'reading' | 'choices' | 'layout'>,
  { view, flipped, other }: ReturnType<typeof useAlignment.getState>,
  { t }: Words,
): readonly Comparison[] {
  if (!reading || (view === 'flip' && !flipped)) return [];
  const assignment = assignmentOf(choices);
  const reference = referencePhase(reading);
  const others = reading.phases.filter((phase) => phase !== reference);
  const laid = (shown: ReadPhase, place: ReadPhase | undefined): readonly Comparison[] => {
    const [volumeId, volume] = [place && assignment[place], volumeById(assignment[shown] ?? '')];
    if (!place || !volumeId || !volume) return [];
    const title = t(view === 'squares' ? 'align.picture' : 'align.over', { first: t(`phase.${place}`), second: t(`phase.${shown}`) });
    return [{ volumeId, other: volume, letter: shown, colour: `var(--phase-${shown})`, title, squares: view === 'squares', flipped }];
  };
  const alone = layout === 'side-by-side' ? undefined : (others.find((phase) => phase === other) ?? others[0]);
  return [...others.flatMap((phase) => laid(reference, phase)), ...(alone ? laid(alone, reference) : [])];
}
