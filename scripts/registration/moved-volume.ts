import { indexToLps, lpsToIndex, type Grid } from '../../src/core/grid';
import { sampleTrilinear } from '../../src/core/interpolate';
import { subtract, type Vec3 } from '../../src/core/vector';
import type { Volume } from '../../src/core/volume';
import { randomStream } from '../../src/phantom/random';
import { backwards, type Motion } from './motions';

/** Beyond the box that is registered a volume need not be known, mm: half the box, the margin, the motion. */
const REACH_MM: Vec3 = [125, 125, 135];
/** Noise of the other scan, HU. */
const NOISE_HU = 12;

/** The part of a volume's grid around a point, whole voxels. */
export function partAround(grid: Grid, centreLpsMm: Vec3): Grid {
  const at = lpsToIndex(grid, centreLpsMm);
  const low = ([0, 1, 2] as const).map((a) => Math.max(0, Math.floor(at[a] - REACH_MM[a] / grid.spacingMm[a])));
  const high = ([0, 1, 2] as const).map((a) => Math.min(grid.sizeIjk[a] - 1, Math.ceil(at[a] + REACH_MM[a] / grid.spacingMm[a])));
  return {
    ...grid,
    originLpsMm: indexToLps(grid, low as unknown as Vec3),
    sizeIjk: low.map((from, a) => high[a]! - from + 1) as unknown as Vec3,
  };
}

/** A volume as another scan would see it after a motion: read backwards through the motion, with noise of its own. */
export function movedVolume(volume: Volume, motion: Motion, grid: Grid, seed: number): Volume {
  const [ni, nj, nk] = grid.sizeIjk;
  const random = randomStream(seed);
  const hu = new Int16Array(ni * nj * nk);
  let at = 0;
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      let near: Vec3 | null = null;
      let before: Vec3 | null = null;
      for (let i = 0; i < ni; i += 1, at += 1) {
        const p = indexToLps(grid, [i, j, k]);
        // The neighbour's answer, moved on by the same step, is nearly right already.
        const guess: Vec3 = near === null || before === null ? p : ([0, 1, 2].map((a) => near![a]! + p[a]! - before![a]!) as unknown as Vec3);
        const from = backwards(motion, p, guess);
        [near, before] = [from, p];
        const [x, y, z] = lpsToIndex(volume.grid, from);
        const value = sampleTrilinear(volume.hu, volume.grid.sizeIjk, x, y, z);
        hu[at] = Number.isNaN(value) ? -1024 : Math.round(value + NOISE_HU * random.normal());
      }
    }
  }
  return { id: `${volume.id}-moved`, grid, hu };
}

/** Distance between where the found map and the motion take a point, mm. */
export function targetError(found: Vec3, motion: Motion, pointLpsMm: Vec3): number {
  return Math.hypot(...subtract(found, motion.there(pointLpsMm)));
}
