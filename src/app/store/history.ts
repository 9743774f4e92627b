import type { MassCentre } from '../../core/reading';
import type { PhaseChoice } from './state';

/** Everything a user decides about a case, in one value: what undo and redo go back and forth between. */
export interface Decisions {
  readonly choices: Readonly<Record<string, PhaseChoice>>;
  readonly centre: MassCentre | null;
  /** Version of the label map; 0 is the automatic one. */
  readonly masks: number;
}

/** Past and future of the decisions; `past` ends with the one before the present. */
export interface History {
  readonly past: readonly Decisions[];
  readonly future: readonly Decisions[];
}

/** Nothing decided yet. */
export const EMPTY_HISTORY: History = { past: [], future: [] };

const LONGEST = 60;

/** The history after a decision, or unchanged when nothing was decided: no empty steps. */
export function remember(history: History, before: Decisions, after: Decisions): History {
  if (sameDecisions(before, after)) return history;
  return { past: [...history.past, before].slice(-LONGEST), future: [] };
}

/** One step back; null at the beginning. */
export function stepBack(history: History, present: Decisions): { history: History; present: Decisions } | null {
  const last = history.past.at(-1);
  if (!last) return null;
  return { history: { past: history.past.slice(0, -1), future: [present, ...history.future] }, present: last };
}

/** One step forward; null at the end. */
export function stepForward(history: History, present: Decisions): { history: History; present: Decisions } | null {
  const [next, ...future] = history.future;
  if (!next) return null;
  return { history: { past: [...history.past, present], future }, present: next };
}

/** The history once new outlines took the place of those that were edited: edits can no longer be gone back to. */
export function withoutMasks({ past, future }: History): History {
  const cleared = (all: readonly Decisions[]): Decisions[] =>
    all.map((step) => ({ ...step, masks: 0 })).filter((step, n, steps) => n === 0 || !sameDecisions(step, steps[n - 1]!));
  return { past: cleared(past), future: cleared(future) };
}

/** True when two decisions are the same. */
function sameDecisions(a: Decisions, b: Decisions): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
