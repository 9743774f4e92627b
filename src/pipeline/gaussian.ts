/**
 * Gaussian smoothing before a picture is made coarser: the rule of the authors' resize (skimage, order 1).
 * `factor` is the new pixel divided by the old. Sigma in old pixels.
 */
export function antiAliasSigma(factor: number): number {
  return Math.max(0, (factor - 1) / 2);
}

/** Weights exp(-t^2 / 2 sigma^2) for t = -R..R, R = trunc(4 sigma + 0.5), summing to 1; length 1 when R is 0. */
export function gaussianWeights(sigma: number): Float64Array {
  const radius = Math.trunc(4 * sigma + 0.5);
  const weights = new Float64Array(2 * radius + 1);
  if (radius === 0) {
    weights[0] = 1;
    return weights;
  }
  let sum = 0;
  for (let t = -radius; t <= radius; t += 1) {
    weights[t + radius] = Math.exp((-0.5 / (sigma * sigma)) * t * t);
    sum += weights[t + radius]!;
  }
  for (let t = 0; t < weights.length; t += 1) weights[t]! /= sum;
  return weights;
}

/** Index mirrored about the first and last pixel centre: d c b | a b c d | c b a. */
export function mirrorIndex(index: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const m = ((index % period) + period) % period;
  return m < count ? m : period - m;
}

/** Convolves every line of `data` along one axis in place: `count` elements `step` apart, starting at `starts`. Borders mirrored. */
export function convolveLines(
  data: Float64Array | Float32Array,
  count: number,
  step: number,
  starts: Iterable<number>,
  weights: Float64Array,
): void {
  const radius = (weights.length - 1) / 2;
  if (radius === 0) return;
  const line = new Float64Array(count + 2 * radius);
  for (const start of starts) {
    for (let n = -radius; n < count + radius; n += 1) line[n + radius] = data[start + step * mirrorIndex(n, count)]!;
    for (let n = 0; n < count; n += 1) {
      let sum = 0;
      for (let t = 0; t < weights.length; t += 1) sum += weights[t]! * line[n + t]!;
      data[start + step * n] = sum;
    }
  }
}

/** Smooths a plane (rows of `columns` values) along both axes; sigmas in pixels. */
export function smoothPlane(plane: Float64Array | Float32Array, rows: number, columns: number, sigmaRows: number, sigmaColumns: number): void {
  const columnStarts = Array.from({ length: columns }, (_, c) => c);
  convolveLines(plane, rows, columns, columnStarts, gaussianWeights(sigmaRows));
  const rowStarts = Array.from({ length: rows }, (_, r) => r * columns);
  convolveLines(plane, columns, 1, rowStarts, gaussianWeights(sigmaColumns));
}
