import { componentAt, type ComponentMap } from '../core/component-map';
import { lpsToIndex, type Grid } from '../core/grid';
import type { ClassifierModel, Task } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { RigidMap, Tensor } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { Heatmap, Patch } from '../core/reading';
import { applyRigidInverse } from '../core/rigid';
import { addScaled, subtract, type Vec3 } from '../core/vector';

/**
 * Grad-CAM: L = ReLU(sum over k of alpha_k A_k), shown after division by its maximum (0 where all is 0).
 * `activation` [1, C, h, w]; `gradient` [1, 2, C], the mean over positions of dz/dA, or [1, 2, C, h, w], averaged here.
 * `score` says whose gradient: `logit` takes the class's own, `probability` the difference to the other class, which is the
 * softmax's gradient without its factor p (1 - p). `normalisation` `range` subtracts the minimum first and divides by
 * maximum + 1e-8, as torchcam does. Source: method section 4; Selvaraju 2017.
 */
export function gradCam(input: {
  readonly activation: Tensor;
  readonly gradient: Tensor;
  readonly model: Pick<ClassifierModel, 'cam'>;
  readonly task: Task;
  readonly classIndex: 0 | 1;
  readonly phase: ReadPhase;
  /** Defaults to what the pack says. */
  readonly score?: PresetConstants['camScore'];
  readonly normalisation?: 'maximum' | 'range';
}): Heatmap {
  const { activation, gradient, model, task, classIndex, phase } = input;
  const [, channels, rows, columns] = activation.shape as [number, number, number, number];
  const alpha = classWeights(gradient, channels, classIndex, input.score ?? model.cam.score);
  const map = weightedSum(activation.data, alpha, rows * columns);
  scaleMap(map, input.normalisation ?? 'maximum');
  return { method: 'grad-cam', task, classIndex, phase, rows, columns, map, stridePx: model.cam.stride, shareInsideLesion: null };
}

/** Weights alpha_k of one class from the exported gradients. */
function classWeights(gradient: Tensor, channels: number, classIndex: 0 | 1, score: 'logit' | 'probability'): Float64Array {
  const perClass = gradient.data.length / 2;
  const positions = perClass / channels;
  const mean = (of: 0 | 1, k: number): number => {
    let sum = 0;
    const at = of * perClass + k * positions;
    for (let n = 0; n < positions; n += 1) sum += gradient.data[at + n]!;
    return sum / positions;
  };
  const other = classIndex === 0 ? 1 : 0;
  return Float64Array.from({ length: channels }, (_, k) =>
    score === 'logit' ? mean(classIndex, k) : mean(classIndex, k) - mean(other, k),
  );
}

/** ReLU of the weighted sum of the feature maps; `cells` positions. */
function weightedSum(activation: Float32Array, alpha: Float64Array, cells: number): Float32Array {
  const sum = new Float64Array(cells);
  for (let k = 0; k < alpha.length; k += 1) {
    const weight = alpha[k]!;
    for (let n = 0; n < cells; n += 1) sum[n]! += weight * activation[k * cells + n]!;
  }
  return Float32Array.from(sum, (x) => Math.max(0, x));
}

/** Scales a map of values >= 0 in place: to 0..1 by its maximum, or by its range as torchcam does. */
export function scaleMap(map: Float32Array, normalisation: 'maximum' | 'range'): void {
  let low = Infinity;
  let high = 0;
  for (const x of map) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (normalisation === 'range') {
    for (let n = 0; n < map.length; n += 1) map[n] = (map[n]! - low) / (high - low + 1e-8);
  } else if (high > 0) {
    for (let n = 0; n < map.length; n += 1) map[n]! /= high;
  }
}

/**
 * The map on the patch's own pixels (`sizePx` x `sizePx`, row-major): bilinear between cell centres, which lie at
 * stride a + (stride - 1) / 2, and constant beyond the outermost centres. Never leaves the patch.
 */
export function upsampleToPatch(heatmap: Pick<Heatmap, 'rows' | 'columns' | 'map' | 'stridePx'>, sizePx: number): Float32Array {
  const { rows, columns, map, stridePx } = heatmap;
  const out = new Float32Array(sizePx * sizePx);
  const place = (pixel: number, cells: number): readonly [number, number, number] => {
    const at = Math.min(Math.max((pixel - (stridePx - 1) / 2) / stridePx, 0), cells - 1);
    const lower = Math.floor(at);
    return [lower, Math.min(lower + 1, cells - 1), at - lower];
  };
  for (let t = 0; t < sizePx; t += 1) {
    const [a, a1, e] = place(t, rows);
    for (let s = 0; s < sizePx; s += 1) {
      const [b, b1, f] = place(s, columns);
      out[t * sizePx + s] =
        (1 - e) * ((1 - f) * map[a * columns + b]! + f * map[a * columns + b1]!) +
        e * ((1 - f) * map[a1 * columns + b]! + f * map[a1 * columns + b1]!);
    }
  }
  return out;
}

/**
 * Which pixels of a patch lie in a mass: 1 inside. The mass stands on the segmented phase's grid; `map` is the one through
 * which the patch's phase was read (null for the identity). Nearest voxel.
 */
export function lesionInPatch(input: {
  readonly patch: Patch;
  readonly components: ComponentMap;
  readonly grid: Grid;
  readonly massId: number;
  readonly map: RigidMap | null;
}): Uint8Array {
  const { patch, components, grid, massId, map } = input;
  const firstLps = applyRigidInverse(map, patch.firstPixelLpsMm);
  const back = (step: Vec3): Vec3 => subtract(applyRigidInverse(map, addScaled(patch.firstPixelLpsMm, step, 1)), firstLps);
  const first = lpsToIndex(grid, firstLps);
  const column = subtract(lpsToIndex(grid, addScaled(firstLps, back(patch.columnStepLpsMm), 1)), first);
  const row = subtract(lpsToIndex(grid, addScaled(firstLps, back(patch.rowStepLpsMm), 1)), first);
  const [ni, nj, nk] = grid.sizeIjk;
  const inside = new Uint8Array(patch.sizePx * patch.sizePx);
  for (let t = 0; t < patch.sizePx; t += 1) {
    for (let s = 0; s < patch.sizePx; s += 1) {
      const i = Math.floor(first[0] + s * column[0] + t * row[0] + 0.5);
      const j = Math.floor(first[1] + s * column[1] + t * row[1] + 0.5);
      const k = Math.floor(first[2] + s * column[2] + t * row[2] + 0.5);
      if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
      if (componentAt(components, i + ni * (j + nj * k)) === massId) inside[t * patch.sizePx + s] = 1;
    }
  }
  return inside;
}

/** Share of the upsampled map that falls on the lesion's pixels, 0..1; null without a lesion in the patch or without a map. */
export function shareInsideLesion(upsampled: Float32Array, lesion: Uint8Array): number | null {
  let inside = 0;
  let all = 0;
  for (let n = 0; n < upsampled.length; n += 1) {
    all += upsampled[n]!;
    if (lesion[n] !== 0) inside += upsampled[n]!;
  }
  return all === 0 || !lesion.includes(1) ? null : inside / all;
}
