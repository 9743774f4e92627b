import { containsLps } from '../core/grid';
import { issue } from '../core/issue';
import type { ReadPhase } from '../core/phase';
import type { PresetConstants } from '../core/presets';
import type { Patch } from '../core/reading';
import { failure, type Result } from '../core/result';
import { scale, subtract, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import {
  arrayIndexToGrid,
  arrayIndexToLps,
  arrayLayout,
  lpsToArrayIndex,
  truncateIndex,
  type ArrayLayout,
} from './array-layout';
import { axialFrame } from './axial-frame';
import { finishPatch } from './finish-patch';
import { antiAliasSigma, smoothPlane } from './gaussian';

/**
 * Cuts the patch as the published code does: truncated centre voxel, a window of whole voxels in that slice, 0 HU outside,
 * anti-aliasing and linear resize to 224 x 224, no transposition (row = first array axis, left-right).
 * Refuses a centre outside the volume (`centre-outside-phase`); warns with `patch-outside-phase`.
 * `centreVoxelIjk` counts in the authors' array, `sliceK` in the volume's own. Source: method section 2.1.
 */
export function cutAuthorsPatch(input: {
  readonly volume: Volume;
  readonly phase: ReadPhase;
  readonly centreLpsMm: Vec3;
  readonly constants: PresetConstants;
}): Result<Patch> {
  const { volume, phase, centreLpsMm, constants } = input;
  const layout = arrayLayout(volume.grid, constants.arrayLayout);
  const { voxel, nearInteger } = truncateIndex(lpsToArrayIndex(layout, centreLpsMm), constants.indexSnap);
  const inside = voxel.every((c, a) => c >= 0 && c < layout.size[a]!);
  if (!inside || !containsLps(volume.grid, centreLpsMm)) {
    return failure(issue('centre-outside-phase', 'error', volume.id, { phase }));
  }
  const r0 = Math.trunc(Math.trunc(constants.cropMm / layout.pixdim[0]) / 2);
  const r1 = Math.trunc(Math.trunc(constants.cropMm / layout.pixdim[1]) / 2);
  const rows = 2 * r0;
  const columns = 2 * r1;
  const first: Vec3 = [voxel[0] - r0, voxel[1] - r1, voxel[2]];
  const { window, outsideShare } = cutWindow(volume, layout, first, rows, columns, constants.padHu);
  const size = constants.patchPx;
  if (rows > size || columns > size) {
    smoothPlane(window, rows, columns, antiAliasSigma(rows / size), antiAliasSigma(columns / size));
  }
  const hu = resizeLinear(window, rows, columns, size);
  const at = (row: number, column: number): Vec3 =>
    arrayIndexToLps(layout, [
      first[0] + ((row + 0.5) * rows) / size - 0.5,
      first[1] + ((column + 0.5) * columns) / size - 0.5,
      voxel[2],
    ]);
  const firstPixelLpsMm = at(0, 0);
  const n = axialFrame(volume.grid).axes[2];
  return finishPatch({
    phase,
    volumeId: volume.id,
    hu,
    firstPixelLpsMm,
    columnStepLpsMm: scale(subtract(at(0, size), firstPixelLpsMm), 1 / size),
    rowStepLpsMm: scale(subtract(at(size, 0), firstPixelLpsMm), 1 / size),
    outsideShare,
    sliceK: arrayIndexToGrid(layout, voxel)[n],
    centreVoxelIjk: voxel,
    indexNearInteger: nearInteger,
  }, constants);
}

/** The window of one array slice, `padHu` where it leaves the volume. */
function cutWindow(
  volume: Volume,
  layout: ArrayLayout,
  first: Vec3,
  rows: number,
  columns: number,
  padHu: number,
): { readonly window: Float64Array; readonly outsideShare: number } {
  const window = new Float64Array(rows * columns).fill(padHu);
  let inside = 0;
  const slice = layout.offset + layout.steps[2] * first[2];
  for (let a = 0; a < rows; a += 1) {
    const row = first[0] + a;
    if (row < 0 || row >= layout.size[0]) continue;
    for (let b = 0; b < columns; b += 1) {
      const column = first[1] + b;
      if (column < 0 || column >= layout.size[1]) continue;
      window[a * columns + b] = volume.hu[slice + layout.steps[0] * row + layout.steps[1] * column]!;
      inside += 1;
    }
  }
  return { window, outsideShare: 1 - inside / (rows * columns) };
}

/** Where an output pixel reads on an axis of n source pixels: lower neighbour, upper neighbour, weight of the upper. */
function sourceOf(t: number, n: number, size: number): readonly [number, number, number] {
  let u = ((t + 0.5) * n) / size - 0.5;
  if (u < 0) u = -u;
  if (u > n - 1) u = 2 * (n - 1) - u;
  const i = Math.floor(u);
  return [i, Math.min(i + 1, n - 1), u - i];
}

function resizeLinear(source: Float64Array, rows: number, columns: number, size: number): Float64Array {
  const out = new Float64Array(size * size);
  const across = Array.from({ length: size }, (_, s) => sourceOf(s, columns, size));
  for (let t = 0; t < size; t += 1) {
    const [i, i1, e] = sourceOf(t, rows, size);
    for (let s = 0; s < size; s += 1) {
      const [j, j1, f] = across[s]!;
      out[t * size + s] =
        (1 - e) * (1 - f) * source[i * columns + j]! +
        (1 - e) * f * source[i * columns + j1]! +
        e * (1 - f) * source[i1 * columns + j]! +
        e * f * source[i1 * columns + j1]!;
    }
  }
  return out;
}
