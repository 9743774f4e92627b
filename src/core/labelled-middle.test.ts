import { expect, test } from 'vitest';
import type { Grid } from './grid';
import { labelledMiddle } from './labelled-middle';

const grid: Grid = { sizeIjk: [50, 40, 30], spacingMm: [2, 3, 4], originLpsMm: [-10, 20, 100], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, -1]] };

test('the middle of two blocks lies between them, in millimetres', () => {
  const labels = new Uint8Array(50 * 40 * 30);
  for (let k = 10; k < 20; k += 1) for (let j = 5; j < 15; j += 1) for (const from of [5, 35]) for (let i = from; i < from + 10; i += 1) labels[i + 50 * (j + 40 * k)] = 1;
  const middle = labelledMiddle({ volumeId: 'v', grid, labels })!;
  // Indices 24.5, 9.5, 14.5; a part of the voxels is looked at.
  [39, 48.5, 42].forEach((wanted, axis) => expect(Math.abs(middle[axis]! - wanted)).toBeLessThan(1));
});

test('nothing labelled has no middle', () => {
  expect(labelledMiddle({ volumeId: 'v', grid, labels: new Uint8Array(grid.sizeIjk.reduce((a, b) => a * b)) })).toBeNull();
});
