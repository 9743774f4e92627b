import { issue, type Issue } from '../core/issue';
import { TASKS, type PackManifest } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { Monitor, NetworkEngine, Tensor } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { Heatmap, Patch, Score } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { gradCam, shareInsideLesion, upsampleToPatch } from './cam';
import { runClassifier, type Answer } from './run-classifier';
import { chooseClassifier, subsetsOf } from './subsets';

/** What both tasks say with all phases present. */
export interface FullAnswers {
  readonly scores: readonly Score[];
  readonly heatmaps: readonly Heatmap[];
  readonly issues: readonly Issue[];
}

/**
 * Runs the networks of both tasks on all phases present and makes their heatmaps: per task, class and phase.
 * `lesions` marks the lesion's pixels in each phase's patch. Issues: `phase-subset-missing`, `tasks-contradict`, what the
 * engine refuses. Source: method steps 14 and 15, section 4.
 */
export async function readAllPhases(input: {
  readonly manifest: PackManifest;
  readonly engine: NetworkEngine;
  readonly patches: readonly Patch[];
  readonly lesions: ReadonlyMap<ReadPhase, Uint8Array>;
  readonly constants: PresetConstants;
  readonly normalisation: 'maximum' | 'range';
}): Promise<Result<FullAnswers>> {
  const { manifest, patches } = input;
  const present = patches.map((patch) => patch.phase);
  const answers: Answer[] = [];
  const issues: Issue[] = [];
  for (const task of TASKS) {
    const chosen = chooseClassifier(manifest, task, present);
    if (chosen === null) {
      issues.push(issue('phase-subset-missing', 'warning', task));
      continue;
    }
    if (chosen.phases.length < present.length) {
      issues.push(issue('phase-subset-missing', 'note', task, { phases: chosen.phases.join(' + ') }));
    }
    const answer = await runClassifier(input.engine, chosen.model, chosen.phases, patches);
    if (!answer.ok) return answer;
    answers.push(answer.value);
  }
  const scores = answers.map((answer) => answer.score);
  if (contradicts(scores)) issues.push(issue('tasks-contradict', 'warning'));
  return success({ scores, heatmaps: answers.flatMap((answer) => heatmapsOf(answer, input)), issues });
}

/** Every subset of the phases present, per task, smallest first; the full set is taken from `full` instead of run again. */
export async function readSubsets(input: {
  readonly manifest: PackManifest;
  readonly engine: NetworkEngine;
  readonly patches: readonly Patch[];
  readonly full: readonly Score[];
  readonly monitor: Monitor;
}): Promise<Result<readonly Score[]>> {
  const { manifest, engine, patches, full, monitor } = input;
  const subsets = subsetsOf(patches.map((patch) => patch.phase));
  const scores: Score[] = [];
  for (const [n, subset] of subsets.entries()) {
    for (const task of TASKS) {
      const known = full.find((score) => score.task === task && score.phases.join() === subset.join());
      const chosen = chooseClassifier(manifest, task, subset);
      // A network for fewer phases answers under its own subset.
      if (known !== undefined) scores.push(known);
      else if (chosen?.phases.length === subset.length) {
        const answer = await runClassifier(engine, chosen.model, chosen.phases, patches);
        if (!answer.ok) return answer;
        scores.push(answer.value.score);
      }
      await monitor.breathe();
      if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
    }
    monitor.progress('classify', (n + 1) / subsets.length);
  }
  return success(scores);
}

function contradicts(scores: readonly Score[]): boolean {
  const of = (task: string): number | undefined => scores.find((score) => score.task === task)?.probability;
  const [malignant, aggressive] = [of('malignancy'), of('aggressiveness')];
  return malignant !== undefined && aggressive !== undefined && aggressive > malignant;
}

function heatmapsOf(
  answer: Answer,
  input: {
    readonly patches: readonly Patch[];
    readonly lesions: ReadonlyMap<ReadPhase, Uint8Array>;
    readonly constants: PresetConstants;
    readonly normalisation: 'maximum' | 'range';
  },
): readonly Heatmap[] {
  const { model, score, outputs } = answer;
  const named = (role: 'cam-activation' | 'cam-gradient', phase: ReadPhase): Tensor | undefined => {
    const spec = model.outputs.find((output) => output.role === role && output.phase === phase);
    return spec === undefined ? undefined : outputs[spec.name];
  };
  return score.phases.flatMap((phase) => {
    const activation = named('cam-activation', phase);
    const gradient = named('cam-gradient', phase);
    const patch = input.patches.find((candidate) => candidate.phase === phase);
    if (activation === undefined || gradient === undefined || patch === undefined) return [];
    return ([0, 1] as const).map((classIndex): Heatmap => {
      const heatmap = gradCam({
        activation, gradient, model, task: model.task, classIndex, phase,
        score: input.constants.camScore,
        normalisation: input.normalisation,
      });
      const lesion = input.lesions.get(phase);
      const share = lesion === undefined ? null : shareInsideLesion(upsampleToPatch(heatmap, patch.sizePx), lesion);
      return { ...heatmap, shareInsideLesion: share };
    });
  });
}
