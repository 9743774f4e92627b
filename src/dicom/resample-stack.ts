import { indexToLps, type Grid } from '../core/grid';
import { cross, dot, type Vec3 } from '../core/vector';
import type { PlacedSlice } from './sort-slices';

/** HU of what no slice shows: air. */
export const OUTSIDE_HU = -1024;

/** A voxel this far beyond the outermost slice still counts as on it: rounding of positions, mm. */
const SLACK_MM = 5e-3;
/** The same at the edges of a slice, pixels. */
const EDGE = 1e-3;

/** A point within the stack: the slices around it, how far it is from the lower to the upper one, and its place in their plane. */
interface StackPoint {
  lower: number;
  upper: number;
  weight: number;
  column: number;
  row: number;
}

/**
 * Puts a tilted or unevenly spaced stack onto a straight grid: linear between the two slices around a voxel, along the line
 * on which the slices follow each other (for a tilted gantry the table's axis), bilinear within them. Every slice keeps its
 * own place. Voxels beyond the outermost slices or their edges, or beside a slice that could not be read, become -1024 HU.
 * `slices[n]` holds slice n of the stack in HU, row by row; null where it could not be read.
 */
export function resampleStack(stack: readonly PlacedSlice[], slices: readonly (Int16Array | null)[], grid: Grid, hu: Int16Array): void {
  const normal = cross(stack[0]!.place.rowAxis, stack[0]!.place.columnAxis);
  const [ni, nj, nk] = grid.sizeIjk;
  const point: StackPoint = { lower: 0, upper: 0, weight: 0, column: 0, row: 0 };
  let offset = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) {
        const found = locate(stack, indexToLps(grid, [i, j, k]), normal, point);
        hu[offset++] = found ? sample(stack, slices, point) : OUTSIDE_HU;
      }
    }
  }
}

function locate(stack: readonly PlacedSlice[], at: Vec3, normal: Vec3, point: StackPoint): boolean {
  const along = dot(at, normal);
  if (along < stack[0]!.alongMm - SLACK_MM || along > stack.at(-1)!.alongMm + SLACK_MM) return false;
  point.upper = firstAtOrAbove(stack, along);
  point.lower = Math.max(0, point.upper - 1);
  const [a, b] = [stack[point.lower]!, stack[point.upper]!];
  const gap = b.alongMm - a.alongMm;
  const weight = gap === 0 ? 0 : Math.min(1, Math.max(0, (along - a.alongMm) / gap));
  point.weight = weight < 1e-6 ? 0 : weight > 1 - 1e-6 ? 1 : weight;
  const { rowAxis, columnAxis, spacingMm } = a.place;
  const from = (n: 0 | 1 | 2): number => at[n] - a.place.positionLpsMm[n] - weight * (b.place.positionLpsMm[n] - a.place.positionLpsMm[n]);
  const d: Vec3 = [from(0), from(1), from(2)];
  point.column = dot(d, rowAxis) / spacingMm[0];
  point.row = dot(d, columnAxis) / spacingMm[1];
  return true;
}

/** Index of the first slice at or above a position along the normal; the last slice beyond it. */
function firstAtOrAbove(stack: readonly PlacedSlice[], along: number): number {
  let low = 0;
  let high = stack.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stack[middle]!.alongMm >= along) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sample(stack: readonly PlacedSlice[], slices: readonly (Int16Array | null)[], { lower, upper, weight, column, row }: StackPoint): number {
  const { columns, rows } = stack[lower]!.slice.pixels.format;
  if (column < -EDGE || row < -EDGE || column > columns - 1 + EDGE || row > rows - 1 + EDGE) return OUTSIDE_HU;
  const a = weight === 1 ? 0 : inSlice(slices[lower] ?? null, column, row, columns, rows);
  const b = weight === 0 ? 0 : inSlice(slices[upper] ?? null, column, row, columns, rows);
  const value = a * (1 - weight) + b * weight;
  return Number.isNaN(value) ? OUTSIDE_HU : Math.round(value);
}

/** Bilinear HU at a place within a slice; NaN without the slice. */
function inSlice(hu: Int16Array | null, column: number, row: number, columns: number, rows: number): number {
  if (hu === null) return NaN;
  const i = Math.min(Math.max(0, columns - 2), Math.max(0, Math.floor(column)));
  const j = Math.min(Math.max(0, rows - 2), Math.max(0, Math.floor(row)));
  const right = columns > 1 ? 1 : 0;
  const down = rows > 1 ? columns : 0;
  const fu = Math.min(1, Math.max(0, column - i));
  const fv = Math.min(1, Math.max(0, row - j));
  const at = j * columns + i;
  const top = hu[at]! + (hu[at + right]! - hu[at]!) * fu;
  const below = hu[at + down]! + (hu[at + down + right]! - hu[at + down]!) * fu;
  return top + (below - top) * fv;
}
