import { indexToLps, type Grid } from '../core/grid';
import type { PresetConstants } from '../core/presets';
import type { Vec3 } from '../core/vector';
import { axialFrame, strides, type AxialFrame, type AxisIndex } from './axial-frame';
import { invert, multiplyPoint, type Matrix4 } from './numpy-order';

/**
 * A volume's array as the authors' Python sees it: the order and direction of its axes, and its affine in RAS mm.
 * Array axis a is the grid's axis `axes[a]`, reversed where `flipped[a]`. Source: method step 2 and section 2.1, point 0.
 */
export interface ArrayLayout {
  readonly axes: readonly [AxisIndex, AxisIndex, AxisIndex];
  readonly flipped: readonly [boolean, boolean, boolean];
  readonly size: Vec3;
  /** Voxel sizes rounded through float32, as NIfTI stores them. */
  readonly pixdim: Vec3;
  /** 4x4, each entry rounded through float32. */
  readonly affineRas: Matrix4;
  /** Offset of array voxel (0, 0, 0) in the volume's data, and steps along the array axes. */
  readonly offset: number;
  readonly steps: Vec3;
}

/**
 * Lays a grid out as `layout` says: `LAS`, `LPS`, `RAS` the axes nearest to left-right, front-back and head-foot, directed as
 * the letters say (towards Left, Anterior, Superior ...); `asStored` the axes as they are. A grid that came from a NIfTI file
 * is always laid out as that file was.
 */
export function arrayLayout(grid: Grid, layout: PresetConstants['arrayLayout']): ArrayLayout {
  const frame = axialFrame(grid);
  const { axes, flipped } = grid.fileOrder ?? directed(frame, layout);
  const size = pick(grid.sizeIjk, axes);
  const gridSteps = strides(grid.sizeIjk);
  const first: [number, number, number] = [0, 0, 0];
  for (const a of [0, 1, 2] as const) first[axes[a]] = flipped[a] ? size[a] - 1 : 0;
  const originLpsMm = indexToLps(grid, first);
  const affineRas = new Array<number>(16).fill(0);
  for (const a of [0, 1, 2] as const) {
    const direction = grid.axesLps[axes[a]];
    const step = grid.spacingMm[axes[a]] * (flipped[a] ? -1 : 1);
    affineRas[a] = Math.fround(-direction[0] * step) + 0;
    affineRas[4 + a] = Math.fround(-direction[1] * step) + 0;
    affineRas[8 + a] = Math.fround(direction[2] * step) + 0;
  }
  affineRas[3] = Math.fround(-originLpsMm[0]) + 0;
  affineRas[7] = Math.fround(-originLpsMm[1]) + 0;
  affineRas[11] = Math.fround(originLpsMm[2]) + 0;
  affineRas[15] = 1;
  const spacing = pick(grid.spacingMm, axes);
  const steps = pick(gridSteps, axes);
  return {
    axes,
    flipped,
    size,
    pixdim: [Math.fround(spacing[0]), Math.fround(spacing[1]), Math.fround(spacing[2])],
    affineRas,
    offset: first[0] * gridSteps[0] + first[1] * gridSteps[1] + first[2] * gridSteps[2],
    steps: [flipped[0] ? -steps[0] : steps[0], flipped[1] ? -steps[1] : steps[1], flipped[2] ? -steps[2] : steps[2]],
  };
}

function directed(frame: AxialFrame, layout: PresetConstants['arrayLayout']): Pick<ArrayLayout, 'axes' | 'flipped'> {
  const wanted = { asStored: null, LAS: [1, -1, 1], LPS: [1, 1, 1], RAS: [-1, -1, 1] }[layout];
  if (wanted === null) return { axes: [0, 1, 2], flipped: [false, false, false] };
  const flip = (a: 0 | 1 | 2): boolean => frame.signs[a] !== wanted[a];
  return { axes: frame.axes, flipped: [flip(0), flip(1), flip(2)] };
}

/** The array index of a grid index, and back: both directions are the same reversal. Fractions are allowed. */
export function gridIndexToArray(layout: ArrayLayout, indexIjk: Vec3): Vec3 {
  const one = (a: 0 | 1 | 2): number => {
    const index = indexIjk[layout.axes[a]];
    return layout.flipped[a] ? layout.size[a] - 1 - index : index;
  };
  return [one(0), one(1), one(2)];
}

/** The grid index of an array index; fractions are allowed. */
export function arrayIndexToGrid(layout: ArrayLayout, index: Vec3): Vec3 {
  const result: [number, number, number] = [0, 0, 0];
  for (const a of [0, 1, 2] as const) {
    result[layout.axes[a]] = layout.flipped[a] ? layout.size[a] - 1 - index[a] : index[a];
  }
  return result;
}

/** World point (LPS mm) of an array index by the layout's own affine, in numpy's order of operations. */
export function arrayIndexToLps(layout: ArrayLayout, index: Vec3): Vec3 {
  const p = multiplyPoint(layout.affineRas, [index[0], index[1], index[2], 1]);
  return [-p[0], -p[1], p[2]];
}

/** Continuous array index of a world point (LPS mm) by the inverse of the layout's affine, in numpy's order of operations. */
export function lpsToArrayIndex(layout: ArrayLayout, pointLpsMm: Vec3): Vec3 {
  const q = multiplyPoint(invert(layout.affineRas), [-pointLpsMm[0], -pointLpsMm[1], pointLpsMm[2], 1]);
  return [q[0], q[1], q[2]];
}

/** An index closer than this to an integer may fall on either side of it by rounding alone. */
const NEAR_INTEGER = 1e-6;

/** Truncates a continuous index towards zero; with `snap`, values within 1e-6 of an integer are rounded to it first. */
export function truncateIndex(index: Vec3, snap: boolean): { readonly voxel: Vec3; readonly nearInteger: boolean } {
  const near = index.map((q) => Math.abs(q - Math.round(q)) < NEAR_INTEGER);
  const cut = (a: 0 | 1 | 2): number => Math.trunc(snap && near[a]! ? Math.round(index[a]) : index[a]) + 0;
  return { voxel: [cut(0), cut(1), cut(2)], nearInteger: near.some(Boolean) };
}

function pick(values: Vec3, axes: readonly [AxisIndex, AxisIndex, AxisIndex]): Vec3 {
  return [values[axes[0]], values[axes[1]], values[axes[2]]];
}
