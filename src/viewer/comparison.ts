import { lpsToIndex } from '../core/grid';
import { sampleTrilinear } from '../core/interpolate';
import { dot, subtract, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { canvasToLps, type Camera, type PaneSize } from './camera';
import type { Plane } from './plane';
import type { Window } from './types';

/** Another phase shown in a volume's panes: in its place, or in every second square. */
export interface Comparison {
  readonly volumeId: string;
  readonly other: Volume;
  readonly letter: string;
  readonly title: string;
  readonly colour: string;
  readonly squares: boolean;
  /** The squares the other way round. */
  readonly flipped: boolean;
}

/** A comparison in one pane. `toOther` leads from the pane's world into the other volume's, LPS mm. */
export interface PlacedComparison extends Comparison {
  readonly toOther: (pointLpsMm: Vec3) => Vec3;
}

/** A square's sides to choose from, mm, and how large it is on the screen at least, CSS pixels. */
const SIDES_MM = [5, 10, 20, 40, 80] as const;
const LEAST_PX = 44;

/** True where the other phase is shown. Squares lie still in the patient, however the picture is moved. */
export function showsOther({ squares, flipped }: Comparison, plane: Plane, mmPerPx: number, pointLpsMm: Vec3): boolean {
  if (!squares) return true;
  const sideMm = SIDES_MM.find((side) => side >= LEAST_PX * mmPerPx) ?? 80;
  const square = Math.floor(dot(pointLpsMm, plane.rightLps) / sideMm) + Math.floor(dot(pointLpsMm, plane.downLps) / sideMm);
  return (Math.abs(square) % 2 === 1) !== flipped;
}

/** What a pane shows and how. */
export interface ComparedView {
  readonly camera: Camera;
  readonly plane: Plane;
  /** Whole CSS pixels. */
  readonly size: PaneSize;
  readonly slicePointLpsMm: Vec3;
  readonly window: Window;
  readonly invert: boolean;
}

/**
 * The other phase as the pane sees it: RGBA per CSS pixel, clear where the pane's own phase stays. Black where the other phase
 * has no data.
 */
export function readOther(comparison: PlacedComparison, view: ComparedView): Uint8ClampedArray<ArrayBuffer> {
  const { camera, plane, size, slicePointLpsMm } = view;
  const [columns, rows] = size;
  const { grid, hu } = comparison.other;
  const pointAt = (x: number, y: number): Vec3 => canvasToLps(camera, plane, size, slicePointLpsMm, [x + 0.5, y + 0.5]);
  const indexAt = (x: number, y: number): Vec3 => lpsToIndex(grid, comparison.toOther(pointAt(x, y)));
  const first = indexAt(0, 0);
  const right = subtract(indexAt(1, 0), first);
  const down = subtract(indexAt(0, 1), first);
  const lowHu = view.window.level - view.window.width / 2;
  const rgba = new Uint8ClampedArray(4 * columns * rows);
  for (let y = 0, at = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1, at += 4) {
      if (comparison.squares && !showsOther(comparison, plane, camera.mmPerPx, pointAt(x, y))) continue;
      const value = sampleTrilinear(
        hu, grid.sizeIjk,
        first[0] + x * right[0] + y * down[0], first[1] + x * right[1] + y * down[1], first[2] + x * right[2] + y * down[2],
      );
      const grey = ((value - lowHu) * 255) / view.window.width;
      // Outside the volume the value is NaN, and stays black when the picture is inverted.
      rgba.fill(Number.isNaN(value) ? 0 : view.invert ? 255 - grey : grey, at, at + 3);
      rgba[at + 3] = 255;
    }
  }
  return rgba;
}

/** Keeps the picture of a comparison until something in it changes. */
export class ComparisonLayer {
  private readonly canvas = document.createElement('canvas');
  private drawn = '';

  /** The picture to lay over the pane's own. */
  picture(comparison: PlacedComparison, view: ComparedView): HTMLCanvasElement {
    const { other, squares, flipped, toOther } = comparison;
    const corners = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]] as const;
    const key = JSON.stringify([other.id, squares, flipped, corners.map(toOther), view]);
    if (key === this.drawn) return this.canvas;
    [this.canvas.width, this.canvas.height] = view.size;
    this.canvas.getContext('2d')?.putImageData(new ImageData(readOther(comparison, view), ...view.size), 0, 0);
    this.drawn = key;
    return this.canvas;
  }
}
