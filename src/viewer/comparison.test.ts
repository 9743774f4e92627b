import { describe, expect, it } from 'vitest';
import { indexToLps, voxelCount, voxelOffset, type Grid } from '../core/grid';
import type { RigidMap } from '../core/ports';
import { applyRigid } from '../core/rigid';
import type { Vec3 } from '../core/vector';
import { lpsToCanvas } from './camera';
import { readOther, showsOther, type ComparedView, type PlacedComparison } from './comparison';
import { planeOf, type PlaneName } from './plane';

const GRID: Grid = { sizeIjk: [60, 50, 20], spacingMm: [1, 1, 2], originLpsMm: [-30, -25, 100], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
const [C, S] = [Math.cos(0.1), Math.sin(0.1)];
/** From the pane's world into the other phase's. */
const MAP: RigidMap = { rotation: [[C, -S, 0], [S, C, 0], [0, 0, 1]], translationMm: [3, -4, 6], centreLpsMm: [0, 0, 120], similarityBefore: 0, similarityAfter: 1 };

function comparison(hu: Int16Array, more: Partial<PlacedComparison> = {}): PlacedComparison {
  return { volumeId: 'n', other: { id: 'a', grid: GRID, hu }, letter: 'A', title: '', colour: '', squares: false, flipped: true, toOther: (p) => applyRigid(MAP, p), ...more };
}

function view(name: PlaneName, through: Vec3, mmPerPx = 0.5): ComparedView {
  return { camera: { focusLpsMm: through, mmPerPx }, plane: planeOf(GRID, name), size: [80, 60], slicePointLpsMm: through, window: { level: 50, width: 100 }, invert: false };
}

const POINT: Vec3 = [2, 3, 118];

describe('another phase in a pane', () => {
  it.each(['axial', 'coronal', 'sagittal'] as const)('stands where the map puts it, %s', (name) => {
    // HU that grow along every axis of the other phase's world, so that no flip or swap passes.
    const hu = new Int16Array(voxelCount(GRID));
    const huAt = (p: Vec3): number => 50 + p[0] + 2 * p[1] + 0.5 * (p[2] - 120);
    for (let k = 0; k < 20; k += 1) for (let j = 0; j < 50; j += 1) for (let i = 0; i < 60; i += 1) hu[voxelOffset(GRID, i, j, k)] = huAt(indexToLps(GRID, [i, j, k]));
    const seen = view(name, POINT);
    const rgba = readOther(comparison(hu), seen);
    for (const [right, down] of [[0, 0], [6, -4], [-5, 5]] as const) {
      const p = POINT.map((x, a) => x + right * seen.plane.rightLps[a]! + down * seen.plane.downLps[a]!) as unknown as Vec3;
      const [x, y] = lpsToCanvas(seen.camera, seen.plane, seen.size, p);
      // The pixel's middle lies half a pixel, 0.25 mm, from its corner.
      expect(Math.abs(rgba[4 * (Math.floor(x) + 80 * Math.floor(y))]! - 2.55 * huAt(applyRigid(MAP, p)))).toBeLessThan(4);
    }
  });

  it('is black and solid where it has no data, inverted or not', () => {
    const rgba = readOther(comparison(new Int16Array(voxelCount(GRID)).fill(100)), { ...view('axial', [0, 0, 400]), invert: true });
    expect([...rgba.slice(0, 4)]).toEqual([0, 0, 0, 255]);
  });

  it('leaves every second square to the pane, and the others when flipped', () => {
    const hu = new Int16Array(voxelCount(GRID)).fill(100);
    const seen = view('axial', POINT);
    const [one, two] = [false, true].map((flipped) => readOther(comparison(hu, { squares: true, flipped }), seen));
    let mine = 0;
    for (let at = 3; at < one!.length; at += 4) {
      expect(one![at]! + two![at]!).toBe(255);
      if (one![at] === 0) mine += 1;
    }
    expect(mine / (80 * 60)).toBeGreaterThan(0.3);
    expect(mine / (80 * 60)).toBeLessThan(0.7);
  });

  it('has squares that lie still in the patient and stay large enough to look at', () => {
    const plane = planeOf(GRID, 'axial');
    const squares = comparison(new Int16Array(0), { squares: true, flipped: false });
    const wholesAlong = (mmPerPx: number): number => {
      let changes = 0;
      for (let x = -100; x < 100; x += 0.5) if (showsOther(squares, plane, mmPerPx, [x, 0.1, 0]) !== showsOther(squares, plane, mmPerPx, [x + 0.5, 0.1, 0])) changes += 1;
      return changes;
    };
    // 200 mm: squares of 40, 20 and 10 mm.
    for (const [mmPerPx, squaresAcross] of [[0.9, 5], [0.3, 10], [0.2, 20]] as const) expect(Math.abs(wholesAlong(mmPerPx) - squaresAcross)).toBeLessThanOrEqual(1);
  });
});
