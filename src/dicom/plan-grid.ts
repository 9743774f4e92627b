import type { Grid } from '../core/grid';
import { addScaled, cross, dot, length, scale, subtract, type Vec3 } from '../core/vector';
import type { PlacedSlice } from './sort-slices';

/** How a stack of slices becomes a straight grid. */
export interface GridPlan {
  /** Grid of the volume. */
  readonly grid: Grid;
  /** For a straight stack: plane k of each slice. Null: the slices are resampled onto the grid. */
  readonly planes: readonly number[] | null;
  /** Positions along the normal where a slice is missing, mm. */
  readonly missingAlongMm: readonly number[];
  /** Angle between the slice normal and the direction in which slices follow each other, degrees; 0 for a straight stack. */
  readonly tiltDegrees: number;
  /** Largest distance of a slice from its place on an even grid, mm. */
  readonly unevenMm: number;
  readonly stepMm: number;
}

/** Slices follow the normal to within this angle on a straight stack; rounding of positions makes a few hundredths. */
const MAX_STRAIGHT_DEGREES = 0.25;
/** A slice may lie this share of a step off the even grid; beyond it the stack is resampled. */
export const MAX_UNEVEN_SHARE = 0.1;
/** A gap counts as whole missing slices when it is this near to a multiple of the step. */
const MULTIPLE_TOLERANCE = 0.06;

/** Plans the grid of a sorted stack without repeated positions; at least two slices. */
export function planGrid(stack: readonly PlacedSlice[]): GridPlan {
  const first = stack[0]!.place;
  const normal = cross(first.rowAxis, first.columnAxis);
  const steps = stack.slice(1).map((item, n) => subtract(item.place.positionLpsMm, stack[n]!.place.positionLpsMm));
  const gaps = steps.map((step) => dot(step, normal));
  const whole = subtract(stack.at(-1)!.place.positionLpsMm, first.positionLpsMm);
  const tiltDegrees = angleDegrees(whole, normal);
  const step = median(gaps);
  const counts = gaps.map((gap) => Math.max(1, Math.round(gap / step)));
  const multiples = gaps.every((gap, n) => Math.abs(gap / step - counts[n]!) <= MULTIPLE_TOLERANCE * counts[n]!);
  const planes = [0];
  for (const count of multiples ? counts : gaps.map(() => 1)) planes.push(planes.at(-1)! + count);
  const stepMm = dot(whole, normal) / planes.at(-1)!;
  const unevenMm = Math.max(...stack.map((item, n) => Math.abs(item.alongMm - stack[0]!.alongMm - planes[n]! * stepMm)));
  const missing = missingPositions(planes, stack[0]!.alongMm, stepMm);
  const facts = { missingAlongMm: missing, tiltDegrees: tiltDegrees > MAX_STRAIGHT_DEGREES ? tiltDegrees : 0, unevenMm, stepMm };
  if (facts.tiltDegrees === 0 && unevenMm <= MAX_UNEVEN_SHARE * stepMm) {
    return { ...facts, planes, grid: straightGrid(stack, normal, stepMm, planes.at(-1)! + 1) };
  }
  return { ...facts, planes: null, grid: resampledGrid(stack, whole, multiples ? stepMm : step, normal) };
}

function straightGrid(stack: readonly PlacedSlice[], normal: Vec3, stepMm: number, planes: number): Grid {
  const { place, slice } = stack[0]!;
  return {
    sizeIjk: [slice.pixels.format.columns, slice.pixels.format.rows, planes],
    spacingMm: [place.spacingMm[0], place.spacingMm[1], stepMm],
    originLpsMm: place.positionLpsMm,
    axesLps: [place.rowAxis, place.columnAxis, normal],
  };
}

/**
 * The straight grid that holds every slice: k along the direction in which the slices follow each other (the patient's
 * axis for a tilted gantry), i and j as near to rows and columns as a right angle allows.
 */
function resampledGrid(stack: readonly PlacedSlice[], whole: Vec3, stepAlongNormalMm: number, normal: Vec3): Grid {
  const { place, slice } = stack[0]!;
  const kAxis = scale(whole, 1 / length(whole));
  const iAxis = unit(addScaled(place.rowAxis, kAxis, -dot(place.rowAxis, kAxis)));
  const jAxis = cross(kAxis, iAxis);
  const stepMm = stepAlongNormalMm / dot(kAxis, normal);
  const { columns, rows } = slice.pixels.format;
  const corners = [stack[0]!, stack.at(-1)!].flatMap(({ place: { positionLpsMm, rowAxis, columnAxis, spacingMm } }) =>
    [0, columns - 1].flatMap((i) => [0, rows - 1].map((j) => addScaled(addScaled(positionLpsMm, rowAxis, i * spacingMm[0]), columnAxis, j * spacingMm[1]))),
  );
  const low: number[] = [];
  const size: number[] = [];
  const spacing = [place.spacingMm[0], place.spacingMm[1], stepMm];
  for (const [n, axis] of [iAxis, jAxis, kAxis].entries()) {
    const along = corners.map((corner) => dot(corner, axis));
    const least = Math.min(...along);
    low.push(least);
    size.push(Math.ceil((Math.max(...along) - least) / spacing[n]! - 1e-3) + 1);
  }
  const origin = addScaled(addScaled(scale(iAxis, low[0]!), jAxis, low[1]!), kAxis, low[2]!);
  return {
    sizeIjk: [size[0]!, size[1]!, size[2]!],
    spacingMm: [place.spacingMm[0], place.spacingMm[1], stepMm],
    originLpsMm: origin,
    axesLps: [iAxis, jAxis, kAxis],
  };
}

function missingPositions(planes: readonly number[], firstMm: number, stepMm: number): readonly number[] {
  const present = new Set(planes);
  return Array.from({ length: planes.at(-1)! }, (_, k) => k)
    .filter((k) => !present.has(k))
    .map((k) => firstMm + k * stepMm);
}

function unit(v: Vec3): Vec3 {
  return scale(v, 1 / length(v));
}

function angleDegrees(a: Vec3, b: Vec3): number {
  return (Math.atan2(length(cross(a, b)), dot(a, b)) * 180) / Math.PI;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
