import type { RandomStream } from './random';

/** Side of the texture cube in nodes (a power of two, so that wrapping is a mask). */
const SIDE = 64;

/**
 * A periodic random field of SD 1 in three dimensions, smooth over a few nodes. `at(x, y, z)` takes node units;
 * dividing mm by a node length sets the grain, and every grain comes from the same cube.
 */
export interface Texture {
  at(x: number, y: number, z: number): number;
}

/** Makes a texture: white noise, smoothed `passes` times by (1 2 1)/4 along each axis. Two passes are a Gaussian of one node. */
export function texture(random: RandomStream, passes = 2): Texture {
  const n = SIDE;
  const field = new Float32Array(n * n * n);
  for (let p = 0; p < field.length; p++) field[p] = random.normal();
  const line = new Float32Array(n);
  for (let pass = 0; pass < passes; pass++) {
    for (const step of [1, n, n * n]) {
      for (let start = 0; start < field.length; start++) {
        if (Math.floor(start / step) % n !== 0) continue;
        for (let p = 0; p < n; p++) line[p] = field[start + p * step]!;
        for (let p = 0; p < n; p++) {
          field[start + p * step] = 0.25 * line[(p + n - 1) % n]! + 0.5 * line[p]! + 0.25 * line[(p + 1) % n]!;
        }
      }
    }
  }
  let squares = 0;
  for (const value of field) squares += value * value;
  const scale = 1 / Math.sqrt(squares / field.length);
  for (let p = 0; p < field.length; p++) field[p]! *= scale;

  const mask = n - 1;
  const at = (x: number, y: number, z: number): number => {
    const xf = Math.floor(x);
    const yf = Math.floor(y);
    const zf = Math.floor(z);
    const u = x - xf;
    const v = y - yf;
    const w = z - zf;
    const x0 = xf & mask;
    const x1 = (xf + 1) & mask;
    const y0 = (yf & mask) * n;
    const y1 = ((yf + 1) & mask) * n;
    const z0 = (zf & mask) * n * n;
    const z1 = ((zf + 1) & mask) * n * n;
    const a = field[x0 + y0 + z0]! * (1 - u) + field[x1 + y0 + z0]! * u;
    const b = field[x0 + y1 + z0]! * (1 - u) + field[x1 + y1 + z0]! * u;
    const c = field[x0 + y0 + z1]! * (1 - u) + field[x1 + y0 + z1]! * u;
    const d = field[x0 + y1 + z1]! * (1 - u) + field[x1 + y1 + z1]! * u;
    return (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
  };
  return { at };
}
