/** Edge samples that are added on either side of a line before the cubic filter, as scipy does for mode 'nearest'. */
const PAD = 12;
const POLE = Math.sqrt(3) - 2;

/** How one axis is resampled: for each output position four (cubic) or two (linear) neighbours and their weights. */
export interface AxisTaps {
  readonly from: number;
  readonly to: number;
  /** First neighbour; cubic ones count in the padded line. */
  readonly first: Int32Array;
  readonly weights: Float64Array;
  readonly taps: 4 | 2 | 1;
}

/** The position of output voxel n in a line of `from` samples that becomes one of `to`: voxel centres, as skimage's resize. */
function sourcePosition(n: number, from: number, to: number): number {
  return (from / to) * (n + 0.5) - 0.5;
}

/** Taps of a resize along one axis: cubic B-spline (3), linear (1) or nearest (0); beyond the ends the edge repeats. */
export function axisTaps(from: number, to: number, order: 0 | 1 | 3): AxisTaps {
  const taps = order === 3 ? 4 : order === 1 ? 2 : 1;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let n = 0; n < to; n += 1) {
    const x = sourcePosition(n, from, to);
    if (order === 3) {
      const base = Math.floor(x);
      const t = x - base;
      first[n] = base - 1 + PAD;
      weights[4 * n] = (1 - t) ** 3 / 6;
      weights[4 * n + 1] = (4 + 3 * t * t * (t - 2)) / 6;
      weights[4 * n + 2] = (4 + 3 * (1 - t) * (1 - t) * (-1 - t)) / 6;
      weights[4 * n + 3] = t ** 3 / 6;
      continue;
    }
    const clamped = Math.min(Math.max(x, 0), from - 1);
    if (order === 0) {
      first[n] = Math.floor(clamped + 0.5);
      weights[n] = 1;
      continue;
    }
    const base = Math.min(Math.floor(clamped), Math.max(from - 2, 0));
    first[n] = base;
    weights[2 * n] = 1 - (clamped - base);
    weights[2 * n + 1] = clamped - base;
  }
  return { from, to, first, weights, taps };
}

/**
 * Resamples an array [n0, n1, n2] (last axis fastest) along one axis. Arithmetic is float64 along each line.
 * Source: scipy.ndimage.zoom with grid_mode, mode 'nearest'; the filter is Unser's recursive B-spline prefilter.
 */
export function resampleAxis(data: Float32Array, shape: readonly [number, number, number], axis: 0 | 1 | 2, taps: AxisTaps): Float32Array {
  const inner = axis === 0 ? shape[1] * shape[2] : axis === 1 ? shape[2] : 1;
  const outer = axis === 0 ? 1 : axis === 1 ? shape[0] : shape[0] * shape[1];
  const { from, to, first, weights } = taps;
  const result = new Float32Array(outer * to * inner);
  const cubic = taps.taps === 4;
  const pad = cubic ? PAD : 0;
  const line = new Float64Array(from + 2 * pad + 1);
  const length = from + 2 * pad;
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < inner; i += 1) {
      let at = o * from * inner + i;
      for (let n = 0; n < from; n += 1, at += inner) line[n + pad] = data[at]!;
      if (cubic) {
        line.fill(line[pad]!, 0, pad);
        line.fill(line[pad + from - 1]!, pad + from, length);
        prefilter(line, length);
      }
      let out = o * to * inner + i;
      for (let n = 0; n < to; n += 1, out += inner) {
        const f = first[n]!;
        if (cubic) {
          const w = 4 * n;
          result[out] = line[f]! * weights[w]! + line[f + 1]! * weights[w + 1]! + line[f + 2]! * weights[w + 2]! + line[f + 3]! * weights[w + 3]!;
        } else if (taps.taps === 2) {
          // The last neighbour of a line of one is beyond it and weighs nothing.
          result[out] = line[f]! * weights[2 * n]! + (from > 1 ? line[f + 1]! * weights[2 * n + 1]! : 0);
        } else result[out] = line[f]!;
      }
    }
  }
  return result;
}

/** Samples to cubic B-spline coefficients, in place, ends mirrored (which the padding makes irrelevant). */
function prefilter(line: Float64Array, length: number): void {
  for (let n = 0; n < length; n += 1) line[n]! *= 6;
  let power = POLE;
  let sum = line[0]!;
  for (let n = 1; n < length && Math.abs(power) > 1e-17; n += 1, power *= POLE) sum += power * line[n]!;
  line[0] = sum;
  for (let n = 1; n < length; n += 1) line[n]! += POLE * line[n - 1]!;
  line[length - 1] = (POLE / (POLE * POLE - 1)) * (line[length - 1]! + POLE * line[length - 2]!);
  for (let n = length - 2; n >= 0; n -= 1) line[n] = POLE * (line[n + 1]! - line[n]!);
}
