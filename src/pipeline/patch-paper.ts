import { containsLps, lpsToIndex, type Grid } from '../core/grid';
import { sampleTrilinear } from '../core/interpolate';
import { issue } from '../core/issue';
import type { ReadPhase } from '../core/phase';
import type { RigidMap } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { Patch } from '../core/reading';
import { failure, type Result } from '../core/result';
import { applyRigid, rotateVector } from '../core/rigid';
import { addScaled, scale, subtract, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { axialFrame } from './axial-frame';
import { finishPatch } from './finish-patch';
import { antiAliasSigma, convolveLines, gaussianWeights, mirrorIndex } from './gaussian';

/**
 * Cuts the patch as the paper describes it: 224 x 224 pixels of 0.625 mm in the plane of the reference phase's slice around
 * the centre, read from this phase through the registration map with one trilinear interpolation; row 0 anterior, column 0
 * the patient's right. Refuses a centre outside the phase (`centre-outside-phase`); warns with `patch-outside-phase`.
 * Source: method section 2.2.
 */
export function cutPaperPatch(input: {
  readonly reference: Grid;
  readonly volume: Volume;
  readonly phase: ReadPhase;
  readonly centreLpsMm: Vec3;
  /** Slice of the reference grid, along its head-foot axis. */
  readonly sliceK: number;
  /** From the reference phase's world to this phase's; null for the identity. */
  readonly map: RigidMap | null;
  readonly constants: PresetConstants;
}): Result<Patch> {
  const { reference, volume, phase, centreLpsMm, sliceK, map, constants } = input;
  const frame = axialFrame(reference);
  const [u, v, n] = frame.vectors;
  const axisN = frame.axes[2];
  const offPlane = (sliceK - lpsToIndex(reference, centreLpsMm)[axisN]) * reference.spacingMm[axisN] * frame.signs[2];
  const inPlane = applyRigid(map, addScaled(centreLpsMm, n, offPlane));
  if (!containsLps(volume.grid, inPlane)) return failure(issue('centre-outside-phase', 'error', volume.id, { phase }));

  const size = constants.patchPx;
  const pixelMm = constants.cropMm / size;
  const columnStepLpsMm = scale(rotateVector(map, u), pixelMm);
  const rowStepLpsMm = scale(rotateVector(map, v), pixelMm);
  const half = (size - 1) / 2;
  const firstPixelLpsMm = addScaled(addScaled(inPlane, columnStepLpsMm, -half), rowStepLpsMm, -half);
  const { hu, outside } = samplePlane(volume, firstPixelLpsMm, columnStepLpsMm, rowStepLpsMm, size, pixelMm, constants.padHu);

  const index = lpsToIndex(volume.grid, inPlane);
  const voxel: Vec3 = [nearestIn(volume.grid, index, 0), nearestIn(volume.grid, index, 1), nearestIn(volume.grid, index, 2)];
  return finishPatch({
    phase,
    volumeId: volume.id,
    hu,
    firstPixelLpsMm,
    columnStepLpsMm,
    rowStepLpsMm,
    outsideShare: outside / (size * size),
    sliceK: voxel[axialFrame(volume.grid).axes[2]],
    centreVoxelIjk: voxel,
    indexNearInteger: false,
  }, constants);
}

function nearestIn(grid: Grid, index: Vec3, axis: 0 | 1 | 2): number {
  return Math.min(Math.max(Math.floor(index[axis] + 0.5), 0), grid.sizeIjk[axis] - 1);
}

/** Reads `size` x `size` points of a plane from a volume, smoothed in its own slices first where its pixels are finer. */
function samplePlane(
  volume: Volume,
  firstLpsMm: Vec3,
  columnStepMm: Vec3,
  rowStepMm: Vec3,
  size: number,
  pixelMm: number,
  padHu: number,
): { readonly hu: Float64Array; readonly outside: number } {
  const { grid } = volume;
  const first = lpsToIndex(grid, firstLpsMm);
  const column = subtract(lpsToIndex(grid, addScaled(firstLpsMm, columnStepMm, 1)), first);
  const row = subtract(lpsToIndex(grid, addScaled(firstLpsMm, rowStepMm, 1)), first);
  const smoothed = smoothedBox(volume, first, column, row, size, pixelMm);
  const data = smoothed === null ? volume.hu : smoothed.data;
  const boxSize = smoothed === null ? grid.sizeIjk : smoothed.size;
  const from: Vec3 = smoothed === null ? [0, 0, 0] : smoothed.from;
  const [ni, nj, nk] = grid.sizeIjk;
  const hu = new Float64Array(size * size);
  let outside = 0;
  for (let t = 0; t < size; t += 1) {
    for (let s = 0; s < size; s += 1) {
      const i = first[0] + s * column[0] + t * row[0];
      const j = first[1] + s * column[1] + t * row[1];
      const k = first[2] + s * column[2] + t * row[2];
      if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i <= ni - 0.5 && j <= nj - 0.5 && k <= nk - 0.5)) {
        hu[t * size + s] = padHu;
        outside += 1;
        continue;
      }
      const value = sampleTrilinear(
        data,
        boxSize,
        Math.min(Math.max(i, 0), ni - 1) - from[0],
        Math.min(Math.max(j, 0), nj - 1) - from[1],
        Math.min(Math.max(k, 0), nk - 1) - from[2],
      );
      hu[t * size + s] = value;
    }
  }
  return { hu, outside };
}

/**
 * The part of the volume that the plane can read, smoothed along its two in-plane axes with the anti-aliasing rule; null
 * when the rule is the identity on both (pixels of more than about 0.5 mm). Lines are mirrored at the volume's own border.
 */
function smoothedBox(
  volume: Volume,
  first: Vec3,
  column: Vec3,
  row: Vec3,
  size: number,
  pixelMm: number,
): { readonly data: Float64Array; readonly from: Vec3; readonly size: Vec3 } | null {
  const { grid } = volume;
  const inPlane = axialFrame(grid).axes.slice(0, 2);
  const weights = ([0, 1, 2] as const).map((axis) =>
    gaussianWeights(inPlane.includes(axis) ? antiAliasSigma(pixelMm / grid.spacingMm[axis]) : 0),
  );
  const radii = weights.map((w) => (w.length - 1) / 2);
  if (radii.every((r) => r === 0)) return null;
  const bounds = ([0, 1, 2] as const).map((axis) => {
    const corners = [0, size - 1].flatMap((s) => [0, size - 1].map((t) => first[axis] + s * column[axis] + t * row[axis]));
    const last = grid.sizeIjk[axis] - 1;
    const low = Math.min(Math.max(Math.floor(Math.min(...corners)), 0), last);
    const high = Math.min(Math.max(Math.ceil(Math.max(...corners)) + 1, 0), last);
    return { low: low - radii[axis]!, high: high + radii[axis]! };
  });
  const from: Vec3 = [bounds[0]!.low, bounds[1]!.low, bounds[2]!.low];
  const box: Vec3 = [bounds[0]!.high - from[0] + 1, bounds[1]!.high - from[1] + 1, bounds[2]!.high - from[2] + 1];
  const data = new Float64Array(box[0] * box[1] * box[2]);
  const [ni, nj, nk] = grid.sizeIjk;
  let at = 0;
  for (let k = 0; k < box[2]; k += 1) {
    for (let j = 0; j < box[1]; j += 1) {
      const line = ni * (mirrorIndex(from[1] + j, nj) + nj * mirrorIndex(from[2] + k, nk));
      for (let i = 0; i < box[0]; i += 1, at += 1) data[at] = volume.hu[line + mirrorIndex(from[0] + i, ni)]!;
    }
  }
  const step = [1, box[0], box[0] * box[1]] as const;
  for (const axis of [0, 1, 2] as const) {
    const others = ([0, 1, 2] as const).filter((other) => other !== axis);
    const [a, b] = [others[0]!, others[1]!];
    const starts: number[] = [];
    for (let y = 0; y < box[b]; y += 1) for (let x = 0; x < box[a]; x += 1) starts.push(x * step[a] + y * step[b]);
    convolveLines(data, box[axis], step[axis], starts, weights[axis]!);
  }
  return { data, from, size: box };
}
