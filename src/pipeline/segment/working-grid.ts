import type { Grid } from '../../core/grid';
import type { SliceStage } from '../../core/models';
import type { Monitor } from '../../core/ports';
import { BODY_SOFT_HU } from '../../core/presets';
import type { Volume } from '../../core/volume';
import { axialFrame, strides, type AxisIndex } from '../axial-frame';

/**
 * A grid's voxels as [slice, row, column]: slices from feet to head, rows from front to back, columns from the
 * patient's right to left. Offset of a voxel = base + slice * steps[0] + row * steps[1] + column * steps[2].
 */
export interface DisplayOrder {
  readonly size: readonly [slices: number, rows: number, columns: number];
  readonly spacingMm: readonly [slices: number, rows: number, columns: number];
  readonly base: number;
  readonly steps: readonly [slices: number, rows: number, columns: number];
}

/** How a grid's array is walked in display order, whatever its storage order; nearest axes for oblique grids. */
function displayOrder(grid: Grid): DisplayOrder {
  const frame = axialFrame(grid);
  const step = strides(grid.sizeIjk);
  const parts = ([2, 1, 0] as const).map((n) => {
    const axis: AxisIndex = frame.axes[n];
    const forward = frame.signs[n] > 0;
    const size = grid.sizeIjk[axis];
    return { size, spacingMm: grid.spacingMm[axis], step: forward ? step[axis] : -step[axis], start: forward ? 0 : (size - 1) * step[axis] };
  });
  const [slices, rows, columns] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]];
  return {
    size: [slices.size, rows.size, columns.size],
    spacingMm: [slices.spacingMm, rows.spacingMm, columns.spacingMm],
    base: slices.start + rows.start + columns.start,
    steps: [slices.step, rows.step, columns.step],
  };
}

/** The grid on which the slice networks read: slabs of whole slices, square pixels, centred on the body. */
export interface WorkingGrid {
  readonly slabs: number;
  readonly rows: number;
  readonly columns: number;
  readonly pixelMm: number;
  readonly slicesPerSlab: number;
  readonly slabMm: number;
  /** Slice index of each slab's middle. */
  readonly positions: readonly number[];
  /** Source row and column of the body's centre. */
  readonly centre: readonly [row: number, column: number];
  readonly source: DisplayOrder;
}

/** Volume of one working voxel, ml. */
export function workingMl(grid: WorkingGrid): number {
  return (grid.pixelMm ** 2 * grid.slabMm) / 1000;
}

const halfUp = (x: number): number => Math.floor(x + 0.5);

/**
 * The working grid of a volume and a reader of its slices. Rules: docs/model-pack.md, 'Segmentation', points 1 to 3
 * (training/segment/CONTRACT.md). One pass over the volume for the body centre; slices are made when asked for, so that
 * no second copy of the volume is held.
 */
export async function prepareWorkingGrid(
  volume: Volume,
  stage: SliceStage,
  clipHu: readonly [number, number],
  monitor: Monitor,
): Promise<{ readonly grid: WorkingGrid; readonly readSlab: (slab: number, into: Float32Array) => void }> {
  const source = displayOrder(volume.grid);
  const [depth, height, width] = source.size;
  const per = Math.max(1, halfUp(stage.slabMm / source.spacingMm[0]));
  const slabs = Math.ceil(depth / per);
  const plane = new Float64Array(height * width);
  let count = 0;
  let rowSum = 0;
  let columnSum = 0;
  for (let slab = 0; slab < slabs; slab += 1) {
    averageSlab(volume.hu, source, slab, per, clipHu, plane);
    for (let row = 0, at = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1, at += 1) {
        if (plane[at]! <= BODY_SOFT_HU) continue;
        count += 1;
        rowSum += row;
        columnSum += column;
      }
    }
    if (slab % 16 === 15) await monitor.breathe();
    if (monitor.cancelled()) break;
  }
  const [rows, columns] = stage.sizePx;
  const grid: WorkingGrid = {
    slabs,
    rows,
    columns,
    pixelMm: stage.pixelMm,
    slicesPerSlab: per,
    slabMm: per * source.spacingMm[0],
    positions: Array.from({ length: slabs }, (_, n) => (n * per + Math.min(n * per + per, depth) - 1) / 2),
    centre: count > 0 ? [rowSum / count, columnSum / count] : [(height - 1) / 2, (width - 1) / 2],
    source,
  };
  const resample = planeResampler(grid, clipHu[0]);
  return {
    grid,
    readSlab: (slab, into) => {
      averageSlab(volume.hu, source, slab, per, clipHu, plane);
      resample(plane, into);
    },
  };
}

/** Mean of a slab's slices, clipped, into `plane` (row-major). */
function averageSlab(
  hu: Int16Array,
  source: DisplayOrder,
  slab: number,
  per: number,
  clipHu: readonly [number, number],
  plane: Float64Array,
): void {
  const [depth, height, width] = source.size;
  const [sliceStep, rowStep, columnStep] = source.steps;
  const from = slab * per;
  const to = Math.min(from + per, depth);
  plane.fill(0);
  for (let slice = from; slice < to; slice += 1) {
    for (let row = 0, at = 0; row < height; row += 1) {
      let offset = source.base + slice * sliceStep + row * rowStep;
      for (let column = 0; column < width; column += 1, at += 1, offset += columnStep) plane[at]! += hu[offset]!;
    }
  }
  const [low, high] = clipHu;
  for (let at = 0; at < plane.length; at += 1) plane[at] = Math.min(Math.max(plane[at]! / (to - from), low), high);
}

/** Smooths a source plane (in place) and interpolates it at the working pixels; outside the image counts as `outsideHu`. */
function planeResampler(grid: WorkingGrid, outsideHu: number): (plane: Float64Array, into: Float32Array) => void {
  const [, height, width] = grid.source.size;
  const [, rowMm, columnMm] = grid.source.spacingMm;
  const rowKernel = gaussian((grid.pixelMm / rowMm - 1) / 2);
  const columnKernel = gaussian((grid.pixelMm / columnMm - 1) / 2);
  const y = positions(grid.rows, grid.centre[0], grid.pixelMm / rowMm);
  const x = positions(grid.columns, grid.centre[1], grid.pixelMm / columnMm);
  const line = new Float64Array(Math.max(height, width));
  return (plane, into) => {
    if (rowKernel !== null) for (let c = 0; c < width; c += 1) smoothLine(plane, c, width, height, rowKernel, line);
    if (columnKernel !== null) for (let r = 0; r < height; r += 1) smoothLine(plane, r * width, 1, width, columnKernel, line);
    const value = (row: number, column: number): number =>
      row < 0 || column < 0 || row >= height || column >= width ? outsideHu : plane[row * width + column]!;
    for (let r = 0, at = 0; r < grid.rows; r += 1) {
      const row = Math.min(Math.max(y[r]!, -1), height);
      const r0 = Math.min(Math.floor(row), height - 1);
      const fr = row - r0;
      for (let c = 0; c < grid.columns; c += 1, at += 1) {
        const column = Math.min(Math.max(x[c]!, -1), width);
        const c0 = Math.min(Math.floor(column), width - 1);
        const fc = column - c0;
        const top = value(r0, c0) * (1 - fc) + value(r0, c0 + 1) * fc;
        const bottom = value(r0 + 1, c0) * (1 - fc) + value(r0 + 1, c0 + 1) * fc;
        into[at] = top * (1 - fr) + bottom * fr;
      }
    }
  };
}

function positions(count: number, centre: number, scale: number): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => centre + (n - (count - 1) / 2) * scale);
}

/** Half kernel (weights at 0, 1, 2, ...) cut at 4 sigma, normalised; null where nothing is to be smoothed. */
function gaussian(sigma: number): Float64Array | null {
  if (sigma <= 0) return null;
  const radius = Math.floor(4 * sigma + 0.5);
  const half = Float64Array.from({ length: radius + 1 }, (_, t) => Math.exp(-0.5 * (t / sigma) ** 2));
  const sum = half.reduce((all, w) => all + 2 * w, -half[0]!);
  return half.map((w) => w / sum);
}

/** Convolves one row or column in place, border values repeated. */
function smoothLine(plane: Float64Array, start: number, step: number, length: number, half: Float64Array, line: Float64Array): void {
  for (let n = 0, at = start; n < length; n += 1, at += step) line[n] = plane[at]!;
  for (let n = 0, at = start; n < length; n += 1, at += step) {
    let sum = line[n]! * half[0]!;
    for (let t = 1; t < half.length; t += 1) sum += (line[Math.max(n - t, 0)]! + line[Math.min(n + t, length - 1)]!) * half[t]!;
    plane[at] = sum;
  }
}
