import type { JoinRules } from '../../core/models';
import { elements, regionsOf, type Shape } from './regions';
import { workingMl, type WorkingGrid } from './working-grid';

/** Row and column of a patch's first pixel on the working grid. */
export type PatchOrigin = readonly [row: number, column: number];

/**
 * Where the second network looks, per slab: round the regions that the first one calls kidney or mass.
 * `kidney` is its first head over the stack (columns fastest, then rows, then slabs).
 * Rules: docs/model-pack.md, 'Segmentation', point 5.
 */
export function placePatches(
  kidney: Float32Array,
  grid: WorkingGrid,
  patchPx: readonly [rows: number, columns: number],
  join: JoinRules,
): readonly (readonly PatchOrigin[])[] {
  const shape: Shape = { columns: grid.columns, rows: grid.rows, slabs: grid.slabs };
  const mask = new Uint8Array(elements(shape));
  const threshold = Math.fround(join.candidateThreshold);
  for (let at = 0; at < mask.length; at += 1) mask[at] = kidney[at]! >= threshold ? 1 : 0;
  const ids = new Int32Array(mask.length);
  const regions = regionsOf(mask, shape, ids);
  const keep = Uint8Array.from([0, ...regions.map((region) => (region.voxels * workingMl(grid) >= join.candidateMinMl ? 1 : 0))]);
  for (let at = 0; at < mask.length; at += 1) mask[at] = keep[ids[at]!]!;
  return Array.from({ length: grid.slabs }, (_, slab) => placeInSlab(mask, shape, ids, slab, grid, patchPx, join));
}

function placeInSlab(
  mask: Uint8Array,
  shape: Shape,
  ids: Int32Array,
  slab: number,
  grid: WorkingGrid,
  patchPx: readonly [number, number],
  join: JoinRules,
): readonly PatchOrigin[] {
  const regions = regionsOf(mask, shape, ids, slab)
    .filter((region) => region.voxels * grid.pixelMm ** 2 >= join.minComponentMm2)
    .sort((a, b) => b.voxels - a.voxels);
  const placed: PatchOrigin[] = [];
  const margin = join.patchMarginPx;
  const holds = (origin: number, length: number, low: number, high: number): boolean =>
    low >= origin + margin && high < origin + length - margin;
  for (const { box } of regions) {
    const [c0, r0] = box.from;
    const [c1, r1] = box.to;
    if (placed.some(([row, column]) => holds(row, patchPx[0], r0, r1) && holds(column, patchPx[1], c0, c1))) continue;
    for (const row of origins(r0, r1, patchPx[0], grid.rows)) {
      for (const column of origins(c0, c1, patchPx[1], grid.columns)) {
        if (placed.length >= join.maxPatchesPerSlab || placed.some((p) => p[0] === row && p[1] === column)) continue;
        placed.push([row, column]);
      }
    }
  }
  return placed;
}

/** Space left round a region that fits one patch, in all, and round the ends of one that needs two. */
const SPARE_PX = 16;

/** First pixels of the patches that cover `low` to `high` (both inside) along one axis: one, or two when it is long. */
function origins(low: number, high: number, length: number, limit: number): readonly number[] {
  const clamp = (origin: number): number => Math.min(Math.max(origin, 0), limit - length);
  if (high - low + 1 <= length - SPARE_PX) return [clamp(Math.floor((low + high + 1) / 2) - Math.floor(length / 2))];
  return [clamp(low - SPARE_PX), clamp(high + SPARE_PX + 1 - length)];
}
