import type { CoarseVolume } from './coarse-volume';
import type { Spine } from './find-spine';

/** HU that an unenhanced, fatty or enhanced liver can have; brighter and darker blocks are vessels, gut or air. */
const LIVER_HU = [-5, 200] as const;
/** Only tissue with this much of the same around it counts: muscles and gut are thinner, mm across. */
const AROUND_MM = [28, 28, 24] as const;
const MIN_BLOCKS = 60;

/**
 * Median HU of the liver: the only solid tissue on the patient's right whose surroundings of about 3 cm are solid too.
 * Null where too little of it is in the volume.
 */
export function liverMedianHu(coarse: CoarseVolume, spine: Spine): number | null {
  const [nx, ny, nz] = coarse.grid.sizeIjk;
  const [dx, dy, dz] = coarse.grid.spacingMm;
  const solid = new Uint8Array(coarse.hu.length);
  for (let n = 0; n < solid.length; n += 1) {
    const value = coarse.hu[n]!;
    solid[n] = value >= LIVER_HU[0] && value <= LIVER_HU[1] ? 1 : 0;
  }
  const reach = [AROUND_MM[0] / dx, AROUND_MM[1] / dy, AROUND_MM[2] / dz].map((n) => Math.max(1, Math.round(n / 2)));
  erodeAlong(solid, nx, 1, lineStarts(nx * ny * nz, nx, 1), reach[0]!);
  erodeAlong(solid, ny, nx, lineStarts(nx * ny * nz, ny, nx), reach[1]!);
  erodeAlong(solid, nz, nx * ny, lineStarts(nx * ny * nz, nz, nx * ny), reach[2]!);
  const values: number[] = [];
  for (let z = 0; z < nz; z += 1) {
    if (Number.isNaN(spine.xMm[z]!)) continue;
    // x runs towards the patient's left; stay clear of the spine and of the heart.
    const last = Math.floor((spine.xMm[z]! - 20) / dx);
    for (let y = 0; y < ny; y += 1) {
      for (let x = 0; x <= last; x += 1) {
        const at = x + nx * (y + ny * z);
        if (solid[at] === 1) values.push(coarse.hu[at]!);
      }
    }
  }
  if (values.length < MIN_BLOCKS) return null;
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)]!;
}

/** First element of every line of `count` elements `step` apart in an array of `total`. */
function lineStarts(total: number, count: number, step: number): readonly number[] {
  const starts: number[] = [];
  for (let block = 0; block < total; block += count * step) for (let n = 0; n < step; n += 1) starts.push(block + n);
  return starts;
}

/** Keeps the ones that have ones for `reach` elements on both sides along their line; ends count as zero. */
function erodeAlong(mask: Uint8Array, count: number, step: number, starts: readonly number[], reach: number): void {
  const run = new Int32Array(count);
  for (const start of starts) {
    let length = 0;
    for (let n = 0; n < count; n += 1) {
      length = mask[start + n * step] === 1 ? length + 1 : 0;
      run[n] = length;
    }
    for (let n = 0; n < count; n += 1) {
      const ahead = n + reach;
      mask[start + n * step] = ahead < count && run[ahead]! >= 2 * reach + 1 ? 1 : 0;
    }
  }
}
