import type { Grid } from '../core/grid';
import type { Patch } from '../core/reading';
import { cross, length, scale } from '../core/vector';

/**
 * The grid of a patch's pixels as a volume of one slice: i along the patch's columns, j along its rows, `thicknessMm` across.
 * What is computed on the patch (heatmaps) is written on it, at its true place in the phase's world.
 */
export function patchGrid(patch: Pick<Patch, 'sizePx' | 'firstPixelLpsMm' | 'columnStepLpsMm' | 'rowStepLpsMm'>, thicknessMm: number): Grid {
  const columnMm = length(patch.columnStepLpsMm);
  const rowMm = length(patch.rowStepLpsMm);
  const u = scale(patch.columnStepLpsMm, 1 / columnMm);
  const v = scale(patch.rowStepLpsMm, 1 / rowMm);
  return {
    sizeIjk: [patch.sizePx, patch.sizePx, 1],
    spacingMm: [columnMm, rowMm, thicknessMm],
    originLpsMm: patch.firstPixelLpsMm,
    axesLps: [u, v, cross(u, v)],
  };
}
