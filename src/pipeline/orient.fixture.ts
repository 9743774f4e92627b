import { indexToLps, type Grid } from '../core/grid';
import { scale, type Vec3 } from '../core/vector';

/** A volume or label map in any storage order. */
export interface Stored<T extends Int16Array | Uint8Array> {
  readonly grid: Grid;
  readonly data: T;
}

/** All 48 ways to permute and flip the axes of an array. */
export const ORIENTATIONS: readonly { readonly order: Vec3; readonly flips: Vec3 }[] = (
  [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const
).flatMap((order) => Array.from({ length: 8 }, (_, n) => ({ order, flips: [n & 1, (n >> 1) & 1, (n >> 2) & 1] as const })));

/** The same voxels stored otherwise: new axis a is old axis `order[a]`, reversed where `flips[a]`. */
export function restore<T extends Int16Array | Uint8Array>(source: Stored<T>, order: Vec3, flips: Vec3): Stored<T> {
  const { grid, data } = source;
  const axis = (a: 0 | 1 | 2): 0 | 1 | 2 => order[a] as 0 | 1 | 2;
  const size: Vec3 = [grid.sizeIjk[axis(0)], grid.sizeIjk[axis(1)], grid.sizeIjk[axis(2)]];
  const step = [1, grid.sizeIjk[0], grid.sizeIjk[0] * grid.sizeIjk[1]] as const;
  const first: [number, number, number] = [0, 0, 0];
  for (const a of [0, 1, 2] as const) first[axis(a)] = flips[a] ? size[a] - 1 : 0;
  const out = data.slice() as T;
  let at = 0;
  const place = (a: 0 | 1 | 2, n: number): number => step[axis(a)] * (flips[a] ? size[a] - 1 - n : n);
  for (let k = 0; k < size[2]; k += 1)
    for (let j = 0; j < size[1]; j += 1)
      for (let i = 0; i < size[0]; i += 1, at += 1) out[at] = data[place(0, i) + place(1, j) + place(2, k)]!;
  return {
    grid: {
      sizeIjk: size,
      spacingMm: [grid.spacingMm[axis(0)], grid.spacingMm[axis(1)], grid.spacingMm[axis(2)]],
      originLpsMm: indexToLps(grid, first),
      axesLps: [0, 1, 2].map((a) => scale(grid.axesLps[axis(a as 0 | 1 | 2)], flips[a] ? -1 : 1)) as unknown as Grid['axesLps'],
    },
    data: out,
  };
}

/** Orthogonal axes turned by Euler angles in degrees. */
export function turnedAxes(x: number, y: number, z: number): Grid['axesLps'] {
  const [a, b, c] = [x, y, z].map((d) => (d * Math.PI) / 180) as [number, number, number];
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  return [
    [cy * cz, cy * sz, -sy],
    [sx * sy * cz - cx * sz, sx * sy * sz + cx * cz, sx * cy],
    [cx * sy * cz + sx * sz, cx * sy * sz - sx * cz, cx * cy],
  ];
}

/** A volume whose HU is a linear function of the voxel index, hence of the LPS position. */
export function linearVolume(grid: Grid, gradient: Vec3, atOrigin: number): Stored<Int16Array> {
  const [ni, nj, nk] = grid.sizeIjk;
  const data = new Int16Array(ni * nj * nk);
  let at = 0;
  for (let k = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) data[at] = atOrigin + gradient[0] * i + gradient[1] * j + gradient[2] * k;
  return { grid, data };
}
