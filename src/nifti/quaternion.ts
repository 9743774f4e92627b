import { cross, dot, type Vec3 } from '../core/vector';

/** A rotation as NIfTI's qform holds it: b, c, d of a unit quaternion with a >= 0, and -1 when the axes are left-handed. */
export interface NiftiRotation {
  readonly quatern: Vec3;
  readonly qfac: 1 | -1;
}

/** The quaternion of three orthonormal axes (the columns of the rotation). Source: nifti1.h, METHOD 2. */
export function quaternionOf(axes: readonly [Vec3, Vec3, Vec3]): NiftiRotation {
  const qfac = dot(cross(axes[0], axes[1]), axes[2]) < 0 ? -1 : 1;
  const k: Vec3 = [qfac * axes[2][0], qfac * axes[2][1], qfac * axes[2][2]];
  const [i, j] = axes;
  const squares = [1 + i[0] + j[1] + k[2], 1 + i[0] - j[1] - k[2], 1 - i[0] + j[1] - k[2], 1 - i[0] - j[1] + k[2]].map((s) => Math.max(0, s));
  // The largest component is found by its square, the others by the off-diagonal sums: stable for every rotation.
  const largest = squares.indexOf(Math.max(...squares));
  const s = Math.sqrt(squares[largest]!) / 2;
  const q = 4 * s;
  const [a, b, c, d] = (
    [
      [s, (j[2] - k[1]) / q, (k[0] - i[2]) / q, (i[1] - j[0]) / q],
      [(j[2] - k[1]) / q, s, (j[0] + i[1]) / q, (k[0] + i[2]) / q],
      [(k[0] - i[2]) / q, (j[0] + i[1]) / q, s, (k[1] + j[2]) / q],
      [(i[1] - j[0]) / q, (k[0] + i[2]) / q, (k[1] + j[2]) / q, s],
    ] as const
  )[largest]!;
  return { quatern: a < 0 ? [-b, -c, -d] : [b, c, d], qfac };
}
