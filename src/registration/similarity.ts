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

/** How finely a comparison looks: every `stride`th voxel along each axis, grey values in `bins`. */
export interface Fineness {
  readonly stride: number;
  readonly bins: number;
}

const FINE: Fineness = { stride: 2, bins: 48 };
/** Range that is binned; the boxes are cut to it before. */
const RANGE_HU = [-200, 400] as const;

/**
 * Normalised mutual information (H(fixed) + H(moving)) / H(both) of the voxels that both boxes cover under a map:
 * 1 unrelated, 2 the same up to their grey values. 0 when they share less than a tenth of the fixed box.
 */
export function normalisedMutualInformation(
  fixed: Box,
  moving: Box,
  map: Pick<RigidMap, 'rotation' | 'translationMm' | 'centreLpsMm'> | null,
  { stride, bins }: Fineness = FINE,
): number {
  const [ni, nj, nk] = fixed.grid.sizeIjk;
  const full = map === null ? null : { ...map, similarityBefore: 0, similarityAfter: 0 };
  const at = (i: number, j: number, k: number): readonly [number, number, number] =>
    lpsToIndex(moving.grid, applyRigid(full, indexToLps(fixed.grid, [i, j, k])));
  const first = at(0, 0, 0);
  const pi = subtract(at(1, 0, 0), first);
  const pj = subtract(at(0, 1, 0), first);
  const pk = subtract(at(0, 0, 1), first);
  const joint = new Float64Array(bins * bins);
  let count = 0;
  let seen = 0;
  for (let k = 0; k < nk; k += stride) {
    for (let j = 0; j < nj; j += stride) {
      for (let i = 0; i < ni; i += stride) {
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
        joint[binOf(fixed.hu[i + ni * (j + nj * k)]!, bins) * bins + binOf(value, bins)]! += 1;
      }
    }
  }
  if (count < seen / 10) return 0;
  return (entropy(sums(joint, bins, bins, 1), count) + entropy(sums(joint, bins, 1, bins), count)) / Math.max(entropy(joint, count), 1e-9);
}

function binOf(hu: number, bins: number): number {
  const share = (hu - RANGE_HU[0]) / (RANGE_HU[1] - RANGE_HU[0]);
  return Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
}

function sums(joint: Float64Array, bins: number, outer: number, inner: number): Float64Array {
  const out = new Float64Array(bins);
  for (let a = 0; a < bins; a += 1) for (let b = 0; b < bins; b += 1) out[a]! += joint[a * outer + b * inner]!;
  return out;
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (const c of counts) if (c > 0) sum -= (c / total) * Math.log(c / total);
  return sum;
}
