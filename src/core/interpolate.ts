import type { Vec3 } from './vector';

/**
 * Trilinear value at a continuous voxel index of an array with i fastest. Up to half a voxel beyond the outermost centres
 * the edge value counts; further out the answer is NaN. Indices within 1e-6 of a slice are taken as on it, so that a plane
 * of the volume's own is read without a neighbour's rounding.
 */
export function sampleTrilinear(
  data: Int16Array | Float32Array | Float64Array,
  sizeIjk: Vec3,
  i: number,
  j: number,
  k: number,
): number {
  const [ni, nj, nk] = sizeIjk;
  if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i <= ni - 0.5 && j <= nj - 0.5 && k <= nk - 0.5)) return NaN;
  const x = Math.min(Math.max(i, 0), ni - 1);
  const y = Math.min(Math.max(j, 0), nj - 1);
  const rounded = Math.round(k);
  const z = Math.min(Math.max(Math.abs(k - rounded) < 1e-6 ? rounded : k, 0), nk - 1);
  const i0 = Math.floor(x);
  const j0 = Math.floor(y);
  const k0 = Math.floor(z);
  const fi = x - i0;
  const fj = y - j0;
  const fk = z - k0;
  const stepI = fi > 0 ? 1 : 0;
  const stepJ = fj > 0 ? ni : 0;
  const stepK = fk > 0 ? ni * nj : 0;
  const at = i0 + ni * (j0 + nj * k0);
  const plane0 =
    (1 - fj) * ((1 - fi) * data[at]! + fi * data[at + stepI]!) +
    fj * ((1 - fi) * data[at + stepJ]! + fi * data[at + stepJ + stepI]!);
  if (stepK === 0) return plane0;
  const up = at + stepK;
  const plane1 =
    (1 - fj) * ((1 - fi) * data[up]! + fi * data[up + stepI]!) +
    fj * ((1 - fi) * data[up + stepJ]! + fi * data[up + stepJ + stepI]!);
  return (1 - fk) * plane0 + fk * plane1;
}
