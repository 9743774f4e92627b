import type { Vec3 } from '../core/vector';
import type { RigidMap } from '../core/ports';

/** Rows of a 3x3 matrix. */
type Matrix3 = readonly [Vec3, Vec3, Vec3];

/**
 * The rotation of ITK's Euler transform for angles in radians about x, y, z: Rz Rx Ry (ComputeZYX false).
 */
export function eulerMatrix(x: number, y: number, z: number): Matrix3 {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y), Math.cos(z), Math.sin(z)];
  return [
    [cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy],
    [sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy],
    [-cx * sy, sx, cx * cy],
  ];
}

/**
 * A map found in a box's own coordinates (x, y, z along the box's axes, origin at LPS zero) as a map of patient space.
 * `axes` are the box's unit vectors in LPS.
 */
export function mapFromBox(
  axes: readonly [Vec3, Vec3, Vec3],
  rotation: Matrix3,
  translationMm: Vec3,
  centreMm: Vec3,
): Pick<RigidMap, 'rotation' | 'translationMm' | 'centreLpsMm'> {
  const toLps = (v: Vec3): Vec3 => [
    axes[0][0] * v[0] + axes[1][0] * v[1] + axes[2][0] * v[2],
    axes[0][1] * v[0] + axes[1][1] * v[1] + axes[2][1] * v[2],
    axes[0][2] * v[0] + axes[1][2] * v[1] + axes[2][2] * v[2],
  ];
  // A R A^T, row by row.
  const entry = (r: 0 | 1 | 2, c: 0 | 1 | 2): number => {
    let sum = 0;
    for (const m of [0, 1, 2] as const) for (const n of [0, 1, 2] as const) sum += axes[m][r] * rotation[m][n] * axes[n][c];
    return sum;
  };
  const row = (r: 0 | 1 | 2): Vec3 => [entry(r, 0), entry(r, 1), entry(r, 2)];
  return { rotation: [row(0), row(1), row(2)], translationMm: toLps(translationMm), centreLpsMm: toLps(centreMm) };
}
