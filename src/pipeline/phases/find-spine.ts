import type { CoarseVolume } from './coarse-volume';

/** Bone, after averaging to coarse blocks, HU. */
const BONE_HU = 180;
/** Half width of the strip around the body's middle in which the spine is looked for, mm. */
const STRIP_MM = 45;
/** From the spinous process to the front of the vertebral body, mm. */
const DEPTH_MM = 95;

/** Where the spine lies in each coarse slice, mm from the grid's first voxel: centre of its bone, and the number of bone blocks. */
export interface Spine {
  /** NaN where no spine was found. */
  readonly xMm: Float64Array;
  readonly yMm: Float64Array;
}

/**
 * Finds the spine slice by slice: bone near the body's middle within a hand's breadth of the hindmost bone there, then
 * smoothed along the body so that a single odd slice does not count. Slices without it are NaN.
 */
export function findSpine(coarse: CoarseVolume): Spine {
  const [nx, ny, nz] = coarse.grid.sizeIjk;
  const [dx, dy] = coarse.grid.spacingMm;
  const middle = bodyMiddle(coarse);
  const xMm = new Float64Array(nz).fill(NaN);
  const yMm = new Float64Array(nz).fill(NaN);
  const strip = STRIP_MM / dx;
  for (let z = 0; z < nz; z += 1) {
    const from = Math.max(0, Math.ceil(middle - strip));
    const to = Math.min(nx - 1, Math.floor(middle + strip));
    const rows = new Int32Array(ny);
    for (let y = 0; y < ny; y += 1) {
      const row = nx * (y + ny * z);
      for (let x = from; x <= to; x += 1) if (coarse.hu[row + x]! > BONE_HU) rows[y]! += 1;
    }
    const back = hindmost(rows);
    if (back < 0) continue;
    const front = Math.max(0, Math.ceil(back - DEPTH_MM / dy));
    let count = 0;
    let sx = 0;
    let sy = 0;
    for (let y = front; y <= back; y += 1) {
      const row = nx * (y + ny * z);
      for (let x = from; x <= to; x += 1) {
        if (coarse.hu[row + x]! <= BONE_HU) continue;
        count += 1;
        sx += x;
        sy += y;
      }
    }
    // At least a cross-section of 4 cm2, else it is a rib or calcification.
    if (count * dx * dy < 400) continue;
    xMm[z] = (sx / count) * dx;
    yMm[z] = (sy / count) * dy;
  }
  return { xMm: runningMedian(xMm, 4), yMm: runningMedian(yMm, 4) };
}

/** Mean column of soft tissue over the whole volume. */
function bodyMiddle(coarse: CoarseVolume): number {
  const [nx] = coarse.grid.sizeIjk;
  let count = 0;
  let sum = 0;
  for (let n = 0; n < coarse.hu.length; n += 1) {
    const value = coarse.hu[n]!;
    if (value < -20 || value > 250) continue;
    count += 1;
    sum += n % nx;
  }
  return count === 0 ? (nx - 1) / 2 : sum / count;
}

/** Hindmost row with bone that is no speck. */
function hindmost(rows: Int32Array): number {
  for (let y = rows.length - 1; y > 0; y -= 1) if (rows[y]! > 0 && rows[y]! + rows[y - 1]! >= 3) return y;
  return -1;
}

function runningMedian(values: Float64Array, reach: number): Float64Array {
  return values.map((_, n) => {
    const near = Array.from(values.slice(Math.max(0, n - reach), n + reach + 1)).filter((v) => !Number.isNaN(v));
    if (near.length <= reach / 2) return NaN;
    near.sort((a, b) => a - b);
    return near[Math.floor(near.length / 2)]!;
  });
}
