import type { Vec3 } from '../../core/vector';
import type { Volume } from '../../core/volume';
import { coarsen, coarsePoint, type CoarseVolume } from './coarse-volume';
import { findSpine, type Spine } from './find-spine';

/** The aorta in front of the spine: median HU of its core, the course of its centre from feet to head, its mean diameter. */
export interface Aorta {
  readonly medianHu: number;
  readonly courseLpsMm: readonly Vec3[];
  readonly diameterMm: number;
  /** 0..1: how round and well bordered it was on average. */
  readonly quality: number;
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radiusMm: number;
  readonly meanHu: number;
  readonly score: number;
}

const RADII_MM = [8, 9.5, 11, 13, 15] as const;
const ANGLES = 24;
/** Where a disc's centre may lie from the spine's bone centre, mm: right, left, in front (from, to). */
const WINDOW_MM = { right: 22, left: 45, near: 12, far: 80 } as const;
/** A border is seen where the surroundings differ by this from the disc, HU. */
const BORDER_HU = 25;
const KEPT_PER_SLICE = 40;
/** Score at which a slice neither helps nor harms a course. */
const NEUTRAL = 0.6;
const MIN_COURSE_MM = 28;

/**
 * Looks for the aorta without any segmentation: in every coarse slice round, even discs of 16 to 30 mm in front of the spine
 * with a border around most of them; then the best course through the slices. Works with and without contrast, since only
 * the difference to the surroundings counts. Null when no course of at least 3 cm is found.
 */
export function findAorta(volume: Volume, prepared?: { readonly coarse: CoarseVolume; readonly spine: Spine }): Aorta | null {
  const coarse = prepared?.coarse ?? coarsen(volume);
  const spine = prepared?.spine ?? findSpine(coarse);
  const nz = coarse.grid.sizeIjk[2];
  const discs: (readonly Disc[])[] = [];
  for (let z = 0; z < nz; z += 1) discs.push(discsOfSlice(coarse, spine, z));
  const course = bestCourse(coarse, spine, discs);
  if (course === null) return null;
  const dz = coarse.grid.spacingMm[2];
  if ((course.length - 1) * dz < MIN_COURSE_MM) return null;
  const quality = course.reduce((sum, { disc }) => sum + disc.score, 0) / course.length;
  return {
    medianHu: medianInCore(coarse, course),
    courseLpsMm: course.map(({ z, disc }) => coarsePoint(coarse, disc.x, disc.y, z)),
    diameterMm: (2 * course.reduce((sum, { disc }) => sum + disc.radiusMm, 0)) / course.length,
    quality,
  };
}

/** Candidate discs of one slice, best first. */
function discsOfSlice(coarse: CoarseVolume, spine: Spine, z: number): readonly Disc[] {
  const [nx, ny] = coarse.grid.sizeIjk;
  const [dx, dy] = coarse.grid.spacingMm;
  const sx = spine.xMm[z]!;
  const sy = spine.yMm[z]!;
  if (Number.isNaN(sx)) return [];
  const margin = 20;
  const x0 = Math.max(Math.ceil((sx - WINDOW_MM.right) / dx), Math.ceil(margin / dx));
  const x1 = Math.min(Math.floor((sx + WINDOW_MM.left) / dx), nx - 1 - Math.ceil(margin / dx));
  const y0 = Math.max(Math.ceil((sy - WINDOW_MM.far) / dy), Math.ceil(margin / dy));
  const y1 = Math.min(Math.floor((sy - WINDOW_MM.near) / dy), ny - 1 - Math.ceil(margin / dy));
  const found: Disc[] = [];
  for (let y = y0; y <= y1; y += 1) {
    for (let x = x0; x <= x1; x += 1) {
      const centre = coarse.hu[x + nx * (y + ny * z)]!;
      if (centre < 0 || centre > 800) continue;
      let best: Disc | null = null;
      for (const radiusMm of RADII_MM) {
        const disc = scoreDisc(coarse, x, y, z, radiusMm);
        if (disc !== null && (best === null || disc.score > best.score)) best = disc;
      }
      if (best !== null && best.score > NEUTRAL - 0.15) found.push(best);
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, KEPT_PER_SLICE);
}

/** Share of the border that is seen, lessened where the inside is uneven; null where it cannot be a vessel. */
function scoreDisc(coarse: CoarseVolume, x: number, y: number, z: number, radiusMm: number): Disc | null {
  const [nx, ny] = coarse.grid.sizeIjk;
  const [dx, dy] = coarse.grid.spacingMm;
  const { hu } = coarse;
  const base = nx * ny * z;
  let count = 0;
  let sum = 0;
  let squares = 0;
  const core = 0.75 * radiusMm;
  const ry = Math.floor(core / dy);
  for (let oy = -ry; oy <= ry; oy += 1) {
    const reach = Math.floor(Math.sqrt(core * core - oy * oy * dy * dy) / dx);
    let at = base + nx * (y + oy) + x - reach;
    for (let ox = -reach; ox <= reach; ox += 1, at += 1) {
      const value = hu[at]!;
      count += 1;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / count;
  const sd = Math.sqrt(Math.max(0, squares / count - mean * mean));
  if (mean < 15 || mean > 700 || sd > 25 + 0.1 * mean) return null;
  let bordered = 0;
  let bone = 0;
  const outer = radiusMm + 3.5;
  for (let a = 0; a < ANGLES; a += 1) {
    const px = Math.round(x + (COS[a]! * outer) / dx);
    const py = Math.round(y + (SIN[a]! * outer) / dy);
    const outside = hu[base + px + nx * py]!;
    const difference = Math.abs(outside - mean);
    bordered += Math.min(1, difference / (2 * BORDER_HU));
    if (outside > Math.max(150, mean + 80)) bone += 1;
  }
  if (bone > 0.5 * ANGLES) return null;
  const score = bordered / ANGLES - 0.3 * (sd / (25 + 0.1 * mean));
  return { x, y, radiusMm, meanHu: mean, score };
}

const COS = Array.from({ length: ANGLES }, (_, a) => Math.cos((2 * Math.PI * a) / ANGLES));
const SIN = Array.from({ length: ANGLES }, (_, a) => Math.sin((2 * Math.PI * a) / ANGLES));

interface CourseStep {
  readonly z: number;
  readonly disc: Disc;
}

/** The chain of discs through neighbouring slices with the largest sum of scores above neutral; a slice may be skipped. */
function bestCourse(coarse: CoarseVolume, spine: Spine, discs: readonly (readonly Disc[])[]): readonly CourseStep[] | null {
  const [dx, dy] = coarse.grid.spacingMm;
  const totals = discs.map((slice) => new Float64Array(slice.length));
  const from = discs.map((slice) => new Array<readonly [number, number] | null>(slice.length).fill(null));
  let best = 0;
  let end: readonly [number, number] | null = null;
  for (let z = 0; z < discs.length; z += 1) {
    for (const [n, disc] of discs[z]!.entries()) {
      // Left of the spine's middle is where the aorta runs; the vena cava on the right looks alike.
      const left = disc.x * dx - spine.xMm[z]!;
      const gain = disc.score - NEUTRAL - 0.006 * Math.max(0, 4 - left);
      let reached = 0;
      for (const back of [1, 2]) {
        const earlier = discs[z - back];
        if (earlier === undefined) continue;
        earlier.forEach((other, m) => {
          const moved = Math.hypot((disc.x - other.x) * dx, (disc.y - other.y) * dy);
          if (moved > 6 * back || Math.abs(disc.meanHu - other.meanHu) > 20 + 0.1 * disc.meanHu) return;
          const total =
            totals[z - back]![m]! -
            0.012 * moved -
            0.02 * Math.abs(disc.radiusMm - other.radiusMm) -
            0.002 * Math.abs(disc.meanHu - other.meanHu) -
            0.1 * (back - 1);
          if (total > reached) {
            reached = total;
            from[z]![n] = [z - back, m];
          }
        });
      }
      totals[z]![n] = reached + gain;
      if (totals[z]![n]! > best) {
        best = totals[z]![n]!;
        end = [z, n];
      }
    }
  }
  if (end === null) return null;
  const course: CourseStep[] = [];
  for (let at: readonly [number, number] | null = end; at !== null; at = from[at[0]]![at[1]] ?? null) {
    course.push({ z: at[0], disc: discs[at[0]]![at[1]]! });
  }
  return course.reverse();
}

function medianInCore(coarse: CoarseVolume, course: readonly CourseStep[]): number {
  const [nx, ny] = coarse.grid.sizeIjk;
  const [dx, dy] = coarse.grid.spacingMm;
  const values: number[] = [];
  for (const { z, disc } of course) {
    const core = 0.6 * disc.radiusMm;
    for (let oy = -Math.floor(core / dy); oy * dy <= core; oy += 1) {
      for (let ox = -Math.floor(core / dx); ox * dx <= core; ox += 1) {
        if (Math.hypot(ox * dx, oy * dy) <= core) values.push(coarse.hu[disc.x + ox + nx * (disc.y + oy + ny * z)]!);
      }
    }
  }
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)]!;
}
