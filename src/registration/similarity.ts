import { indexToLps, lpsToIndex, type Grid } from '../core/grid';
import { sampleTrilinear } from '../core/interpolate';
import type { RigidMap } from '../core/ports';
import { applyRigid } from '../core/rigid';
import { subtract } from '../core/vector';

/** A small volume for registration: Float32 HU, i fastest. */
export interface Box {
  readonly grid: Grid;
  readonly hu: Float32Array;
}

const BINS = 48;
/** Range that is binned; the boxes are cut to it before. */
const RANGE_HU = [-200, 400] as const;
/** Every second voxel along each axis is enough. */
const STRIDE = 2;

/**
 * Normalised mutual information (H(fixed) + H(moving)) / H(both) of the voxels that both boxes cover under a map:
 * 1 unrelated, 2 the same up to their grey values. 0 when they share less than a tenth of the fixed box.
 */
export function normalisedMutualInformation(fixed: Box, moving: Box, map: Pick<RigidMap, 'rotation' | 'translationMm' | 'centreLpsMm'> | null): number {
  const [ni, nj, nk] = fixed.grid.sizeIjk;
  const full = map === null ? null : { ...map, similarityBefore: 0, similarityAfter: 0 };
  const at = (i: number, j: number, k: number): readonly [number, number, number] =>
    lpsToIndex(moving.grid, applyRigid(full, indexToLps(fixed.grid, [i, j, k])));
  const first = at(0, 0, 0);
  const pi = subtract(at(1, 0, 0), first);
  const pj = subtract(at(0, 1, 0), first);
  const pk = subtract(at(0, 0, 1), first);
  const joint = new Float64Array(BINS * BINS);
  let count = 0;
  let seen = 0;
  for (let k = 0; k < nk; k += STRIDE) {
    for (let j = 0; j < nj; j += STRIDE) {
      for (let i = 0; i < ni; i += STRIDE) {
        seen += 1;
        const value = sampleTrilinear(
          moving.hu,
          moving.grid.sizeIjk,
          first[0] + i * pi[0] + j * pj[0] + k * pk[0],
          first[1] + i * pi[1] + j * pj[1] + k * pk[1],
          first[2] + i * pi[2] + j * pj[2] + k * pk[2],
        );
        if (Number.isNaN(value)) continue;
        count += 1;
        joint[binOf(fixed.hu[i + ni * (j + nj * k)]!) * BINS + binOf(value)]! += 1;
      }
    }
  }
  if (count < seen / 10) return 0;
  return (entropy(sums(joint, BINS, 1), count) + entropy(sums(joint, 1, BINS), count)) / Math.max(entropy(joint, count), 1e-9);
}

function binOf(hu: number): number {
  const share = (hu - RANGE_HU[0]) / (RANGE_HU[1] - RANGE_HU[0]);
  return Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)));
}

function sums(joint: Float64Array, outer: number, inner: number): Float64Array {
  const out = new Float64Array(BINS);
  for (let a = 0; a < BINS; a += 1) for (let b = 0; b < BINS; b += 1) out[a]! += joint[a * outer + b * inner]!;
  return out;
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (const c of counts) if (c > 0) sum -= (c / total) * Math.log(c / total);
  return sum;
}
