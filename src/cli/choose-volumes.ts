import { existsSync } from 'node:fs';
import { issue, type Issue } from '../core/issue';
import { CONFIDENT_PHASE_PROBABILITY, READ_PHASES, type PhaseAssignment, type PhaseGuess, type ReadPhase } from '../core/phase';
import { isSharpKernel } from '../core/kernel';
import { phaseOrigins } from '../report/phase-origins';
import type { PhaseOrigin } from '../report/report';
import type { SeriesFacts, Volume } from '../core/volume';

/** A volume with what its tags say. */
export interface ReadVolume {
  readonly facts: SeriesFacts;
  readonly volume: Volume;
}

/** Which volume is read as which phase, and why. */
export interface VolumeChoice {
  readonly volumes: Readonly<Partial<Record<ReadPhase, Volume>>>;
  readonly assignment: PhaseAssignment;
  readonly origins: Readonly<Partial<Record<ReadPhase, PhaseOrigin>>>;
  readonly issues: readonly Issue[];
}

/** A volume that was opened for one phase because `--phase` named a path. */
export type PhaseFiles = Readonly<Partial<Record<ReadPhase, ReadVolume>>>;

/** True when `--phase` names a path rather than a UID. */
export function isPath(target: string): boolean {
  return existsSync(target);
}

/**
 * The volumes named by `--phase`; a text names the first that is not there. UIDs may be SeriesInstanceUID (then the
 * volume with most slices) or volume id.
 */
export function volumesByHand(
  phases: Readonly<Partial<Record<ReadPhase, string>>>,
  files: PhaseFiles,
  loaded: readonly ReadVolume[],
): VolumeChoice | string {
  const chosen: Partial<Record<ReadPhase, ReadVolume>> = { ...files };
  for (const phase of READ_PHASES) {
    const target = phases[phase];
    if (target === undefined || chosen[phase] !== undefined) continue;
    const found = largest(loaded.filter(({ facts, volume }) => volume.id === target || facts.seriesInstanceUid === target));
    if (found === null) return `--phase ${phase}=${target}: no such file or series.`;
    chosen[phase] = found;
  }
  return choiceOf(chosen, Object.fromEntries(READ_PHASES.map((phase) => [phase, { source: 'by-hand', probability: 1 }])), []);
}

/**
 * The volumes by their guesses, as the page suggests them: of two for the same phase one that is not of a lung or bone kernel, then the likelier, then the one with more
 * slices. Where no guess is N, A or V the largest volume is read as V, and `phase-unconfirmed` says so.
 */
export function volumesByGuess(guesses: readonly PhaseGuess[], loaded: readonly ReadVolume[]): VolumeChoice | null {
  const of = (guess: PhaseGuess): ReadVolume | undefined => loaded.find(({ volume }) => volume.id === guess.volumeId);
  const slices = (guess: PhaseGuess): number => of(guess)?.volume.grid.sizeIjk[2] ?? 0;
  const sharp = (guess: PhaseGuess): number => Number(isSharpKernel(of(guess)?.facts.convolutionKernel ?? ''));
  const chosen: Partial<Record<ReadPhase, ReadVolume>> = {};
  const origins: Partial<Record<ReadPhase, PhaseOrigin>> = {};
  const issues: Issue[] = [];
  for (const guess of [...guesses].sort((a, b) => sharp(a) - sharp(b) || b.probability - a.probability || slices(b) - slices(a))) {
    const phase = READ_PHASES.find((candidate) => candidate === guess.phase);
    const found = of(guess);
    if (phase === undefined || found === undefined || chosen[phase] !== undefined) continue;
    chosen[phase] = found;
    origins[phase] = { source: 'guess', probability: guess.probability };
    if (guess.probability < CONFIDENT_PHASE_PROBABILITY) issues.push(issue('phase-unconfirmed', 'warning', guess.volumeId, { phase }));
  }
  if (Object.keys(chosen).length === 0) {
    const found = largest(loaded);
    if (found === null) return null;
    chosen.V = found;
    origins.V = { source: 'guess', probability: 0 };
    issues.push(issue('phase-unconfirmed', 'warning', found.volume.id, { phase: 'V' }));
  }
  return choiceOf(chosen, origins, issues);
}

/** The volume with most slices, or null. */
export function largest(volumes: readonly ReadVolume[]): ReadVolume | null {
  return volumes.reduce<ReadVolume | null>((best, one) => (best === null || one.volume.grid.sizeIjk[2] > best.volume.grid.sizeIjk[2] ? one : best), null);
}

function choiceOf(
  chosen: Readonly<Partial<Record<ReadPhase, ReadVolume>>>,
  origins: Readonly<Partial<Record<ReadPhase, PhaseOrigin>>>,
  issues: readonly Issue[],
): VolumeChoice {
  const volumes: Partial<Record<ReadPhase, Volume>> = {};
  const assignment: Partial<Record<ReadPhase, string>> = {};
  for (const phase of READ_PHASES) {
    const found = chosen[phase];
    if (found === undefined) continue;
    volumes[phase] = found.volume;
    assignment[phase] = found.volume.id;
  }
  return { volumes, assignment, origins, issues };
}

/**
 * The choice after the kidneys are known: guessed phases take the refined probability; where the refined guess is another
 * phase the volume stays what it was read as, and `phase-unconfirmed` says so.
 */
export function withRefinedGuesses(choice: VolumeChoice, refined: readonly PhaseGuess[]): VolumeChoice {
  const byHand = READ_PHASES.filter((phase) => choice.origins[phase]?.source === 'by-hand');
  const found = phaseOrigins({ assignment: choice.assignment, guesses: refined, byHand });
  const news = found.issues.filter(({ where }) => !choice.issues.some((met) => met.where === where));
  return { ...choice, origins: { ...choice.origins, ...found.origins }, issues: [...choice.issues, ...news] };
}
