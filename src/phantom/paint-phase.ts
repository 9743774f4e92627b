import type { Grid } from '../core/grid';
import { planePainter } from './paint-plane';
import { tubePainter } from './paint-tubes';
import { NOISE_TILE_PX } from './noise-tiles';
import { randomStream } from './random';
import type { Scene } from './scene';
import { trunkOriginLpsMm, type PhasePlan } from './study-plan';

/** Thin planes averaged into one slice: the slice profile. */
const PLANES_PER_SLICE = 2;
/** In-plane blur of the scanner, SD in mm (soft kernel: 1.3 mm full width at half maximum). */
const BLUR_MM = 0.55;
/** Lowest stored value. */
const LOWEST_HU = -1024;

/** Which slices to paint: every `of`th, beginning with slice `part`. Slices do not depend on one another. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

/** One painted slice: Int16 HU, i fastest, at index `k` of the grid. */
export interface PaintedSlice {
  readonly k: number;
  readonly hu: Int16Array;
}

/**
 * Paints one phase slice by slice, in the order of `grid`: tissue, tubes, slice profile, blur, noise.
 * The result depends on seed and plan alone, however the slices are shared among workers.
 */
export function* paintPhase(scene: Scene, grid: Grid, plan: PhasePlan, share: Share = { part: 0, of: 1 }): Generator<PaintedSlice> {
  const [size, , slices] = grid.sizeIjk;
  const [pixelMm, , stepMm] = grid.spacingMm;
  const origin = trunkOriginLpsMm(scene.trunk);
  const corner = [grid.originLpsMm[0] - origin[0], grid.originLpsMm[1] - origin[1]] as const;
  const tissue = planePainter(scene, plan.phase, plan.breathShiftMm, size, pixelMm, corner);
  const tubes = tubePainter(scene, plan.phase, plan.breathShiftMm, size, pixelMm, corner);
  const noise = noiseGain(size, plan.noiseHu);
  const sum = new Float32Array(size * size);
  const plane = new Float32Array(size * size);
  for (let k = share.part; k < slices; k += share.of) {
    const random = randomStream(scene.seed + 7919 * plan.seriesNumber + 104729 * k);
    sum.fill(0);
    for (let n = 0; n < PLANES_PER_SLICE; n++) {
      const z = grid.originLpsMm[2] - origin[2] + k * stepMm + ((n + 0.5) / PLANES_PER_SLICE - 0.5) * stepMm;
      tissue(z, plane, n > 0);
      tubes(z, plane);
      for (let p = 0; p < sum.length; p++) sum[p]! += plane[p]! / PLANES_PER_SLICE;
    }
    blur(sum, plane, size, BLUR_MM / pixelMm);
    yield { k, hu: withNoise(sum, noise, size, noiseView(scene, random), noiseView(scene, random)) };
  }
}

/** Noise is highest in the middle of the body and lowest in the air around it. */
function noiseGain(size: number, noiseHu: number): Float32Array {
  const gain = new Float32Array(size * size);
  const middle = (size - 1) / 2;
  for (let j = 0, p = 0; j < size; j++) {
    for (let i = 0; i < size; i++, p++) {
      const r = Math.hypot((i - middle) / (0.46 * size), (j - middle) / (0.33 * size));
      gain[p] = noiseHu * (1.12 - 0.34 * Math.min(1.4, r) ** 2);
    }
  }
  return gain;
}

interface NoiseView {
  readonly tile: Float32Array;
  readonly di: number;
  readonly dj: number;
}

/** A noise plane shifted at random; planes are periodic, so the shift leaves no seam. */
function noiseView(scene: Scene, random: { uniform(): number }): NoiseView {
  const draw = (below: number): number => Math.floor(random.uniform() * below);
  return { tile: scene.noise[draw(scene.noise.length)]!, di: draw(NOISE_TILE_PX), dj: draw(NOISE_TILE_PX) };
}

/** The slice with the sum of two noise views, as whole HU. */
function withNoise(clean: Float32Array, gain: Float32Array, size: number, a: NoiseView, b: NoiseView): Int16Array {
  const out = new Int16Array(size * size);
  const mask = NOISE_TILE_PX - 1;
  for (let j = 0, p = 0; j < size; j++) {
    const rowA = NOISE_TILE_PX * ((j + a.dj) & mask);
    const rowB = NOISE_TILE_PX * ((j + b.dj) & mask);
    for (let i = 0; i < size; i++, p++) {
      const noise = a.tile[rowA + ((i + a.di) & mask)]! + b.tile[rowB + ((i + b.di) & mask)]!;
      const hu = Math.round(clean[p]! + Math.SQRT1_2 * gain[p]! * noise);
      out[p] = hu < LOWEST_HU ? LOWEST_HU : hu;
    }
  }
  return out;
}

/** Gaussian blur in place, five taps along each axis; edges repeat. */
function blur(plane: Float32Array, work: Float32Array, size: number, sigmaPx: number): void {
  const tap = [1, Math.exp(-0.5 / sigmaPx ** 2), Math.exp(-2 / sigmaPx ** 2)] as const;
  const total = tap[0] + 2 * tap[1] + 2 * tap[2];
  const [c, n, f] = [tap[0] / total, tap[1] / total, tap[2] / total];
  for (const [from, to, step] of [[plane, work, 1], [work, plane, size]] as const) {
    to.set(from);
    for (let line = 0; line < size; line++) {
      const start = step === 1 ? line * size : line;
      for (let p = 2; p < size - 2; p++) {
        const q = start + p * step;
        to[q] = c * from[q]! + n * (from[q - step]! + from[q + step]!) + f * (from[q - 2 * step]! + from[q + 2 * step]!);
      }
    }
  }
}
