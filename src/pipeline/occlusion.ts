import { issue } from '../core/issue';
import type { ClassifierModel, PackManifest } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { Monitor, NetworkEngine, NetworkRunner, Tensor } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { Heatmap, Patch, Score } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { scaleMap, shareInsideLesion, upsampleToPatch } from './cam';
import { feedsOf, scoreOutput } from './run-classifier';
import { logitsOf } from './score';

/** Covered patches that run at once where the network's batch axis is open. */
const BATCH = 8;

/** Models of a reading's scores whose packs give nothing to make Grad-CAM of. */
export function unexplained(manifest: PackManifest, scores: readonly Score[]): readonly { readonly model: ClassifierModel; readonly score: Score }[] {
  return scores.flatMap((score) => {
    const model = manifest.classifiers.find(({ id, task }) => id === score.modelId && task === score.task);
    return model?.cam.kind === 'none' ? [{ model, score }] : [];
  });
}

/**
 * Occlusion sensitivity: each cell's value is by how much the class's score falls when a window at the cell's centre is
 * covered with the phase's own mean, never below 0, over the largest fall. One map per score, class and phase. The score
 * is the logit or the probability (before calibration), as `constants.camScore` says. Refused with `cancelled` between
 * batches, or with what the engine refuses. Source: Zeiler and Fergus 2014; window and step are the pack's.
 */
export async function occlusionMaps(input: {
  readonly targets: ReturnType<typeof unexplained>;
  readonly engine: NetworkEngine;
  readonly patches: readonly Patch[];
  readonly lesions: ReadonlyMap<ReadPhase, Uint8Array>;
  readonly constants: PresetConstants;
  readonly monitor: Monitor;
}): Promise<Result<readonly Heatmap[]>> {
  const { targets, engine, patches, lesions, constants, monitor } = input;
  const maps: Heatmap[] = [];
  const rounds = targets.reduce((sum, { score }) => sum + score.phases.length, 0);
  let done = 0;
  for (const { model, score } of targets) {
    const runner = await engine.open(model.file);
    if (!runner.ok) return runner;
    for (const phase of score.phases) {
      const patch = patches.find((candidate) => candidate.phase === phase);
      if (patch === undefined) continue;
      const fraction = (share: number): void => monitor.progress('explain', (done + share) / rounds);
      const covered = await coveredLogits({ model, runner: runner.value, phase, score, patches, patch, monitor, fraction });
      if (!covered.ok) return covered;
      done += 1;
      const cells = cellsAcross(patch, model);
      const lesion = lesions.get(phase);
      for (const classIndex of [0, 1] as const) {
        const whole = classScore(score.logits, classIndex, constants.camScore);
        const map = Float32Array.from(covered.value, (logits) => Math.max(0, whole - classScore(logits, classIndex, constants.camScore)));
        scaleMap(map, 'maximum');
        const heatmap: Heatmap = {
          method: 'occlusion', task: model.task, classIndex, phase, rows: cells, columns: cells, map, stridePx: model.cam.stride, shareInsideLesion: null,
        };
        maps.push({ ...heatmap, shareInsideLesion: lesion === undefined ? null : shareInsideLesion(upsampleToPatch(heatmap, patch.sizePx), lesion) });
      }
    }
  }
  monitor.progress('explain', 1);
  return success(maps);
}

function cellsAcross(patch: Patch, model: ClassifierModel): number {
  return Math.ceil(patch.sizePx / model.cam.stride);
}

/** The patch with a window on one cell, counted row by row, filled with the patch's mean. */
export function covered(patch: Pick<Patch, 'tensor' | 'sizePx'>, cell: number, stride: number, windowPx: number): Float32Array {
  const { tensor, sizePx } = patch;
  const cells = Math.ceil(sizePx / stride);
  const mean = tensor.reduce((sum, x) => sum + x, 0) / tensor.length;
  const out = tensor.slice();
  const from = (n: number): number => Math.floor(stride * n + (stride - windowPx) / 2);
  const [top, left] = [from(Math.floor(cell / cells)), from(cell % cells)];
  for (let t = Math.max(0, top); t < Math.min(sizePx, top + windowPx); t += 1) {
    out.fill(mean, t * sizePx + Math.max(0, left), t * sizePx + Math.min(sizePx, left + windowPx));
  }
  return out;
}

/** Logits with each cell of one phase covered, row by row. */
async function coveredLogits(of: {
  readonly model: ClassifierModel;
  readonly runner: NetworkRunner;
  readonly phase: ReadPhase;
  readonly score: Score;
  readonly patches: readonly Patch[];
  readonly patch: Patch;
  readonly monitor: Monitor;
  readonly fraction: (share: number) => void;
}): Promise<Result<readonly (readonly [number, number])[]>> {
  const { model, runner, patch, monitor } = of;
  const name = model.inputs.find((input) => input.phase === of.phase)?.name ?? '';
  const whole = feedsOf(model, of.score.phases, of.patches);
  const size = model.inputs.every((input) => input.shape[0] === 'batch') ? BATCH : 1;
  const cells = cellsAcross(patch, model) ** 2;
  const logits: (readonly [number, number])[] = [];
  for (let first = 0; first < cells; first += size) {
    const count = Math.min(size, cells - first);
    const windows = Array.from({ length: count }, (_, n) => covered(patch, first + n, model.cam.stride, model.cam.windowPx));
    const feeds = Object.fromEntries(Object.entries(whole).map(([key, tensor]) => [key, stacked(tensor, key === name ? windows : Array<Float32Array>(count).fill(tensor.data))]));
    const outputs = await runner.run(feeds);
    if (!outputs.ok) return outputs;
    const output = scoreOutput(model, outputs.value, count);
    if (!output.ok) return output;
    for (let n = 0; n < count; n += 1) logits.push(logitsOf(model, output.value.data.subarray(2 * n, 2 * n + 2)));
    of.fraction((first + count) / cells);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  return success(logits);
}

function stacked(like: Tensor, rows: readonly Float32Array[]): Tensor {
  const data = new Float32Array(rows.length * like.data.length);
  rows.forEach((row, n) => data.set(row, n * like.data.length));
  return { shape: [rows.length, ...like.shape.slice(1)], data };
}

function classScore(logits: readonly [number, number], classIndex: 0 | 1, score: PresetConstants['camScore']): number {
  return score === 'logit' ? logits[classIndex] : 1 / (1 + Math.exp(logits[1 - classIndex]! - logits[classIndex]));
}
