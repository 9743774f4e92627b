import type { Grid } from '../../core/grid';
import type { Vec3 } from '../../core/vector';
import { axialFrame, strides } from '../axial-frame';

/** A box of a volume seen along a network's axes: element (a, b, c) lies at `offset + a steps[0] + b steps[1] + c steps[2]`. */
export interface TensorView {
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
  readonly offset: number;
  readonly steps: Vec3;
}

/** Which patient axis a letter names (0 left-right, 1 front-back, 2 head-foot) and whether it grows as LPS does. */
const LETTERS: Readonly<Record<string, { readonly axis: 0 | 1 | 2; readonly sign: 1 | -1 }>> = {
  L: { axis: 0, sign: 1 },
  R: { axis: 0, sign: -1 },
  P: { axis: 1, sign: 1 },
  A: { axis: 1, sign: -1 },
  S: { axis: 2, sign: 1 },
  I: { axis: 2, sign: -1 },
};

/**
 * The grid's array as a network expects it: axis a grows towards the patient direction `axes[a]` (L R, A P, S I), taken from
 * the grid axis nearest to it. Nothing is interpolated; oblique grids are read along their own axes, as nibabel's closest
 * canonical orientation does.
 */
export function tensorView(grid: Grid, axes: string): TensorView {
  const frame = axialFrame(grid);
  const gridSteps = strides(grid.sizeIjk);
  const shape: [number, number, number] = [0, 0, 0];
  const spacingMm: [number, number, number] = [0, 0, 0];
  const steps: [number, number, number] = [0, 0, 0];
  let offset = 0;
  for (const a of [0, 1, 2] as const) {
    const letter = LETTERS[axes[a] ?? ''];
    if (letter === undefined) throw new Error(`no direction of the patient: ${axes}`);
    const axis = frame.axes[letter.axis];
    const rising = frame.signs[letter.axis] === letter.sign;
    shape[a] = grid.sizeIjk[axis];
    spacingMm[a] = grid.spacingMm[axis];
    steps[a] = rising ? gridSteps[axis] : -gridSteps[axis];
    if (!rising) offset += (shape[a] - 1) * gridSteps[axis];
  }
  return { shape, spacingMm, offset, steps };
}

/**
 * The view cut to the box of all voxels that are not 0 HU; null when there is none. Filling the holes of that mask, as
 * nnU-Net does first, cannot change its box.
 */
export function cropToNonZero(hu: Int16Array, view: TensorView): TensorView | null {
  const from = [...view.shape];
  const to = [-1, -1, -1];
  for (let a = 0; a < view.shape[0]; a += 1) {
    for (let b = 0; b < view.shape[1]; b += 1) {
      const start = view.offset + a * view.steps[0] + b * view.steps[1];
      let first = 0;
      while (first < view.shape[2] && hu[start + first * view.steps[2]] === 0) first += 1;
      if (first === view.shape[2]) continue;
      let last = view.shape[2] - 1;
      while (hu[start + last * view.steps[2]] === 0) last -= 1;
      [a, b, first].forEach((n, axis) => (from[axis] = Math.min(from[axis]!, n)));
      [a, b, last].forEach((n, axis) => (to[axis] = Math.max(to[axis]!, n)));
    }
  }
  if (to[0]! < 0) return null;
  return {
    shape: [to[0]! - from[0]! + 1, to[1]! - from[1]! + 1, to[2]! - from[2]! + 1],
    spacingMm: view.spacingMm,
    offset: view.offset + from[0]! * view.steps[0] + from[1]! * view.steps[1] + from[2]! * view.steps[2],
    steps: view.steps,
  };
}
