import { addScaled, dot, subtract, type Vec3 } from './vector';

/**
 * A straight, evenly spaced voxel grid in DICOM patient space.
 * `axesLps` holds the unit vectors of i (along a row, towards the next column), j (down a column, towards the next row)
 * and k (from the first to the last slice). They are orthogonal; for CT volumes k = i x j up to sign.
 * `originLpsMm` is the centre of voxel (0, 0, 0). Source: DICOM PS3.3 C.7.6.2.1.1.
 */
export interface Grid {
  readonly sizeIjk: Vec3;
  readonly spacingMm: Vec3;
  readonly originLpsMm: Vec3;
  readonly axesLps: readonly [Vec3, Vec3, Vec3];
  /** How the file's own array ran where it was put into another order (NIfTI); absent for DICOM. */
  readonly fileOrder?: FileOrder;
}

/** The file's array axis a is the grid's axis `axes[a]`, reversed where `flipped[a]`. */
export interface FileOrder {
  readonly axes: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
  readonly flipped: readonly [boolean, boolean, boolean];
}

/** Number of voxels of the grid. */
export function voxelCount(grid: Grid): number {
  return grid.sizeIjk[0] * grid.sizeIjk[1] * grid.sizeIjk[2];
}

/** Volume of one voxel in millilitres. */
export function voxelMl(grid: Grid): number {
  return (grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2]) / 1000;
}

/** World position (LPS mm) of a voxel index; fractions are allowed. */
export function indexToLps(grid: Grid, indexIjk: Vec3): Vec3 {
  let p = grid.originLpsMm;
  for (const axis of [0, 1, 2] as const) p = addScaled(p, grid.axesLps[axis], indexIjk[axis] * grid.spacingMm[axis]);
  return p;
}

/** Continuous voxel index of a world position (LPS mm). Exact inverse of `indexToLps` for orthogonal axes. */
export function lpsToIndex(grid: Grid, pointLpsMm: Vec3): Vec3 {
  const d = subtract(pointLpsMm, grid.originLpsMm);
  return [
    dot(d, grid.axesLps[0]) / grid.spacingMm[0],
    dot(d, grid.axesLps[1]) / grid.spacingMm[1],
    dot(d, grid.axesLps[2]) / grid.spacingMm[2],
  ];
}

/** True when the point lies within the grid, up to half a voxel beyond the outermost centres. */
export function containsLps(grid: Grid, pointLpsMm: Vec3): boolean {
  const index = lpsToIndex(grid, pointLpsMm);
  return ([0, 1, 2] as const).every((axis) => index[axis] >= -0.5 && index[axis] <= grid.sizeIjk[axis] - 0.5);
}

/** Offset of voxel (i, j, k) in an array with i fastest. */
export function voxelOffset(grid: Grid, i: number, j: number, k: number): number {
  return i + grid.sizeIjk[0] * (j + grid.sizeIjk[1] * k);
}

/** True when two grids describe the same voxels to 1e-3 mm. */
export function sameGrid(a: Grid, b: Grid): boolean {
  const close = (x: Vec3, y: Vec3): boolean => ([0, 1, 2] as const).every((n) => Math.abs(x[n] - y[n]) < 1e-3);
  return (
    close(a.sizeIjk, b.sizeIjk) &&
    close(a.spacingMm, b.spacingMm) &&
    close(a.originLpsMm, b.originLpsMm) &&
    ([0, 1, 2] as const).every((n) => close(a.axesLps[n], b.axesLps[n]))
  );
}
