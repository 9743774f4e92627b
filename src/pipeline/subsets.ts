import type { ClassifierModel, PackManifest, Task } from '../core/models';
import { READ_PHASES, type ReadPhase } from '../core/phase';

/** A classifier and the phases that it will be given, in the order N, A, V. */
export interface ChosenClassifier {
  readonly model: ClassifierModel;
  readonly phases: readonly ReadPhase[];
}

/** Every non-empty subset of the phases present, smallest first, each in the order N, A, V: up to seven. */
export function subsetsOf(phases: readonly ReadPhase[]): readonly (readonly ReadPhase[])[] {
  const present = READ_PHASES.filter((phase) => phases.includes(phase));
  const subsets: ReadPhase[][] = [];
  for (let bits = 1; bits < 1 << present.length; bits += 1) {
    subsets.push(present.filter((_, n) => (bits >> n) & 1));
  }
  return subsets.sort((a, b) => a.length - b.length || preference(b) - preference(a));
}

/**
 * The network that reads most of the phases present: a network for exactly a subset before one for any, more phases
 * before fewer, with A before with V before with N. Null when the pack has none for the task. Source: method step 14.
 */
export function chooseClassifier(
  manifest: PackManifest,
  task: Task,
  phases: readonly ReadPhase[],
): ChosenClassifier | null {
  let best: ChosenClassifier | null = null;
  for (const model of manifest.classifiers) {
    if (model.task !== task) continue;
    const usable = usablePhases(model, phases);
    if (usable === null) continue;
    const candidate = { model, phases: usable };
    if (best === null || better(candidate, best)) best = candidate;
  }
  return best;
}

/** The phases a network would read of those present, or null when it wants one that is not there. */
function usablePhases(model: ClassifierModel, phases: readonly ReadPhase[]): readonly ReadPhase[] | null {
  if (model.phases.mode === 'fixed') {
    const set = model.phases.set;
    return set.every((phase) => phases.includes(phase)) ? READ_PHASES.filter((phase) => set.includes(phase)) : null;
  }
  const served = model.inputs.flatMap((input) => (input.phase === undefined ? [] : [input.phase]));
  const usable = READ_PHASES.filter((phase) => phases.includes(phase) && served.includes(phase));
  return usable.length === 0 ? null : usable;
}

function better(a: ChosenClassifier, b: ChosenClassifier): boolean {
  if (a.phases.length !== b.phases.length) return a.phases.length > b.phases.length;
  if (preference(a.phases) !== preference(b.phases)) return preference(a.phases) > preference(b.phases);
  return a.model.phases.mode === 'fixed' && b.model.phases.mode === 'any-subset';
}

function preference(phases: readonly ReadPhase[]): number {
  return (phases.includes('A') ? 4 : 0) + (phases.includes('V') ? 2 : 0) + (phases.includes('N') ? 1 : 0);
}
