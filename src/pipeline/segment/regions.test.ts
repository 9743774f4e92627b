import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxDilate, regionsOf, type Shape } from './regions';

const shape: Shape = { columns: 7, rows: 5, slabs: 4 };
const size = shape.columns * shape.rows * shape.slabs;
const masks = fc.array(fc.boolean(), { minLength: size, maxLength: size }).map((bits) => Uint8Array.from(bits, Number));

const place = (at: number): readonly [number, number, number] => [at % shape.columns, Math.floor(at / shape.columns) % shape.rows, Math.floor(at / (shape.columns * shape.rows))];

describe('boxDilate', () => {
  it('is the maximum over the box, cut at the border', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }), (mask, reach, slabReach) => {
        const grown = boxDilate(mask, shape, reach, slabReach);
        for (let at = 0; at < size; at += 1) {
          const [c, r, s] = place(at);
          let wanted = 0;
          for (let other = 0; other < size; other += 1) {
            const [c2, r2, s2] = place(other);
            if (mask[other] === 1 && Math.abs(c2 - c) <= reach && Math.abs(r2 - r) <= reach && Math.abs(s2 - s) <= slabReach) wanted = 1;
          }
          if (grown[at] !== wanted) return false;
        }
        return true;
      }),
      { numRuns: 40 },
    );
  });
});

describe('regionsOf', () => {
  it('counts every voxel once and bounds it', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const ids = new Int32Array(size);
        const regions = regionsOf(mask, shape, ids);
        expect(regions.reduce((sum, region) => sum + region.voxels, 0)).toBe(mask.reduce((sum, v) => sum + v, 0));
        for (let at = 0; at < size; at += 1) {
          if (mask[at] === 0) continue;
          const { box } = regions[ids[at]! - 1]!;
          place(at).forEach((x, axis) => expect(x >= box.from[axis]! && x <= box.to[axis]!).toBe(true));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('separates what touches by an edge only, and knows the mean column', () => {
    const mask = new Uint8Array(size);
    for (const at of [0, 1, shape.columns + 2]) mask[at] = 1;
    const regions = regionsOf(mask, shape, new Int32Array(size));
    expect(regions.map(({ voxels, columnMean }) => [voxels, columnMean])).toEqual([[2, 0.5], [1, 2]]);
  });

  it('looks at one plane alone when asked', () => {
    const mask = new Uint8Array(size).fill(1);
    const ids = new Int32Array(size);
    const [only] = regionsOf(mask, shape, ids, 2);
    expect(only).toMatchObject({ voxels: 35, box: { from: [0, 0, 2], to: [6, 4, 2] } });
    expect(ids.slice(0, 70).every((id) => id === 0)).toBe(true);
  });
});
