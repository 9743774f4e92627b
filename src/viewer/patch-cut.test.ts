import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { cutOfPatch } from './patch-cut';
import { planeOf } from './plane';

const grid: Grid = { sizeIjk: [256, 256, 100], spacingMm: [1, 1, 2], originLpsMm: [-128, -128, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
/** Columns run to the left of the patient (+x), rows to his back (+y), 0.625 mm each, at z = 80. */
const patch = { volumeId: 'A', sizePx: 224, firstPixelLpsMm: [-70, -60, 80] as const, columnStepLpsMm: [0.625, 0, 0] as const, rowStepLpsMm: [0, 0.625, 0] as const };

describe('cutOfPatch', () => {
  it('is a row in a coronal slice, a column in a sagittal one', () => {
    expect(cutOfPatch({ plane: planeOf(grid, 'coronal'), slicePointLpsMm: [0, -60 + 0.625 * 100, 0] }, patch)).toEqual({ alongColumns: true, at: expect.closeTo(100, 9) as number });
    expect(cutOfPatch({ plane: planeOf(grid, 'sagittal'), slicePointLpsMm: [-70 + 0.625 * 3, 0, 0] }, patch)).toEqual({ alongColumns: false, at: expect.closeTo(3, 9) as number });
  });
  it('is nothing beside the patch', () => {
    expect(cutOfPatch({ plane: planeOf(grid, 'coronal'), slicePointLpsMm: [0, -62, 0] }, patch)).toBeNull();
    expect(cutOfPatch({ plane: planeOf(grid, 'sagittal'), slicePointLpsMm: [72, 0, 0] }, patch)).toBeNull();
  });
  it('is nothing in a slice that lies as the patch does', () => {
    expect(cutOfPatch({ plane: planeOf(grid, 'axial'), slicePointLpsMm: [0, 0, 80] }, patch)).toBeNull();
  });
});
