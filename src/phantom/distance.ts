import type { Vec3 } from '../core/vector';

/**
 * Signed distance to the surface of a mask, in voxels: positive inside, negative outside (exact Euclidean transform,
 * Felzenszwalb and Huttenlocher 2012, one axis after the other). `mask` has i fastest.
 */
export function signedDistance(mask: Uint8Array, sizeIjk: Vec3): Float32Array {
  const inside = squaredDistance(mask, sizeIjk, 0);
  const outside = squaredDistance(mask, sizeIjk, 1);
  const out = new Float32Array(mask.length);
  for (let p = 0; p < out.length; p++) out[p] = mask[p] ? Math.sqrt(inside[p]!) - 0.5 : 0.5 - Math.sqrt(outside[p]!);
  return out;
}

const FAR = 1e9;

function squaredDistance(mask: Uint8Array, [ni, nj, nk]: Vec3, target: 0 | 1): Float64Array {
  const f = new Float64Array(mask.length);
  for (let p = 0; p < f.length; p++) f[p] = (mask[p] ? 1 : 0) === target ? 0 : FAR;
  const longest = Math.max(ni, nj, nk);
  const line = new Float64Array(longest);
  const apex = new Int32Array(longest);
  const bound = new Float64Array(longest + 1);
  for (const [step, length] of [[1, ni], [ni, nj], [ni * nj, nk]] as const) {
    for (let outer = 0; outer < f.length; outer += step * length) {
      for (let inner = 0; inner < step; inner++) {
        const start = outer + inner;
        for (let n = 0; n < length; n++) line[n] = f[start + n * step]!;
        let last = 0;
        apex[0] = 0;
        bound[0] = -Infinity;
        bound[1] = Infinity;
        for (let q = 1; q < length; q++) {
          let cut = meet(line, q, apex[last]!);
          while (cut <= bound[last]!) cut = meet(line, q, apex[--last]!);
          apex[++last] = q;
          bound[last] = cut;
          bound[last + 1] = Infinity;
        }
        for (let q = 0, n = 0; q < length; q++) {
          while (bound[n + 1]! < q) n++;
          const from = apex[n]!;
          f[start + q * step] = (q - from) ** 2 + line[from]!;
        }
      }
    }
  }
  return f;
}

function meet(line: Float64Array, q: number, v: number): number {
  return (line[q]! + q * q - line[v]! - v * v) / (2 * (q - v));
}
