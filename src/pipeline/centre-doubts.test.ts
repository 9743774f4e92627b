import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { LABEL } from '../core/label-map';
import { doubtsOfCentre } from './centre-doubts';

const grid: Grid = { sizeIjk: [60, 60, 20], spacingMm: [4, 4, 5], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
const at = (i: number, j: number, k: number): number => i + 60 * (j + 60 * k);
const hu = new Int16Array(60 * 60 * 20).fill(40);
for (let k = 0; k < 20; k += 1) for (let j = 0; j < 60; j += 1) for (let i = 0; i < 10; i += 1) hu[at(i, j, k)] = -1000;
const volume = { id: 'A', grid, hu };
const labels = new Uint8Array(hu.length);
labels[at(15, 30, 10)] = LABEL.kidney;
const labelMap = { volumeId: 'A', grid, labels };
const codes = (centreLpsMm: readonly [number, number, number], map: typeof labelMap | null = labelMap): string[] => doubtsOfCentre({ centreLpsMm, volume, labelMap: map }).map(({ code }) => code);

describe('doubtsOfCentre', () => {
  it('has none near the kidney in tissue', () => expect(codes([80, 120, 50])).toEqual([]));
  it('tells of air, with its density', () => {
    expect(codes([20, 120, 50])).toEqual(['centre-in-air']);
    expect(doubtsOfCentre({ centreLpsMm: [20, 120, 50], volume, labelMap })[0]?.data).toEqual({ hu: -1000 });
  });
  it('tells of a place far from all outlines, unless there are none', () => {
    expect(codes([200, 120, 50])).toEqual(['centre-far-from-kidney']);
    expect(codes([200, 120, 50], null)).toEqual([]);
    expect(codes([200, 120, 50], { ...labelMap, labels: new Uint8Array(labels.length) })).toEqual([]);
  });
  it('tells of both', () => expect(codes([4, 4, 50])).toEqual(['centre-in-air', 'centre-far-from-kidney']));
});
