/**
 * 4x4 arithmetic in the order in which numpy with OpenBLAS does it (x86-64, AVX2), so that a truncated index comes out as
 * in the authors' Python. All in double, no fused multiply-add. Source: method section 2.1, 'The rounding trap'.
 */

/** A 4x4 matrix, row by row, 16 numbers. */
export type Matrix4 = readonly number[];

/** Four numbers: a homogeneous point. */
export type Vec4 = readonly [number, number, number, number];

/** M . v with each row summed as (m0 v0 + m2 v2) + (m1 v1 + m3 v3). */
export function multiplyPoint(matrix: Matrix4, v: Vec4): Vec4 {
  const row = (r: number): number =>
    matrix[4 * r]! * v[0] + matrix[4 * r + 2]! * v[2] + (matrix[4 * r + 1]! * v[1] + matrix[4 * r + 3]! * v[3]);
  return [row(0), row(1), row(2), row(3)];
}

/**
 * Inverse by LU with partial pivoting (largest absolute value, first on ties); multipliers and back substitution use the
 * pivot's reciprocal, as LAPACK does.
 */
export function invert(matrix: Matrix4): Matrix4 {
  const a = Array.from(matrix);
  const order = [0, 1, 2, 3];
  for (let p = 0; p < 4; p += 1) {
    let best = p;
    for (let r = p + 1; r < 4; r += 1) if (Math.abs(a[4 * r + p]!) > Math.abs(a[4 * best + p]!)) best = r;
    if (best !== p) {
      for (let c = 0; c < 4; c += 1) [a[4 * p + c], a[4 * best + c]] = [a[4 * best + c]!, a[4 * p + c]!];
      [order[p], order[best]] = [order[best]!, order[p]!];
    }
    const reciprocal = 1 / a[4 * p + p]!;
    for (let r = p + 1; r < 4; r += 1) {
      const factor = a[4 * r + p]! * reciprocal;
      a[4 * r + p] = factor;
      for (let c = p + 1; c < 4; c += 1) a[4 * r + c] = a[4 * r + c]! - factor * a[4 * p + c]!;
    }
  }
  const inverse = new Array<number>(16).fill(0);
  for (let column = 0; column < 4; column += 1) {
    const x: [number, number, number, number] = [0, 0, 0, 0];
    for (let r = 0; r < 4; r += 1) x[r] = order[r] === column ? 1 : 0;
    for (let p = 0; p < 4; p += 1) for (let r = p + 1; r < 4; r += 1) x[r] = x[r]! - a[4 * r + p]! * x[p]!;
    for (let p = 3; p >= 0; p -= 1) {
      const solved = x[p]! * (1 / a[4 * p + p]!);
      x[p] = solved;
      for (let r = 0; r < p; r += 1) x[r] = x[r]! - a[4 * r + p]! * solved;
    }
    for (let r = 0; r < 4; r += 1) inverse[4 * r + column] = x[r]!;
  }
  return inverse;
}
