import { indexToLps, lpsToIndex } from '../../core/grid';
import { sampleTrilinear } from '../../core/interpolate';
import { LABEL, type LabelMap } from '../../core/label-map';
import { subtract, type Vec3 } from '../../core/vector';
import { axialFrame, strides } from '../axial-frame';
import { labelBoxes, labelComponents } from '../components';
import type { CoarseVolume } from './coarse-volume';

/** Enhancement of the better kidney of a volume, HU of blocks averaged over 2 x 2 x 4 mm. */
export interface KidneyFeatures {
  readonly medianHu: number;
  /** Middle of the brightest quarter within 6 mm of the surface. */
  readonly cortexHu: number;
  /** Middle of the darkest quarter deeper than 8 mm, without fat. */
  readonly medullaHu: number;
  /** The HU that 1 ml in the kidneys and their sinus exceeds: the filled pelvis after some minutes. */
  readonly brightestMlHu: number;
}

const STEP_MM = 2;
const SHELL_MM = 6;
const CORE_MM = 8;
const FAT_HU = -20;
/** A kidney of less is a fragment, ml. */
const MIN_KIDNEY_ML = 25;
/** Rim of empty lattice points around the kidneys, so that every kidney has a surface. */
const RIM = 1;

/** A label map on a coarse lattice with the depth of every kidney point below the surface. Made once, read in every phase. */
export interface KidneyPoints {
  /** World points, x y z, of each kidney; depths in mm beside them. */
  readonly kidneys: readonly { readonly pointsLpsMm: Float64Array; readonly depthMm: Float32Array }[];
  /** Points that have kidney before and behind them: parenchyma, sinus and pelvis, but no rib or vertebra. */
  readonly insideLpsMm: Float64Array;
  readonly pointMl: number;
}

/** Puts the kidneys of a label map on a lattice of about 2 mm and measures depths by steps of it. Null without a kidney. */
export function kidneyPoints(labelMap: LabelMap): KidneyPoints | null {
  const { grid, labels } = labelMap;
  const boxes = labelBoxes(labels, grid.sizeIjk);
  const box = boxes[LABEL.kidney];
  if (box === null || box === undefined) return null;
  const per = grid.spacingMm.map((mm) => Math.max(1, Math.round(STEP_MM / mm))) as [number, number, number];
  const size = ([0, 1, 2] as const).map((a) => Math.floor((box.to[a] - box.from[a]) / per[a]) + 1 + 2 * RIM) as [number, number, number];
  const index = (a: 0 | 1 | 2, n: number): number => box.from[a] + (n - RIM) * per[a];
  const [nx, ny, nz] = size;
  const mask = new Uint8Array(nx * ny * nz);
  const whole = new Uint8Array(nx * ny * nz);
  const [ni, nj, nk] = grid.sizeIjk;
  for (let z = 0, at = 0; z < nz; z += 1) {
    const k = index(2, z);
    for (let y = 0; y < ny; y += 1) {
      const j = index(1, y);
      for (let x = 0; x < nx; x += 1, at += 1) {
        const i = index(0, x);
        if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
        const label = labels[i + ni * (j + nj * k)]!;
        if (label === LABEL.kidney) mask[at] = 1;
        if (label !== 0) whole[at] = 1;
      }
    }
  }
  const stepMm = per.map((n, a) => n * grid.spacingMm[a]!) as [number, number, number];
  const depth = depthBelowSurface(whole, size, stepMm);
  const ids = new Int32Array(mask.length);
  const count = labelComponents({ labels: mask, sizeIjk: size, box: { from: [0, 0, 0], to: [nx - 1, ny - 1, nz - 1] }, value: 1, firstId: 1, ids, firstOffset: 0 });
  const members = Array.from({ length: count }, () => [] as number[]);
  for (let at = 0; at < ids.length; at += 1) if (ids[at]! > 0) members[ids[at]! - 1]!.push(at);
  const pointMl = (stepMm[0] * stepMm[1] * stepMm[2]) / 1000;
  const world = (cells: readonly number[]): Float64Array => {
    const points = new Float64Array(3 * cells.length);
    cells.forEach((at, n) => {
      const z = Math.floor(at / (nx * ny));
      const y = Math.floor(at / nx) % ny;
      points.set(indexToLps(grid, [index(0, at % nx), index(1, y), index(2, z)]), 3 * n);
    });
    return points;
  };
  const kidneys = members
    .filter((cells) => cells.length * pointMl >= MIN_KIDNEY_ML)
    .map((cells) => ({ pointsLpsMm: world(cells), depthMm: Float32Array.from(cells, (at) => depth[at]!) }));
  if (kidneys.length === 0) return null;
  return { kidneys, insideLpsMm: world(between(mask, size, axialFrame(grid).axes[1])), pointMl };
}

/** Reads the kidneys in one volume; null where the volume does not cover one. */
export function kidneyFeatures(points: KidneyPoints, coarse: CoarseVolume): KidneyFeatures | null {
  let best: { medianHu: number; cortexHu: number; medullaHu: number } | null = null;
  for (const { pointsLpsMm, depthMm } of points.kidneys) {
    const hu = sampleAll(coarse, pointsLpsMm);
    const all: number[] = [];
    const shell: number[] = [];
    const core: number[] = [];
    hu.forEach((value, n) => {
      if (Number.isNaN(value)) return;
      all.push(value);
      if (depthMm[n]! <= SHELL_MM) shell.push(value);
      else if (depthMm[n]! > CORE_MM && value > FAT_HU) core.push(value);
    });
    if (all.length < 0.6 * hu.length || shell.length === 0) continue;
    const medianHu = quantile(all, 0.5);
    // An atrophic or obstructed kidney enhances less: the better one speaks.
    if (best === null || medianHu > best.medianHu) {
      best = { medianHu, cortexHu: quantile(shell, 0.875), medullaHu: core.length > 0 ? quantile(core, 0.125) : medianHu };
    }
  }
  if (best === null) return null;
  const inside = Array.from(sampleAll(coarse, points.insideLpsMm)).filter((value) => !Number.isNaN(value));
  const share = 1 / points.pointMl / Math.max(1, inside.length);
  return { ...best, brightestMlHu: share >= 1 ? -1024 : quantile(inside, 1 - share) };
}

function sampleAll(coarse: CoarseVolume, pointsLpsMm: Float64Array): Float32Array {
  const { grid, hu } = coarse;
  const zero = lpsToIndex(grid, [0, 0, 0]);
  const [px, py, pz] = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map((unit) => subtract(lpsToIndex(grid, unit), zero)) as [
    readonly [number, number, number],
    readonly [number, number, number],
    readonly [number, number, number],
  ];
  const out = new Float32Array(pointsLpsMm.length / 3);
  for (let n = 0; n < out.length; n += 1) {
    const x = pointsLpsMm[3 * n]!;
    const y = pointsLpsMm[3 * n + 1]!;
    const z = pointsLpsMm[3 * n + 2]!;
    out[n] = sampleTrilinear(
      hu,
      grid.sizeIjk,
      zero[0] + x * px[0] + y * py[0] + z * pz[0],
      zero[1] + x * px[1] + y * py[1] + z * pz[1],
      zero[2] + x * px[2] + y * py[2] + z * pz[2],
    );
  }
  return out;
}

function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))]!;
}

/** Lattice points that lie between two points of the mask along one axis, ends included. */
function between(mask: Uint8Array, size: Vec3, axis: 0 | 1 | 2): readonly number[] {
  const step = strides(size);
  const found: number[] = [];
  for (let at = 0; at < mask.length; at += 1) {
    if (Math.floor(at / step[axis]) % size[axis] !== 0) continue;
    let first = -1;
    let last = -1;
    for (let n = 0; n < size[axis]; n += 1) {
      if (mask[at + n * step[axis]] !== 1) continue;
      if (first < 0) first = n;
      last = n;
    }
    for (let n = first; first >= 0 && n <= last; n += 1) found.push(at + n * step[axis]);
  }
  return found;
}

/** Distance along the axes and their diagonals to the nearest point outside the mask, mm: two sweeps. */
function depthBelowSurface(mask: Uint8Array, size: Vec3, stepMm: Vec3): Float32Array {
  const [nx, ny, nz] = size;
  const depth = Float32Array.from(mask, (m) => (m === 1 ? 1e6 : 0));
  const steps: { readonly offset: number; readonly mm: number }[] = [];
  for (let dz = -1; dz <= 0; dz += 1)
    for (let dy = -1; dy <= 1; dy += 1)
      for (let dx = -1; dx <= 1; dx += 1) {
        if (dz === 0 && (dy > 0 || (dy === 0 && dx >= 0))) continue;
        steps.push({ offset: dx + nx * (dy + ny * dz), mm: Math.hypot(dx * stepMm[0], dy * stepMm[1], dz * stepMm[2]) });
      }
  // The rim is outside the mask, so no neighbour leaves the lattice.
  for (const direction of [1, -1] as const) {
    for (let n = 0; n < nx * ny * nz; n += 1) {
      const at = direction > 0 ? n : nx * ny * nz - 1 - n;
      let least = depth[at]!;
      if (least === 0) continue;
      for (const { offset, mm } of steps) {
        const via = depth[at + direction * offset]! + mm;
        if (via < least) least = via;
      }
      depth[at] = least;
    }
  }
  return depth;
}
