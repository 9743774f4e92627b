import { indexToLps, type Grid } from '../core/grid';
import type { LabelMap } from '../core/label-map';
import type { Volume } from '../core/volume';
import { dot, type Vec3 } from '../core/vector';
import { axialFrame, strides } from './axial-frame';
import type { IndexBox } from './components';

/** Kidneys closer than this along the left-right axis are taken as one, mm. */
const MIN_KIDNEY_DISTANCE_MM = 60;

/** Anything denser than this belongs to the body when its middle is sought, HU. */
const BODY_HU = -200;

/** Where the patient's middle lies along the left-right axis `u` of the grid: side of a point by `dot(p, u) > offsetMm`. */
export interface Midline {
  readonly u: Vec3;
  readonly offsetMm: number;
  readonly from: 'kidneys' | 'body' | 'grid';
}

/**
 * The middle between two kidneys where the label map shows two; else the middle of the body in the labels' slices; else the
 * middle of the grid. `box` bounds all labels.
 */
export function findMidline(labelMap: LabelMap, box: IndexBox, body: Volume | null): Midline {
  const { grid, labels } = labelMap;
  const frame = axialFrame(grid);
  const axis = frame.axes[0];
  const u = frame.vectors[0];
  const position = (index: number): number => {
    const at: [number, number, number] = [0, 0, 0];
    at[axis] = index;
    return dot(indexToLps(grid, at), u);
  };
  const histogram = histogramAlong(labels, grid, axis, box);
  const split = twoClusters(histogram);
  if (split !== null && Math.abs(split.high - split.low) * grid.spacingMm[axis] >= MIN_KIDNEY_DISTANCE_MM) {
    return { u, offsetMm: position((split.low + split.high) / 2), from: 'kidneys' };
  }
  const middle = body === null ? null : bodyMiddle(body, box, grid);
  if (middle !== null) return { u, offsetMm: dot(middle, u), from: 'body' };
  return { u, offsetMm: position((grid.sizeIjk[axis] - 1) / 2), from: 'grid' };
}

function histogramAlong(labels: Uint8Array, grid: Grid, axis: 0 | 1 | 2, box: IndexBox): Float64Array {
  const histogram = new Float64Array(grid.sizeIjk[axis]);
  const step = strides(grid.sizeIjk);
  for (let k = box.from[2]; k <= box.to[2]; k += 1) {
    for (let j = box.from[1]; j <= box.to[1]; j += 1) {
      let at = box.from[0] + step[1] * j + step[2] * k;
      for (let i = box.from[0]; i <= box.to[0]; i += 1, at += 1) {
        if (labels[at] !== 0) histogram[axis === 0 ? i : axis === 1 ? j : k]! += 1;
      }
    }
  }
  return histogram;
}

/** Splits a histogram where the variance between both parts is largest; null when a part holds less than a tenth. */
function twoClusters(histogram: Float64Array): { low: number; high: number } | null {
  let total = 0;
  let sum = 0;
  for (let n = 0; n < histogram.length; n += 1) {
    total += histogram[n]!;
    sum += n * histogram[n]!;
  }
  let weight = 0;
  let partial = 0;
  let best = 0;
  let found: { low: number; high: number } | null = null;
  for (let n = 0; n < histogram.length; n += 1) {
    weight += histogram[n]!;
    partial += n * histogram[n]!;
    if (weight < 0.1 * total || weight > 0.9 * total) continue;
    const low = partial / weight;
    const high = (sum - partial) / (total - weight);
    const between = weight * (total - weight) * (high - low) ** 2;
    if (between > best) {
      best = between;
      found = { low, high };
    }
  }
  return found;
}

/** Mean position of body voxels in the slices that the labels span; every fourth voxel along each axis is enough. */
function bodyMiddle(body: Volume, box: IndexBox, labelGrid: Grid): Vec3 | null {
  const { grid, hu } = body;
  if (grid.sizeIjk.some((n, a) => n !== labelGrid.sizeIjk[a])) return null;
  const step = strides(grid.sizeIjk);
  const n = axialFrame(grid).axes[2];
  const range = (axis: 0 | 1 | 2): readonly [number, number] =>
    axis === n ? [box.from[axis], box.to[axis]] : [0, grid.sizeIjk[axis] - 1];
  const [i0, i1] = range(0);
  const [j0, j1] = range(1);
  const [k0, k1] = range(2);
  let count = 0;
  const sum: [number, number, number] = [0, 0, 0];
  for (let k = k0; k <= k1; k += 4) {
    for (let j = j0; j <= j1; j += 4) {
      for (let i = i0; i <= i1; i += 4) {
        if (hu[i + step[1] * j + step[2] * k]! <= BODY_HU) continue;
        count += 1;
        sum[0] += i;
        sum[1] += j;
        sum[2] += k;
      }
    }
  }
  return count === 0 ? null : indexToLps(grid, [sum[0] / count, sum[1] / count, sum[2] / count]);
}
