import { issue } from '../../core/issue';
import type { NnunetSegmentation } from '../../core/models';
import type { NetworkRunner } from '../../core/ports';
import { failure, success, type Result } from '../../core/result';
import type { Vec3 } from '../../core/vector';

/**
 * Reads tiles with all folds and all mirrorings of an nnU-Net: the mean over both of the logits (v2), or of the
 * probabilities (v1). The tile has `patch` voxels, one deep for a 2-D network; the answer holds the heads one after another.
 * It is the same array each time. Issues: what the networks refuse, `pack-shape-mismatch` for an answer of another size.
 */
export function tileReader(model: NnunetSegmentation, runners: readonly NetworkRunner[], patch: Vec3, heads: number): (tile: Float32Array) => Promise<Result<Float32Array>> {
  const voxels = patch[0] * patch[1] * patch[2];
  const shift = 3 - model.patchPx.length;
  const mirrorings = subsetsOf(model.mirrorAxes.map((axis) => axis + shift));
  const shape = [1, 1, ...model.patchPx];
  const mean = new Float32Array(heads * voxels);
  const mirrored = new Float32Array(voxels);
  const share = 1 / (mirrorings.length * runners.length);
  return async (tile) => {
    mean.fill(0);
    for (const axes of mirrorings) {
      mirrored.fill(0);
      addMirrored(tile, 0, patch, axes, mirrored, 0, 1);
      for (const [n, runner] of runners.entries()) {
        const fold = model.folds[n]!;
        const answer = await runner.run({ [fold.inputs[0]!.name]: { shape, data: mirrored.slice() } });
        if (!answer.ok) return answer;
        const output = fold.outputs[0]!;
        const logits = answer.value[output.name];
        if (logits?.data.length !== mean.length) {
          const found = logits === undefined ? 'nothing' : `[${logits.shape.join(', ')}]`;
          return failure(issue('pack-shape-mismatch', 'error', fold.file, { name: output.name, expected: `[${output.shape.join(', ')}]`, found }));
        }
        if (model.framework === 'nnunet-v1') activate(logits.data, heads, voxels, model.decision.kind);
        for (let h = 0; h < heads; h += 1) addMirrored(logits.data, h * voxels, patch, axes, mean, h * voxels, share);
      }
    }
    return success(mean);
  };
}

/** All subsets of a set, the empty one first. */
function subsetsOf(axes: readonly number[]): readonly (readonly number[])[] {
  return axes.reduce<readonly (readonly number[])[]>((all, axis) => [...all, ...all.map((some) => [...some, axis])], [[]]);
}

/** Adds `share` times one block of `from`, mirrored along `axes`, to a block of `to`. */
function addMirrored(from: Float32Array, fromOffset: number, shape: Vec3, axes: readonly number[], to: Float32Array, toOffset: number, share: number): void {
  const [n0, n1, n2] = shape;
  const step = axes.includes(2) ? -1 : 1;
  let out = toOffset;
  for (let a = 0; a < n0; a += 1) {
    const ma = axes.includes(0) ? n0 - 1 - a : a;
    for (let b = 0; b < n1; b += 1) {
      const mb = axes.includes(1) ? n1 - 1 - b : b;
      let at = fromOffset + (ma * n1 + mb) * n2 + (step < 0 ? n2 - 1 : 0);
      for (let c = 0; c < n2; c += 1, out += 1, at += step) to[out]! += share * from[at]!;
    }
  }
}

/** Softmax over the heads, or sigmoid of each, in place. */
function activate(logits: Float32Array, heads: number, voxels: number, kind: 'argmax' | 'regions'): void {
  if (kind === 'regions') {
    for (let at = 0; at < logits.length; at += 1) logits[at] = 1 / (1 + Math.exp(-logits[at]!));
    return;
  }
  for (let at = 0; at < voxels; at += 1) {
    let highest = -Infinity;
    for (let h = 0; h < heads; h += 1) highest = Math.max(highest, logits[h * voxels + at]!);
    let sum = 0;
    for (let h = 0; h < heads; h += 1) sum += logits[h * voxels + at] = Math.exp(logits[h * voxels + at]! - highest);
    for (let h = 0; h < heads; h += 1) logits[h * voxels + at]! /= sum;
  }
}
