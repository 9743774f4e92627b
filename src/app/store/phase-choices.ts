import { CONFIDENT_PHASE_PROBABILITY, READ_PHASES, type PhaseAssignment, type PhaseGuess, type ReadPhase } from '../../core/phase';
import { isSharpKernel } from '../../core/kernel';
import type { PhaseChoice, SeriesRow } from './state';

type Choices = Readonly<Record<string, PhaseChoice>>;

/** True for a phase that a classifier reads. */
export function isReadPhase(choice: PhaseChoice | undefined): choice is ReadPhase {
  return READ_PHASES.some((phase) => phase === choice);
}

/**
 * What each volume is used as, from the guesses: of two for the same phase one that is not of a
 * lung or bone kernel, then the likelier, then the finer one is used. What the
 * user chose is `kept`: those volumes stay as they are, and no other gets a read phase of theirs.
 */
export function suggestChoices(guesses: readonly PhaseGuess[], series: readonly SeriesRow[], kept: Choices = {}): Choices {
  const slices = (volumeId: string): number => series.find((row) => row.volumeId === volumeId)?.grid.sizeIjk[2] ?? 0;
  const sharp = (volumeId: string): number => Number(isSharpKernel(series.find((row) => row.volumeId === volumeId)?.facts.convolutionKernel ?? ''));
  const taken = new Set<string>(Object.values(kept));
  const choices: Record<string, PhaseChoice> = { ...kept };
  const order = [...guesses].sort((a, b) => sharp(a.volumeId) - sharp(b.volumeId) || b.probability - a.probability || slices(b.volumeId) - slices(a.volumeId));
  for (const guess of order) {
    if (kept[guess.volumeId] !== undefined) continue;
    const used = isReadPhase(guess.phase) && taken.has(guess.phase);
    choices[guess.volumeId] = used ? 'off' : guess.phase;
    taken.add(guess.phase);
  }
  return choices;
}

/** True when no guess needs a look: the analysis may start at once. */
export function allCertain(guesses: readonly PhaseGuess[]): boolean {
  return guesses.length > 0 && guesses.every((guess) => guess.probability >= CONFIDENT_PHASE_PROBABILITY && guess.phase !== 'U');
}

/** Which volume stands for which phase. */
export function assignmentOf(choices: Choices): PhaseAssignment {
  const assignment: Partial<Record<ReadPhase, string>> = {};
  for (const [volumeId, choice] of Object.entries(choices)) if (isReadPhase(choice)) assignment[choice] ??= volumeId;
  return assignment;
}

/** The choices after one volume was given a phase: whoever had it before is taken out. */
export function choosePhase(choices: Choices, volumeId: string, choice: PhaseChoice): Choices {
  const next: Record<string, PhaseChoice> = { ...choices };
  if (isReadPhase(choice)) for (const [other, had] of Object.entries(choices)) if (had === choice) next[other] = 'off';
  next[volumeId] = choice;
  return next;
}

/** True when two sets of choices lead to the same analysis. */
export function sameChoice(a: Choices, b: Choices): boolean {
  return JSON.stringify(assignmentOf(a)) === JSON.stringify(assignmentOf(b));
}

/** Volumes in the order in which they hang: N, A, V, then E, then the rest. */
export function hangingOrder(series: readonly SeriesRow[], choices: Choices): readonly { row: SeriesRow; choice: PhaseChoice }[] {
  const rank = (choice: PhaseChoice): number => ['N', 'A', 'V', 'E', 'U', 'off'].indexOf(choice);
  return series
    .map((row) => ({ row, choice: choices[row.volumeId] ?? ('U' as const) }))
    .sort((a, b) => rank(a.choice) - rank(b.choice));
}
