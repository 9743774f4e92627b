import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlinesOf, type Outline } from './contours';

/** True when a point lies inside the outlines, by the even-odd rule. */
function inside(outlines: readonly Outline[], x: number, y: number): boolean {
  let odd = false;
  for (const points of outlines) {
    for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
      const [x0, y0, x1, y1] = [points[m]!, points[m + 1]!, points[n]!, points[n + 1]!];
      if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) odd = !odd;
    }
  }
  return odd;
}

describe('outlinesOf', () => {
  it('separates exactly the pixels of a label from the others, whatever their shape', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9 * 7, maxLength: 9 * 7, max: 2 }), (labels) => {
        const outlines = outlinesOf({ columns: 9, rows: 7, labels }, 2);
        for (let y = 0; y < 7; y++) {
          for (let x = 0; x < 9; x++) expect(inside(outlines, x + 1e-4, y + 1e-4)).toBe(labels[y * 9 + x] === 2);
        }
      }),
    );
  });

  it('draws one closed line around a disc, near its true length', () => {
    const [n, r] = [41, 14];
    const labels = Uint8Array.from({ length: n * n }, (_, o) => (Math.hypot((o % n) - 20, Math.floor(o / n) - 20) <= r ? 1 : 0));
    const [outline, ...others] = outlinesOf({ columns: n, rows: n, labels }, 1);
    expect(others).toEqual([]);
    let length = 0;
    for (let o = 0; o < outline!.length; o += 2) {
      const next = (o + 2) % outline!.length;
      length += Math.hypot(outline![next]! - outline![o]!, outline![next + 1]! - outline![o + 1]!);
    }
    expect(length).toBeGreaterThan(2 * Math.PI * r * 0.97);
    expect(length).toBeLessThan(2 * Math.PI * r * 1.1);
  });

  it('gives nothing for a label that is not there', () => {
    expect(outlinesOf({ columns: 3, rows: 3, labels: new Uint8Array(9) }, 1)).toEqual([]);
  });
});
