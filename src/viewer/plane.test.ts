import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { indexToLps } from '../core/grid';
import { dot, type Vec3 } from '../core/vector';
import { canvasToLps, lpsToCanvas, scaleBar, zoomAt } from './camera';
import { directionLetters, edgeLetters, planeOf, pointInSlice, positionOf, sliceOf } from './plane';

const grid = (axesLps: Grid['axesLps']): Grid => ({ sizeIjk: [40, 30, 20], spacingMm: [0.7, 0.8, 3], originLpsMm: [-100, -80, 500], axesLps });
const straight = grid([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);

/** All ways to lay three axes along the patient's, mirrored ones included. */
const LAYINGS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].flatMap((order) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((signs) => {
    const axis = (n: number): Vec3 => [0, 1, 2].map((m) => (order[n] === m ? ((signs >> n) & 1 ? -1 : 1) : 0)) as unknown as Vec3;
    return grid([axis(0), axis(1), axis(2)]);
  }),
);

describe('planeOf', () => {
  it('shows the patient from the feet, his right at the left, however the voxels are laid', () => {
    for (const laid of LAYINGS) {
      expect(edgeLetters(planeOf(laid, 'axial'))).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
      expect(edgeLetters(planeOf(laid, 'coronal'))).toEqual({ left: 'R', right: 'L', top: 'S', bottom: 'I' });
      expect(edgeLetters(planeOf(laid, 'sagittal'))).toEqual({ left: 'A', right: 'P', top: 'S', bottom: 'I' });
    }
  });

  it('begins at the head and steps towards the feet', () => {
    for (const laid of LAYINGS) {
      const plane = planeOf(laid, 'axial');
      const first = pointInSlice(laid, plane, indexToLps(laid, [5, 5, 5]), 0);
      const last = pointInSlice(laid, plane, first, plane.slices - 1);
      expect(first[2]).toBeGreaterThan(last[2]);
      expect(sliceOf(laid, plane, first)).toBe(0);
      expect(sliceOf(laid, plane, last)).toBe(plane.slices - 1);
    }
  });

  it('never leaves the voxel grid: a slice is a scanned slice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 19 }), fc.double({ min: -1.4, max: 1.4, noNaN: true }), (k, off) => {
        const plane = planeOf(straight, 'axial');
        const point: Vec3 = [3, 4, 500 + k * 3 + off];
        const inSlice = pointInSlice(straight, plane, point, sliceOf(straight, plane, point));
        expect(inSlice[2]).toBeCloseTo(500 + k * 3, 9);
        expect(inSlice.slice(0, 2)).toEqual([3, 4]);
      }),
    );
  });

  it('names oblique directions with two letters, strongest first', () => {
    expect(directionLetters([0.9, 0.43, 0])).toBe('LP');
    expect(directionLetters([-0.99, 0.1, 0])).toBe('R');
    expect(positionOf(planeOf(straight, 'axial'), [0, 0, -12.5])).toEqual({ mm: 12.5, letter: 'I' });
  });
});

describe('camera', () => {
  const size = [300, 640] as const;
  const point = fc.tuple(fc.double({ min: -200, max: 200, noNaN: true }), fc.double({ min: -200, max: 200, noNaN: true }));

  it('goes from pixel to world and back in every plane', () => {
    fc.assert(
      fc.property(point, fc.constantFrom('axial', 'coronal', 'sagittal'), fc.double({ min: 0.05, max: 2, noNaN: true }), ([x, y], name, mmPerPx) => {
        const plane = planeOf(straight, name);
        const camera = { focusLpsMm: [4, -7, 510] as Vec3, mmPerPx };
        const world = canvasToLps(camera, plane, size, [0, 0, 530], [x, y]);
        const back = lpsToCanvas(camera, plane, size, world);
        expect(back[0]).toBeCloseTo(x, 6);
        expect(back[1]).toBeCloseTo(y, 6);
        expect(dot(world, plane.stepLps)).toBeCloseTo(dot([0, 0, 530], plane.stepLps), 6);
      }),
    );
  });

  it('keeps the point under the pointer when it zooms', () => {
    fc.assert(
      fc.property(point, fc.double({ min: 0.5, max: 2, noNaN: true }), ([x, y], factor) => {
        const plane = planeOf(straight, 'axial');
        const camera = { focusLpsMm: [0, 0, 500] as Vec3, mmPerPx: 0.6 };
        const before = canvasToLps(camera, plane, size, [0, 0, 500], [x, y]);
        const after = canvasToLps(zoomAt(camera, plane, size, [x, y], factor), plane, size, [0, 0, 500], [x, y]);
        after.forEach((c, n) => expect(c).toBeCloseTo(before[n]!, 6));
      }),
    );
  });

  it('draws a scale bar of a round length that fits', () => {
    expect(scaleBar(0.5, 120)).toEqual({ mm: 50, px: 100 });
    expect(scaleBar(1.2, 100)).toEqual({ mm: 100, px: 100 / 1.2 });
  });
});
