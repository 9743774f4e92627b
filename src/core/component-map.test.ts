import { describe, expect, it } from 'vitest';
import { componentAt, componentSpan } from './component-map';

const map = { firstOffset: 100, ids: Int32Array.from([0, 2, 2, 0, 1]) };

describe('component map', () => {
  it('has numbers within its slices and none outside', () => {
    expect([0, 99, 100, 101, 104, 105].map((offset) => componentAt(map, offset))).toEqual([0, 0, 0, 2, 1, 0]);
  });
  it('spans a component in offsets of the grid', () => {
    expect(componentSpan(map, 2)).toEqual({ first: 101, last: 102 });
    expect(componentSpan(map, 3)).toBeNull();
  });
});
