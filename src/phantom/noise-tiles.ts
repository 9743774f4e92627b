import type { RandomStream } from './random';

/** Side of a noise tile in pixels: a power of two, as wide as the painted slices. */
export const NOISE_TILE_PX = 512;

/**
 * Periodic planes of CT noise with SD 1: white noise shaped to a ramp-like power spectrum f exp(-(f/f0)^2), as filtered
 * back-projection with a soft kernel leaves it. Two planes come from one complex transform.
 * @param pixelMm pixel size, mm; @param peakPerMm f0, per mm (0.25 to 0.34 fits lossless clinical slices)
 */
export function noiseTiles(random: RandomStream, count: number, pixelMm: number, peakPerMm: number): Float32Array[] {
  const n = NOISE_TILE_PX;
  const gain = new Float32Array(n * n);
  for (let v = 0; v < n; v++) {
    for (let u = 0; u < n; u++) {
      const fu = (u < n / 2 ? u : u - n) / (n * pixelMm);
      const fv = (v < n / 2 ? v : v - n) / (n * pixelMm);
      const f = Math.hypot(fu, fv);
      gain[u + n * v] = Math.sqrt((f + 0.012) * Math.exp(-((f / peakPerMm) ** 2)));
    }
  }
  const tiles: Float32Array[] = [];
  while (tiles.length < count) {
    const re = new Float32Array(n * n);
    const im = new Float32Array(n * n);
    // White noise has a white spectrum, so it is drawn there; the inverse transform of it gives two independent planes.
    for (let p = 0; p < n * n; p++) {
      re[p] = random.normal() * gain[p]!;
      im[p] = random.normal() * gain[p]!;
    }
    transformPlane(re, im, n);
    tiles.push(normalised(re), normalised(im));
  }
  return tiles.slice(0, count);
}

function normalised(plane: Float32Array): Float32Array {
  let squares = 0;
  for (const value of plane) squares += value * value;
  const scale = 1 / Math.sqrt(squares / plane.length);
  for (let p = 0; p < plane.length; p++) plane[p]! *= scale;
  return plane;
}

function transformPlane(re: Float32Array, im: Float32Array, n: number): void {
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let k = 0; k < n / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = Math.sin((2 * Math.PI * k) / n);
  }
  const lineRe = new Float64Array(n);
  const lineIm = new Float64Array(n);
  for (const [step, across] of [[1, n], [n, 1]] as const) {
    for (let line = 0; line < n; line++) {
      const start = line * across;
      for (let p = 0; p < n; p++) {
        lineRe[p] = re[start + p * step]!;
        lineIm[p] = im[start + p * step]!;
      }
      transformLine(lineRe, lineIm, cos, sin);
      for (let p = 0; p < n; p++) {
        re[start + p * step] = lineRe[p]!;
        im[start + p * step] = lineIm[p]!;
      }
    }
  }
}

/** Radix-2 Fourier transform in place (sign is immaterial for noise). */
function transformLine(re: Float64Array, im: Float64Array, cos: Float64Array, sin: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let half = 1; half < n; half <<= 1) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const a = start + k;
        const b = a + half;
        const x = re[b]! * c - im[b]! * s;
        const y = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}
