import { addScaled, dot, subtract, type Vec3 } from '../core/vector';
import { indexToLps, lpsToIndex, type Grid } from '../core/grid';
import { sampleTrilinear } from '../core/interpolate';
import { VOI_MM } from '../core/presets';
import type { Volume } from '../core/volume';
import { axialFrame } from './axial-frame';
import { antiAliasSigma, convolveLines, gaussianWeights, mirrorIndex } from './gaussian';

/** Spacing at which phases are registered, mm. */
const VOI_SPACING_MM = 1.5;

/** What is denser or emptier than tissue is cut to this range before registration, HU. */
const VOI_HU = [-200, 400] as const;

/**
 * The box in which phases are registered: 14 x 14 x 16 cm plus `marginMm` on every side around the centre, in the
 * directions of the reference grid's slices, cut to what the volume on `covered` reaches. Isotropic at 1.5 mm.
 */
export function voiGrid(input: {
  readonly reference: Grid;
  /** Grid of the volume that will be sampled in the box. */
  readonly covered: Grid;
  readonly centreLpsMm: Vec3;
  readonly marginMm: number;
}): Grid {
  const { reference, covered, centreLpsMm, marginMm } = input;
  const { vectors } = axialFrame(reference);
  const corners = Array.from({ length: 8 }, (_, n) => indexToLps(covered, [
    (n & 1) * (covered.sizeIjk[0] - 1),
    ((n >> 1) & 1) * (covered.sizeIjk[1] - 1),
    ((n >> 2) & 1) * (covered.sizeIjk[2] - 1),
  ]));
  const low: [number, number, number] = [0, 0, 0];
  const size: [number, number, number] = [1, 1, 1];
  for (const a of [0, 1, 2] as const) {
    const ends = corners.map((corner) => dot(subtract(corner, centreLpsMm), vectors[a]));
    low[a] = Math.max(-VOI_MM[a] / 2 - marginMm, Math.min(...ends));
    const high = Math.min(VOI_MM[a] / 2 + marginMm, Math.max(...ends));
    size[a] = Math.max(1, Math.floor((high - low[a]) / VOI_SPACING_MM) + 1);
  }
  let originLpsMm = centreLpsMm;
  for (const a of [0, 1, 2] as const) originLpsMm = addScaled(originLpsMm, vectors[a], low[a]);
  return { sizeIjk: size, spacingMm: [VOI_SPACING_MM, VOI_SPACING_MM, VOI_SPACING_MM], originLpsMm, axesLps: vectors };
}

/**
 * Samples a volume on a box grid (trilinear after the anti-aliasing rule on axes that become coarser), HU cut to
 * [-200, 400], so that air, metal and table do not steer the registration. Points outside the volume count as -200.
 */
export function sampleBox(volume: Volume, box: Grid): Float32Array {
  const source = smoothedPart(volume, box);
  const [ni, nj, nk] = box.sizeIjk;
  const out = new Float32Array(ni * nj * nk);
  const first = lpsToIndex(volume.grid, indexToLps(box, [0, 0, 0]));
  const per = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map((unit) =>
    subtract(lpsToIndex(volume.grid, indexToLps(box, unit)), first),
  );
  const [pi, pj, pk] = [per[0]!, per[1]!, per[2]!];
  let at = 0;
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      for (let i = 0; i < ni; i += 1, at += 1) {
        const value = sampleTrilinear(
          source.data,
          source.size,
          first[0] + i * pi[0] + j * pj[0] + k * pk[0] - source.from[0],
          first[1] + i * pi[1] + j * pj[1] + k * pk[1] - source.from[1],
          first[2] + i * pi[2] + j * pj[2] + k * pk[2] - source.from[2],
        );
        // NaN, outside, fails the comparison too.
        out[at] = value > VOI_HU[0] ? Math.min(value, VOI_HU[1]) : VOI_HU[0];
      }
    }
  }
  return out;
}

/** The part of a volume under a box, as floats, smoothed along every axis that the box samples more coarsely. */
function smoothedPart(volume: Volume, box: Grid): { data: Float32Array; from: Vec3; size: Vec3 } {
  const { grid, hu } = volume;
  const corners: Vec3[] = [];
  for (let n = 0; n < 8; n += 1) {
    const at = ([0, 1, 2] as const).map((a) => ((n >> a) & 1) * (box.sizeIjk[a] - 1));
    corners.push(lpsToIndex(grid, indexToLps(box, [at[0]!, at[1]!, at[2]!])));
  }
  const bounds = ([0, 1, 2] as const).map((a) => {
    const last = grid.sizeIjk[a] - 1;
    const values = corners.map((corner) => corner[a]);
    const from = Math.min(Math.max(Math.floor(Math.min(...values)) - 3, 0), last);
    const to = Math.min(Math.max(Math.ceil(Math.max(...values)) + 3, 0), last);
    return { from, count: to - from + 1 };
  });
  const from: Vec3 = [bounds[0]!.from, bounds[1]!.from, bounds[2]!.from];
  const size: Vec3 = [bounds[0]!.count, bounds[1]!.count, bounds[2]!.count];
  const [ni, nj] = grid.sizeIjk;
  const data = new Float32Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let k = 0; k < size[2]; k += 1) {
    for (let j = 0; j < size[1]; j += 1) {
      const line = from[0] + ni * (from[1] + j + nj * mirrorIndex(from[2] + k, grid.sizeIjk[2]));
      for (let i = 0; i < size[0]; i += 1, at += 1) data[at] = Math.min(Math.max(hu[line + i]!, VOI_HU[0]), VOI_HU[1]);
    }
  }
  const step = [1, size[0], size[0] * size[1]] as const;
  for (const axis of [0, 1, 2] as const) {
    const weights = gaussianWeights(antiAliasSigma(VOI_SPACING_MM / grid.spacingMm[axis]));
    const [a, b] = ([0, 1, 2] as const).filter((other) => other !== axis) as [0 | 1 | 2, 0 | 1 | 2];
    const starts: number[] = [];
    for (let y = 0; y < size[b]; y += 1) for (let x = 0; x < size[a]; x += 1) starts.push(x * step[a] + y * step[b]);
    convolveLines(data, size[axis], step[axis], starts, weights);
  }
  return { data, from, size };
}
