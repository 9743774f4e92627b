import { indexToLps, type Grid } from '../core/grid';
import { cross, dot, subtract } from '../core/vector';
import type { PlacedSlice } from './sort-slices';

/** HU of what no slice shows: air. */
export const OUTSIDE_HU = -1024;

/**
 * Puts a tilted or unevenly spaced stack onto a straight grid: linear between the two slices around a voxel, bilinear
 * within each, every slice at its own place. Voxels that one of the two slices does not show become -1024 HU.
 * `slices[n]` holds slice n of the stack in HU, row by row; null where a slice could not be read.
 */
export function resampleStack(stack: readonly PlacedSlice[], slices: readonly (Int16Array | null)[], grid: Grid, hu: Int16Array): void {
  const { place } = stack[0]!;
  const normal = cross(place.rowAxis, place.columnAxis);
  const [ni, nj, nk] = grid.sizeIjk;
  let offset = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const start = indexToLps(grid, [0, j, k]);
      const stepAlong = grid.spacingMm[0] * dot(grid.axesLps[0], normal);
      const startAlong = dot(start, normal);
      for (let i = 0; i < ni; i++) hu[offset++] = sample(stack, slices, grid, start, i, startAlong + i * stepAlong);
    }
  }
}

function sample(
  stack: readonly PlacedSlice[],
  slices: readonly (Int16Array | null)[],
  grid: Grid,
  start: readonly [number, number, number],
  i: number,
  along: number,
): number {
  const upper = upperSlice(stack, along);
  if (upper < 0) return OUTSIDE_HU;
  const lower = Math.max(0, upper - 1);
  const gap = stack[upper]!.alongMm - stack[lower]!.alongMm;
  const weight = gap === 0 ? 0 : (along - stack[lower]!.alongMm) / gap;
  const x = start[0] + i * grid.spacingMm[0] * grid.axesLps[0][0];
  const y = start[1] + i * grid.spacingMm[0] * grid.axesLps[0][1];
  const z = start[2] + i * grid.spacingMm[0] * grid.axesLps[0][2];
  const a = inSlice(stack[lower]!, slices[lower] ?? null, x, y, z);
  const b = weight < 1e-6 ? a : inSlice(stack[upper]!, slices[upper] ?? null, x, y, z);
  const value = weight > 1 - 1e-6 ? b : a + (b - a) * weight;
  return Number.isNaN(value) ? OUTSIDE_HU : Math.round(value);
}

/** Index of the first slice at or above `along`; -1 beyond the ends (half a hundredth of a millimetre is forgiven). */
function upperSlice(stack: readonly PlacedSlice[], along: number): number {
  const slack = 5e-3;
  if (along < stack[0]!.alongMm - slack || along > stack.at(-1)!.alongMm + slack) return -1;
  let low = 0;
  let high = stack.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stack[middle]!.alongMm >= along) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** HU at a world point projected into the slice's plane; NaN beyond its edges. */
function inSlice(item: PlacedSlice, hu: Int16Array | null, x: number, y: number, z: number): number {
  if (hu === null) return NaN;
  const { positionLpsMm, rowAxis, columnAxis, spacingMm } = item.place;
  const d = subtract([x, y, z], positionLpsMm);
  const { columns, rows } = item.slice.pixels.format;
  const u = dot(d, rowAxis) / spacingMm[0];
  const v = dot(d, columnAxis) / spacingMm[1];
  if (u < -0.01 || v < -0.01 || u > columns - 0.99 || v > rows - 0.99) return NaN;
  const i = Math.min(columns - 2, Math.max(0, Math.floor(u)));
  const j = Math.min(rows - 2, Math.max(0, Math.floor(v)));
  const fu = Math.min(1, Math.max(0, u - i));
  const fv = Math.min(1, Math.max(0, v - j));
  const at = j * columns + i;
  const top = hu[at]! + (hu[at + 1]! - hu[at]!) * fu;
  const below = hu[at + columns]! + (hu[at + columns + 1]! - hu[at + columns]!) * fu;
  return top + (below - top) * fv;
}
