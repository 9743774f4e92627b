import type { ResamplingRule } from '../../core/models';
import type { Vec3 } from '../../core/vector';
import { roundHalfEven } from './round-half-even';
import { axisTaps, resampleAxis } from './spline';

/** Spacings more unequal than this are resampled axis by axis. Source: nnU-Net's ANISO_THRESHOLD. */
const ANISOTROPY = 3;

/** Voxels along each axis once the spacing has changed; halves go to the even number, as in Python. */
export function resizedShape(shape: Vec3, fromMm: Vec3, toMm: Vec3): Vec3 {
  const one = (a: 0 | 1 | 2): number => roundHalfEven((fromMm[a] / toMm[a]) * shape[a]);
  return [one(0), one(1), one(2)];
}

/**
 * The axis that is resampled on its own: the coarsest of `first` when that spacing is anisotropic, else of `second` when that
 * one is; none when two axes share the coarsest spacing.
 */
export function separateAxis(first: Vec3, second: Vec3, forced: boolean | null): 0 | 1 | 2 | null {
  if (forced === false) return null;
  const anisotropic = (spacing: Vec3): boolean => Math.max(...spacing) / Math.min(...spacing) > ANISOTROPY;
  const by = forced === true || anisotropic(first) ? first : anisotropic(second) ? second : null;
  if (by === null) return null;
  const coarsest = ([0, 1, 2] as const).filter((a) => Math.max(...by) / by[a] === 1);
  return coarsest.length === 1 ? coarsest[0]! : null;
}

/**
 * Resamples an image [n0, n1, n2] (last axis fastest) to `target` as nnU-Net does: with `axis` null along all axes at once,
 * values kept within the range of the image; else slice by slice across `axis`, each kept within its own range, and
 * then along `axis` with the rule's `orderZ`. Source: skimage.transform.resize (mode edge, no smoothing, clip).
 */
export function resizeImage(image: Float32Array, shape: Vec3, target: Vec3, rule: ResamplingRule, axis: 0 | 1 | 2 | null): Float32Array {
  let data = image;
  const now: [number, number, number] = [...shape];
  if (now.every((n, a) => n === target[a])) return data;
  const ranges = rule.order === 3 ? rangesAlong(image, shape, axis) : null;
  const inPlane = ([0, 1, 2] as const).filter((a) => a !== axis && now[a] !== target[a]);
  // Axes that shrink most come first: less is left for the others, the result is the same.
  for (const a of [...inPlane].sort((x, y) => target[x] / now[x] - target[y] / now[y])) {
    data = resampleAxis(data, now, a, axisTaps(now[a], target[a], rule.order));
    now[a] = target[a];
  }
  if (ranges !== null && inPlane.length > 0) clipAlong(data, now, axis, ranges);
  if (axis !== null && now[axis] !== target[axis]) data = resampleAxis(data, now, axis, axisTaps(now[axis], target[axis], rule.orderZ));
  return data;
}

/** Lowest and highest value of each slice across `axis`, or of the whole. */
function rangesAlong(data: Float32Array, shape: Vec3, axis: 0 | 1 | 2 | null): Float32Array {
  const ranges = new Float32Array(2 * (axis === null ? 1 : shape[axis]));
  for (let n = 0; n < ranges.length; n += 2) {
    ranges[n] = Infinity;
    ranges[n + 1] = -Infinity;
  }
  visit(data, shape, axis, (at, slice) => {
    const value = data[at]!;
    if (value < ranges[2 * slice]!) ranges[2 * slice] = value;
    if (value > ranges[2 * slice + 1]!) ranges[2 * slice + 1] = value;
  });
  return ranges;
}

function clipAlong(data: Float32Array, shape: Vec3, axis: 0 | 1 | 2 | null, ranges: Float32Array): void {
  visit(data, shape, axis, (at, slice) => {
    const value = data[at]!;
    if (value < ranges[2 * slice]!) data[at] = ranges[2 * slice]!;
    else if (value > ranges[2 * slice + 1]!) data[at] = ranges[2 * slice + 1]!;
  });
}

function visit(data: Float32Array, shape: Vec3, axis: 0 | 1 | 2 | null, see: (at: number, slice: number) => void): void {
  const inner = axis === 0 ? shape[1] * shape[2] : axis === 1 ? shape[2] : 1;
  const count = axis === null ? 1 : shape[axis];
  const run = axis === null ? data.length : inner;
  for (let at = 0, slice = 0; at < data.length; slice = (slice + 1) % count) {
    for (const end = at + run; at < end; at += 1) see(at, slice);
  }
}
