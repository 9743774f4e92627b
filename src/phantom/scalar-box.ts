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

/** A box of trunk voxels: its lowest voxel and its size. */
export type Place = Omit<ScalarBox, 'values'>;

/** For each label the smallest box around its voxels, widened by `margin` and kept within the grid; null for absent labels. */
export function boxesAround(labels: Uint8Array, [ni, nj, nk]: Vec3, count: number, margin: number): (Place | null)[] {
  const low = Array.from({ length: 3 }, () => new Int32Array(count).fill(1 << 30));
  const high = Array.from({ length: 3 }, () => new Int32Array(count).fill(-1));
  const [lowI, lowJ, lowK] = low as [Int32Array, Int32Array, Int32Array];
  const [highI, highJ, highK] = high as [Int32Array, Int32Array, Int32Array];
  for (let k = 0, p = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      // Along a row only the ends of a run can widen a box.
      for (let i = 0; i < ni; i++, p++) {
        const label = labels[p]!;
        if (i > 0 && i < ni - 1 && labels[p - 1] === label && labels[p + 1] === label) continue;
        if (i < lowI[label]!) lowI[label] = i;
        if (i > highI[label]!) highI[label] = i;
        if (j < lowJ[label]!) lowJ[label] = j;
        if (j > highJ[label]!) highJ[label] = j;
        if (k < lowK[label]!) lowK[label] = k;
        if (k > highK[label]!) highK[label] = k;
      }
    }
  }
  return Array.from({ length: count }, (_, label): Place | null => {
    if (highI[label]! < 0) return null;
    const from = low.map((axis) => Math.max(0, axis[label]! - margin)) as [number, number, number];
    const to = high.map((axis, a) => Math.min([ni, nj, nk][a]! - 1, axis[label]! + margin)) as [number, number, number];
    return { lowIjk: from, sizeIjk: [to[0] - from[0] + 1, to[1] - from[1] + 1, to[2] - from[2] + 1] };
  });
}
