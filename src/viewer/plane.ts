import type { Grid } from '../core/grid';
import { lpsToIndex } from '../core/grid';
import { addScaled, dot, scale, type Vec3 } from '../core/vector';

/** The three ways to cut a volume. */
export type PlaneName = 'axial' | 'coronal' | 'sagittal';

type AxisNumber = 0 | 1 | 2;

/**
 * How a volume is cut and shown: screen directions taken from the volume's own axes, so that an axial picture of an
 * axial scan is the scanned slice itself, never a resampled one. `stepLps` points towards the next slice shown
 * (feet, back, patient's right), `rightLps` to the right of the screen, `downLps` to its bottom. Unit vectors, LPS.
 */
export interface Plane {
  readonly name: PlaneName;
  readonly normalAxis: AxisNumber;
  readonly rightLps: Vec3;
  readonly downLps: Vec3;
  readonly stepLps: Vec3;
  readonly slices: number;
  readonly stepMm: number;
  /** In-plane voxel size, right then down, mm. */
  readonly pixelMm: readonly [number, number];
}

const WANTED: Readonly<Record<PlaneName, { right: Vec3; down: Vec3; step: Vec3 }>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], step: [0, 0, -1] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], step: [0, 1, 0] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], step: [-1, 0, 0] },
};

function nearestAxis(grid: Grid, target: Vec3, taken: readonly AxisNumber[]): AxisNumber {
  const free = ([0, 1, 2] as const).filter((axis) => !taken.includes(axis));
  return free.reduce((best, axis) =>
    Math.abs(dot(grid.axesLps[axis], target)) > Math.abs(dot(grid.axesLps[best], target)) ? axis : best,
  );
}

function towards(axis: Vec3, target: Vec3): Vec3 {
  return dot(axis, target) < 0 ? scale(axis, -1) : axis;
}

/** The plane of a grid: patient's right at the left of the screen, seen from the feet; first slice at the head. */
export function planeOf(grid: Grid, name: PlaneName): Plane {
  const wanted = WANTED[name];
  const normalAxis = nearestAxis(grid, wanted.step, []);
  const rightAxis = nearestAxis(grid, wanted.right, [normalAxis]);
  const downAxis = nearestAxis(grid, wanted.down, [normalAxis, rightAxis]);
  return {
    name,
    normalAxis,
    rightLps: towards(grid.axesLps[rightAxis], wanted.right),
    downLps: towards(grid.axesLps[downAxis], wanted.down),
    stepLps: towards(grid.axesLps[normalAxis], wanted.step),
    slices: grid.sizeIjk[normalAxis],
    stepMm: grid.spacingMm[normalAxis],
    pixelMm: [grid.spacingMm[rightAxis], grid.spacingMm[downAxis]],
  };
}

/** Number of the slice nearest to a point, 0 for the first shown (head, front, left), clamped to the volume. */
export function sliceOf(grid: Grid, plane: Plane, pointLpsMm: Vec3): number {
  const index = Math.round(lpsToIndex(grid, pointLpsMm)[plane.normalAxis]);
  const along = dot(grid.axesLps[plane.normalAxis], plane.stepLps) > 0 ? index : plane.slices - 1 - index;
  return Math.min(plane.slices - 1, Math.max(0, along));
}

/** The point moved along the normal into the centre of slice `slice`; in-plane position kept. */
export function pointInSlice(grid: Grid, plane: Plane, pointLpsMm: Vec3, slice: number): Vec3 {
  const axis = plane.normalAxis;
  const k = dot(grid.axesLps[axis], plane.stepLps) > 0 ? slice : plane.slices - 1 - slice;
  const now = lpsToIndex(grid, pointLpsMm)[axis];
  return addScaled(pointLpsMm, grid.axesLps[axis], (k - now) * grid.spacingMm[axis]);
}

/** Letters of the directions at the left, right, top and bottom edges; two letters where an axis is oblique. */
export function edgeLetters(plane: Plane): { left: string; right: string; top: string; bottom: string } {
  return {
    left: directionLetters(scale(plane.rightLps, -1)),
    right: directionLetters(plane.rightLps),
    top: directionLetters(scale(plane.downLps, -1)),
    bottom: directionLetters(plane.downLps),
  };
}

/** DICOM's letters for a direction, strongest first; a second one from about 20 degrees off. */
export function directionLetters(direction: Vec3): string {
  const names = [['L', 'R'], ['P', 'A'], ['S', 'I']] as const;
  return ([0, 1, 2] as const)
    .map((axis) => ({ size: Math.abs(direction[axis]), letter: names[axis][direction[axis] >= 0 ? 0 : 1] }))
    .filter((part) => part.size > 0.34)
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .map((part) => part.letter)
    .join('');
}

/** Coordinate along the plane's normal as a reader says it: millimetres and the letter of its sign. */
export function positionOf(plane: Plane, pointLpsMm: Vec3): { mm: number; letter: string } {
  const axis = plane.name === 'axial' ? 2 : plane.name === 'coronal' ? 1 : 0;
  const letters = [['L', 'R'], ['P', 'A'], ['S', 'I']] as const;
  return { mm: Math.abs(pointLpsMm[axis]), letter: letters[axis][pointLpsMm[axis] >= 0 ? 0 : 1] };
}
