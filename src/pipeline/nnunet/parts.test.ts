import { describe, expect, it } from 'vitest';
import { keepLargest } from './keep-largest';
import { resizedShape, resizeImage, separateAxis } from './resize';
import { roundHalfEven } from './round-half-even';
import { axisTaps, resampleAxis } from './spline';
import { tileStarts, tileWeights, weightSums } from './tiles';

describe('resampling', () => {
  it('rounds halves to even numbers, as Python does', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, 7].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 2, 7]);
    expect(resizedShape([5, 7, 9], [1, 1, 1], [2, 2, 2])).toEqual([2, 4, 4]);
  });

  it('keeps a coarse axis apart only where it is more than three times coarser and alone', () => {
    expect(separateAxis([5, 0.8, 0.8], [1, 1, 1], null)).toBe(0);
    expect(separateAxis([1, 1, 1], [0.5, 0.5, 2], null)).toBe(2);
    expect(separateAxis([3, 1, 1], [1, 1, 1], null)).toBeNull();
    expect(separateAxis([5, 1, 5], [1, 1, 1], null)).toBeNull();
    expect(separateAxis([5, 1, 1], [1, 1, 1], false)).toBeNull();
    expect(separateAxis([2, 1, 1], [1, 1, 1], true)).toBe(0);
  });

  // skimage 0.26: resize(np.array([...], float), (n,), 3, mode='edge', anti_aliasing=False, clip=False).
  it('is the cubic B-spline of scipy with repeated edges', () => {
    const line = Float32Array.of(3, 1, 4, 1, 5, 9, 2, 6);
    const found = resampleAxis(line, [1, 1, 8], 2, axisTaps(8, 5, 3));
    SCIPY.forEach((value, n) => expect(found[n]).toBeCloseTo(value, 5));
  });

  it('does not leave the range of the image, slice by slice where an axis is kept apart', () => {
    const image = Float32Array.from({ length: 2 * 6 * 6 }, (_, at) => (at < 36 ? 0 : 100) + ((at * 7) % 11 === 0 ? 10 : 0));
    const rule = { order: 3, orderZ: 0, separateZ: null } as const;
    const whole = resizeImage(image, [2, 6, 6], [2, 11, 13], rule, null);
    const apart = resizeImage(image, [2, 6, 6], [3, 11, 13], rule, 0);
    expect([Math.min(...whole), Math.max(...whole)].every((value) => value >= 0 && value <= 110)).toBe(true);
    expect(Math.max(...apart.subarray(0, 143))).toBeLessThanOrEqual(10);
    // Nearest along the axis: the middle of three slices lies at 0.5, which goes up.
    expect(apart.subarray(143, 286)).toEqual(apart.subarray(286));
  });
});

/** See above; 8 samples to 5. */
const SCIPY = [2.203632, 3.932052, 1.98411, 8.546473, 4.422601];

describe('tiles', () => {
  it('start at both ends and lie at most half a patch apart', () => {
    expect(tileStarts(110, 64, 0.5)).toEqual([0, 23, 46]);
    expect(tileStarts(64, 64, 0.5)).toEqual([0]);
    // 12.5 goes to the even 12.
    expect(tileStarts(57, 32, 0.5)).toEqual([0, 12, 25]);
    for (let size = 32; size < 200; size += 1) {
      const starts = tileStarts(size, 32, 0.5);
      expect([starts[0], starts.at(-1)]).toEqual([0, size - 32]);
      starts.slice(1).forEach((start, n) => expect(start - starts[n]!).toBeLessThanOrEqual(16));
    }
  });

  it('weigh one in the middle and more than nothing everywhere', () => {
    const weights = tileWeights(20);
    expect([weights[10], weights[0]]).toEqual([1, Math.exp(-8)]);
    const sums = weightSums(35, [0, 8, 15], weights);
    expect(sums[9]).toBeCloseTo(weights[9]! + weights[1]!, 12);
    expect(Math.min(...sums)).toBeGreaterThan(0);
  });
});

describe('keepLargest', () => {
  // Two by two planes of one row of eight voxels: 1 1 0 2 . . 1 .
  const row = (): Uint8Array => Uint8Array.of(1, 1, 0, 2, 3, 0, 1, 0);
  it('keeps the largest of the values taken together, all on a tie', () => {
    const labels = row();
    keepLargest({ labels, sizeIjk: [8, 1, 1], values: [1, 2, 3], connectivity: 6 });
    expect([...labels]).toEqual([1, 1, 0, 2, 3, 0, 0, 0]);
  });

  it('leaves other values alone and, where a size is given, what reaches it', () => {
    const labels = row();
    keepLargest({ labels, sizeIjk: [8, 1, 1], values: [1], connectivity: 6 });
    expect([...labels]).toEqual([1, 1, 0, 2, 3, 0, 0, 0]);
    const large = row();
    keepLargest({ labels: large, sizeIjk: [8, 1, 1], values: [1], connectivity: 6, minVoxels: 1 });
    expect([...large]).toEqual([...row()]);
  });

  it('joins corners where told to', () => {
    const corner = (): Uint8Array => Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1);
    const by = (connectivity: 6 | 26): number => {
      const labels = corner();
      keepLargest({ labels, sizeIjk: [2, 2, 3], values: [1], connectivity });
      return labels.reduce((sum, label) => sum + label, 0);
    };
    // By faces three pieces of one voxel, all equally large; by corners two of them are one, and the third goes.
    expect([by(6), by(26)]).toEqual([3, 2]);
  });
});
