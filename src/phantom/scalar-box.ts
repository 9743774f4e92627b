import type { Vec3 } from '../core/vector';

/** A scalar field on a box of trunk voxels: `values` with i fastest, lowest voxel `lowIjk`. */
export interface ScalarBox {
  readonly lowIjk: Vec3;
  readonly sizeIjk: Vec3;
  readonly values: Float32Array | Uint8Array;
}

/** Linear interpolation at a fractional trunk voxel index; `outside` beyond the box. */
export function sampleBox(box: ScalarBox, i: number, j: number, k: number, outside: number): number {
  const [ni, nj, nk] = box.sizeIjk;
  const x = i - box.lowIjk[0];
  const y = j - box.lowIjk[1];
  const z = k - box.lowIjk[2];
  if (!(x >= 0 && y >= 0 && z >= 0 && x < ni - 1 && y < nj - 1 && z < nk - 1)) return outside;
  const xf = Math.floor(x);
  const yf = Math.floor(y);
  const zf = Math.floor(z);
  const u = x - xf;
  const v = y - yf;
  const w = z - zf;
  const f = box.values;
  const p = xf + ni * (yf + nj * zf);
  const q = p + ni * nj;
  const a = f[p]! * (1 - u) + f[p + 1]! * u;
  const b = f[p + ni]! * (1 - u) + f[p + ni + 1]! * u;
  const c = f[q]! * (1 - u) + f[q + 1]! * u;
  const d = f[q + ni]! * (1 - u) + f[q + ni + 1]! * u;
  return (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
}

/** Smooths a box in place by (1 2 1)/4 along each axis, `passes` times; edges repeat. Two passes: a Gaussian of one voxel. */
export function smoothBox(box: ScalarBox, passes: number): void {
  const [ni, nj, nk] = box.sizeIjk;
  const f = box.values;
  const round = f instanceof Uint8Array ? 0.5 : 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const [step, length] of [[1, ni], [ni, nj], [ni * nj, nk]] as const) {
      for (let outer = 0; outer < f.length; outer += step * length) {
        for (let inner = 0; inner < step; inner++) {
          let p = outer + inner;
          let before = f[p]!;
          let here = before;
          for (let n = 0; n < length; n++, p += step) {
            const after = n + 1 < length ? f[p + step]! : here;
            f[p] = 0.25 * before + 0.5 * here + 0.25 * after + round;
            before = here;
            here = after;
          }
        }
      }
    }
  }
}

/** The smallest box around the voxels for which `inside` holds, widened by `margin` and kept within the grid; null when none. */
export function boxAround(sizeIjk: Vec3, inside: (offset: number) => boolean, margin: number): { lowIjk: Vec3; sizeIjk: Vec3 } | null {
  const [ni, nj, nk] = sizeIjk;
  const low = [ni, nj, nk];
  const high = [-1, -1, -1];
  for (let k = 0, p = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, p++) {
        if (!inside(p)) continue;
        if (i < low[0]!) low[0] = i;
        if (i > high[0]!) high[0] = i;
        if (j < low[1]!) low[1] = j;
        if (j > high[1]!) high[1] = j;
        if (k < low[2]!) low[2] = k;
        if (k > high[2]!) high[2] = k;
      }
    }
  }
  if (high[0]! < 0) return null;
  const from = low.map((v) => Math.max(0, v - margin)) as unknown as Vec3;
  const to = high.map((v, a) => Math.min(sizeIjk[a]! - 1, v + margin));
  return { lowIjk: from, sizeIjk: to.map((v, a) => v - from[a]! + 1) as unknown as Vec3 };
}
