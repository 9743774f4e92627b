import { issue, type Issue } from '../core/issue';
import { READ_PHASES, type PhaseAssignment, type PhaseGuess, type ReadPhase } from '../core/phase';
import type { PhaseOrigin } from './report';

/**
 * Where each assigned phase came from, once the guesses were refined: the user where the phase is in `byHand`, else the guess.
 * A volume that nobody touched and whose guess is now another phase keeps `guess` with probability 0. Phases without a guess
 * are left out. Issues: `phase-unconfirmed`.
 */
export function phaseOrigins(input: {
  readonly assignment: PhaseAssignment;
  readonly guesses: readonly PhaseGuess[];
  readonly byHand: readonly ReadPhase[];
}): { readonly origins: Readonly<Partial<Record<ReadPhase, PhaseOrigin>>>; readonly issues: readonly Issue[] } {
  const origins: Partial<Record<ReadPhase, PhaseOrigin>> = {};
  const issues: Issue[] = [];
  for (const phase of READ_PHASES) {
    const guess = input.guesses.find(({ volumeId }) => volumeId === input.assignment[phase]);
    if (guess === undefined) continue;
    if (input.byHand.includes(phase)) {
      origins[phase] = { source: 'by-hand', probability: 1 };
      continue;
    }
    origins[phase] = { source: 'guess', probability: guess.phase === phase ? guess.probability : 0 };
    if (guess.phase !== phase) issues.push(issue('phase-unconfirmed', 'warning', guess.volumeId, { phase }));
  }
  return { origins, issues };
}
