/** COSINES[x * 8 + u] = C(u) / 2 * cos((2x + 1) u pi / 16). */
const COSINES = Float64Array.from({ length: 64 }, (_, n) => {
  const [x, u] = [n >> 3, n & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

const rowsDone = new Float64Array(64);

/**
 * Inverse 8 x 8 cosine transform in double precision, rows then columns. `coefficients` and `samples` are row by row.
 * Exact to rounding, so that it stays within 1 of every integer implementation. Source: ITU-T T.81 A.3.3.
 */
export function inverseDct(coefficients: Float64Array, samples: Float64Array): void {
  for (let v = 0; v < 8; v++) {
    // Most rows of a compressed block hold nothing.
    if (isZeroRow(coefficients, 8 * v)) {
      rowsDone.fill(0, 8 * v, 8 * v + 8);
      continue;
    }
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += COSINES[8 * x + u]! * coefficients[8 * v + u]!;
      rowsDone[8 * v + x] = sum;
    }
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += COSINES[8 * y + v]! * rowsDone[8 * v + x]!;
      samples[8 * y + x] = sum;
    }
  }
}

function isZeroRow(coefficients: Float64Array, from: number): boolean {
  for (let n = from; n < from + 8; n++) if (coefficients[n] !== 0) return false;
  return true;
}
