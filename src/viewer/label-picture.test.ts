import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { indexToLps, voxelCount, voxelOffset } from '../core/grid';
import type { LabelMap } from '../core/label-map';
import type { RigidMap } from '../core/ports';
import { addScaled, type Vec3 } from '../core/vector';
import { labelBounds, labelsInSlice, type PlacedLabels } from './label-picture';
import { planeOf } from './plane';
import { applyRigid, applyRigidInverse } from '../core/rigid';

/** An asymmetric mark, so that no flip or swap of axes can pass. */
function marked(axesLps: Grid['axesLps']): LabelMap {
  const grid: Grid = { sizeIjk: [24, 20, 16], spacingMm: [1, 1, 2], originLpsMm: [10, -20, 30], axesLps };
  const labels = new Uint8Array(voxelCount(grid));
  for (const [i, j, k, label] of [[5, 6, 7, 2], [6, 6, 7, 2], [5, 9, 7, 1], [11, 6, 7, 3]] as const) labels[voxelOffset(grid, i, j, k)] = label;
  return { volumeId: 'a', grid, labels };
}

function labelAt(picture: PlacedLabels, p: Vec3): number {
  for (let y = 0, best = 0; y < picture.rows; y++) {
    for (let x = 0; x < picture.columns; x++, best++) {
      const q = addScaled(addScaled(picture.firstLpsMm, picture.columnStepLpsMm, x), picture.rowStepLpsMm, y);
      if (Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]) < 0.71) return picture.labels[best]!;
    }
  }
  return 0;
}

describe('labelBounds', () => {
  it('holds everything labelled and nothing more, whatever the width of a row and its place in memory', () => {
    const place = fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 4 }), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(8, 9), fc.nat({ max: 4 }), fc.array(place, { maxLength: 4 }), (columns, offset, places) => {
        const grid: Grid = { sizeIjk: [columns, 5, 4], spacingMm: [1, 1, 1], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
        const labels = new Uint8Array(new ArrayBuffer(voxelCount(grid) + offset), offset);
        const set = places.filter(([i]) => i < columns);
        for (const [i, j, k] of set) labels[voxelOffset(grid, i, j, k)] = 2;
        const ends = (which: (...values: number[]) => number): number[] => [0, 1, 2].map((axis) => which(...set.map((at) => at[axis]!)));
        expect(labelBounds({ volumeId: 'a', grid, labels })).toEqual(set.length === 0 ? null : { low: ends(Math.min), high: ends(Math.max) });
      }),
    );
  });
});

describe('labelsInSlice', () => {
  it.each([
    ['as scanned', [[1, 0, 0], [0, 1, 0], [0, 0, 1]]],
    ['mirrored', [[-1, 0, 0], [0, 1, 0], [0, 0, -1]]],
    ['turned', [[0, 1, 0], [-1, 0, 0], [0, 0, 1]]],
  ] as const)('places masks by world position, %s', (_, axes) => {
    const map = marked(axes);
    const picture = labelsInSlice(map, labelBounds(map)!, planeOf(map.grid, 'axial'), indexToLps(map.grid, [0, 0, 7]), null)!;
    expect(labelAt(picture, indexToLps(map.grid, [5, 6, 7]))).toBe(2);
    expect(labelAt(picture, indexToLps(map.grid, [5, 9, 7]))).toBe(1);
    expect(labelAt(picture, indexToLps(map.grid, [11, 6, 7]))).toBe(3);
    expect(labelAt(picture, indexToLps(map.grid, [9, 6, 7]))).toBe(0);
  });

  it('follows a rigid map into another phase', () => {
    const map = marked([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    const shift: RigidMap = { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translationMm: [3, -2, 8], centreLpsMm: [0, 0, 0], similarityBefore: 0, similarityAfter: 1 };
    const there = applyRigid(shift, indexToLps(map.grid, [5, 6, 7]));
    const picture = labelsInSlice(map, labelBounds(map)!, planeOf(map.grid, 'axial'), there, shift)!;
    expect(labelAt(picture, there)).toBe(2);
    expect(labelsInSlice(map, labelBounds(map)!, planeOf(map.grid, 'axial'), indexToLps(map.grid, [5, 6, 7]), shift)).toBeNull();
  });

  it('undoes a rigid map exactly', () => {
    const [c, s] = [Math.cos(0.2), Math.sin(0.2)];
    const map: RigidMap = { rotation: [[c, -s, 0], [s, c, 0], [0, 0, 1]], translationMm: [4, 5, -6], centreLpsMm: [10, 20, 30], similarityBefore: 0, similarityAfter: 1 };
    applyRigidInverse(map, applyRigid(map, [7, -8, 9])).forEach((v, n) => expect(v).toBeCloseTo([7, -8, 9][n]!, 10));
  });
});
