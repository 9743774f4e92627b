import type { Grid } from '../core/grid';
import { indexToLps } from '../core/grid';
import type { LabelMap } from '../core/label-map';
import type { RigidMap } from '../core/ports';
import { addScaled, dot, subtract, type Vec3 } from '../core/vector';
import type { LabelPicture } from './contours';
import type { Plane } from './plane';
import { applyRigid, applyRigidInverse } from '../core/rigid';

/** A label picture with its place: world position (LPS mm, the pane's world) of pixel (0, 0) and the steps per pixel. */
export interface PlacedLabels extends LabelPicture {
  readonly firstLpsMm: Vec3;
  readonly columnStepLpsMm: Vec3;
  readonly rowStepLpsMm: Vec3;
}

/**
 * Index bounds, inclusive, of everything labelled; null for an empty map. Most of a map is empty: its rows are passed four
 * voxels at once, and of a row that is not empty only the ends are looked at.
 */
export function labelBounds(map: LabelMap): { low: Vec3; high: Vec3 } | null {
  const { labels } = map;
  const [ni, nj, nk] = map.grid.sizeIjk;
  let [i0, j0, k0, i1, j1, k1] = [ni, nj, nk, -1, -1, -1];
  const whole = ni % 4 === 0 && labels.byteOffset % 4 === 0;
  const words = whole ? new Uint32Array(labels.buffer, labels.byteOffset, labels.length >> 2) : null;
  const isEmpty = (start: number): boolean => {
    if (words === null) return false;
    const end = (start + ni) >> 2;
    for (let word = start >> 2; word < end; word++) if (words[word] !== 0) return false;
    return true;
  };
  for (let k = 0, start = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++, start += ni) {
      if (isEmpty(start)) continue;
      let first = 0;
      while (first < ni && labels[start + first] === 0) first++;
      if (first === ni) continue;
      let last = ni - 1;
      while (labels[start + last] === 0) last--;
      if (first < i0) i0 = first;
      if (last > i1) i1 = last;
      if (j < j0) j0 = j;
      if (j > j1) j1 = j;
      if (k < k0) k0 = k;
      k1 = k;
    }
  }
  return i1 < 0 ? null : { low: [i0, j0, k0], high: [i1, j1, k1] };
}

/** Bounds of a map without labels: nothing, and nothing is drawn. */
export const EMPTY_BOUNDS: { readonly low: Vec3; readonly high: Vec3 } = { low: [1, 1, 1], high: [0, 0, 0] };

/** Bounds that hold a ball around a point (LPS mm) too. */
export function grownBounds(grid: Grid, bounds: { low: Vec3; high: Vec3 }, pointLpsMm: Vec3, radiusMm: number): { low: Vec3; high: Vec3 } {
  const at = toIndex(grid, pointLpsMm);
  const empty = bounds.low[0] > bounds.high[0];
  const low = (n: 0 | 1 | 2): number => Math.max(0, Math.min(empty ? Infinity : bounds.low[n], Math.floor(at[n] - radiusMm / grid.spacingMm[n])));
  const high = (n: 0 | 1 | 2): number => Math.min(grid.sizeIjk[n] - 1, Math.max(empty ? -Infinity : bounds.high[n], Math.ceil(at[n] + radiusMm / grid.spacingMm[n])));
  return { low: [low(0), low(1), low(2)], high: [high(0), high(1), high(2)] };
}

/**
 * Labels in the slice that a pane shows, nearest neighbour, in pixels of the label grid's own sizes. `toPane` is the
 * rigid map from the label map's world to the pane's; masks are placed by world position alone, never by array order.
 */
export function labelsInSlice(
  map: LabelMap,
  bounds: { low: Vec3; high: Vec3 },
  plane: Plane,
  slicePointLpsMm: Vec3,
  toPane: RigidMap | null,
): PlacedLabels | null {
  const grid = map.grid;
  if (bounds.low[0] > bounds.high[0]) return null;
  const extent = projectBounds(grid, bounds, plane, slicePointLpsMm, toPane);
  if (!extent) return null;
  const columnMm = spacingAlong(grid, plane.rightLps);
  const rowMm = spacingAlong(grid, plane.downLps);
  const columns = Math.ceil((extent.right1 - extent.right0) / columnMm - 1e-6) + 2;
  const rows = Math.ceil((extent.down1 - extent.down0) / rowMm - 1e-6) + 2;
  // One pixel of margin around; where the grids are parallel, pixel centres are voxel centres.
  const first = addScaled(
    addScaled(slicePointLpsMm, plane.rightLps, extent.right0 - columnMm / 2),
    plane.downLps,
    extent.down0 - rowMm / 2,
  );
  const columnStepLpsMm = addScaled([0, 0, 0], plane.rightLps, columnMm);
  const rowStepLpsMm = addScaled([0, 0, 0], plane.downLps, rowMm);
  const labels = new Uint8Array(columns * rows);
  const at = (p: Vec3): Vec3 => toIndex(grid, applyRigidInverse(toPane, p));
  const base = at(first);
  const dc = subtract(at(addScaled(first, columnStepLpsMm, 1)), base);
  const dr = subtract(at(addScaled(first, rowStepLpsMm, 1)), base);
  const [ni, nj, nk] = grid.sizeIjk;
  for (let y = 0, o = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, o++) {
      const i = Math.round(base[0] + x * dc[0] + y * dr[0]);
      const j = Math.round(base[1] + x * dc[1] + y * dr[1]);
      const k = Math.round(base[2] + x * dc[2] + y * dr[2]);
      if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
      labels[o] = map.labels[i + ni * (j + nj * k)]!;
    }
  }
  return { columns, rows, labels, firstLpsMm: first, columnStepLpsMm, rowStepLpsMm };
}

/** Voxel size of a grid along the axis that is nearest to a direction, mm. */
function spacingAlong(grid: Grid, direction: Vec3): number {
  const along = (n: 0 | 1 | 2): number => Math.abs(dot(grid.axesLps[n], direction));
  const axis = ([0, 1, 2] as const).reduce<0 | 1 | 2>((best, n) => (along(n) > along(best) ? n : best), 0);
  return grid.spacingMm[axis];
}

function toIndex(grid: Grid, p: Vec3): Vec3 {
  const d = subtract(p, grid.originLpsMm);
  const along = (n: 0 | 1 | 2): number => dot(d, grid.axesLps[n]) / grid.spacingMm[n];
  return [along(0), along(1), along(2)];
}

function projectBounds(grid: Grid, bounds: { low: Vec3; high: Vec3 }, plane: Plane, slicePoint: Vec3, toPane: RigidMap | null) {
  let [right0, right1, down0, down1, near, far] = [Infinity, -Infinity, Infinity, -Infinity, Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const pick = (n: 0 | 1 | 2): number => ((corner >> n) & 1 ? bounds.high[n] + 0.5 : bounds.low[n] - 0.5);
    const inMap = indexToLps(grid, [pick(0), pick(1), pick(2)]);
    const p = applyRigid(toPane, inMap);
    const d = subtract(p, slicePoint);
    const [r, w, s] = [dot(d, plane.rightLps), dot(d, plane.downLps), dot(d, plane.stepLps)];
    right0 = Math.min(right0, r);
    right1 = Math.max(right1, r);
    down0 = Math.min(down0, w);
    down1 = Math.max(down1, w);
    near = Math.min(near, s);
    far = Math.max(far, s);
  }
  return near > 0 || far < 0 ? null : { right0, right1, down0, down1 };
}

