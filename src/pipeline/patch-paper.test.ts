import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexToLps, lpsToIndex, type Grid } from '../core/grid';
import type { RigidMap } from '../core/ports';
import { PRESETS } from '../core/presets';
import type { Patch } from '../core/reading';
import { applyRigid } from '../core/rigid';
import { addScaled, dot, length, subtract, type Vec3 } from '../core/vector';
import { linearVolume, ORIENTATIONS, restore, turnedAxes, type Stored } from './orient.fixture';
import { cutPaperPatch } from './patch-paper';

const constants = PRESETS.paper;
const CENTRE: Vec3 = [12.3, -40.7, 812.9];

/** A grid around the centre that holds the whole patch, with room to spare for tilts. */
function gridAround(spacingMm: Vec3, axesLps: Grid['axesLps'], reachMm: Vec3 = [220, 220, 60]): Grid {
  const sizeIjk = spacingMm.map((mm, a) => Math.ceil(reachMm[a]! / mm) + 1) as unknown as Vec3;
  let originLpsMm = CENTRE;
  for (const a of [0, 1, 2] as const) originLpsMm = addScaled(originLpsMm, axesLps[a], -0.487 * (sizeIjk[a] - 1) * spacingMm[a]);
  return { sizeIjk, spacingMm, originLpsMm, axesLps };
}

function cut(stored: Stored<Int16Array>, reference: Grid, sliceK: number, map: RigidMap | null = null): Patch {
  const volume = { id: 'v', grid: stored.grid, hu: stored.data };
  const result = cutPaperPatch({ reference, volume, phase: 'A', centreLpsMm: CENTRE, sliceK, map, constants });
  if (!result.ok) throw new Error(result.issue.code);
  return result.value;
}

/** Largest difference between a patch and the linear function at its own pixel positions. */
function worst(patch: Patch, grid: Grid, gradient: Vec3, atOrigin: number): number {
  let most = 0;
  for (let t = 0; t < 224; t += 7) {
    for (let s = 0; s < 224; s += 5) {
      const p = addScaled(addScaled(patch.firstPixelLpsMm, patch.columnStepLpsMm, s), patch.rowStepLpsMm, t);
      most = Math.max(most, Math.abs(patch.hu[t * 224 + s]! - atOrigin - dot(gradient, lpsToIndex(grid, p))));
    }
  }
  return most;
}

describe('paper patch', () => {
  it('lies as a radiologist sees it: row 0 in front, column 0 at the right, centre between the four middle pixels', () => {
    const grid = gridAround([0.8, 0.8, 2.5], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    const sliceK = Math.round(lpsToIndex(grid, CENTRE)[2]);
    const patch = cut(linearVolume(grid, [1, 0, 0], 0), grid, sliceK);
    expect(patch.columnStepLpsMm).toEqual([0.625, 0, 0]);
    expect(patch.rowStepLpsMm).toEqual([0, 0.625, 0]);
    const middle = addScaled(addScaled(patch.firstPixelLpsMm, patch.columnStepLpsMm, 111.5), patch.rowStepLpsMm, 111.5);
    expect(length(subtract(middle, [CENTRE[0], CENTRE[1], indexToLps(grid, [0, 0, sliceK])[2]]))).toBeLessThan(1e-9);
    expect(patch.outsideShare).toBe(0);
    expect(patch.sliceK).toBe(sliceK);
  });

  it('equals a linear field exactly, on any grid', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: -25, max: 25 }), fc.integer({ min: -25, max: 25 }), fc.integer({ min: -180, max: 180 })),
        fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }), fc.integer({ min: -9, max: 9 })),
        fc.tuple(fc.double({ min: 0.63, max: 1, noNaN: true }), fc.double({ min: 0.63, max: 1, noNaN: true }), fc.double({ min: 2, max: 5, noNaN: true })),
        (turn, gradient, spacing) => {
          const grid = gridAround(spacing, turnedAxes(...turn), [330, 330, 60]);
          const n = lpsToIndex(grid, CENTRE);
          const patch = cut(linearVolume(grid, gradient, 17), grid, Math.round(n[2]));
          expect(worst(patch, grid, gradient, 17)).toBeLessThan(2e-4);
          expect(Math.abs(length(patch.columnStepLpsMm) - 0.625)).toBeLessThan(1e-12);
          expect(patch.columnStepLpsMm[0]).toBeGreaterThan(0);
          expect(patch.rowStepLpsMm[1]).toBeGreaterThan(0);
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  });

  it('does not change when the volume is stored in another order', () => {
    const grid = gridAround([0.8, 0.9, 3], turnedAxes(6, -4, 9), [220, 220, 50]);
    const stored = linearVolume(grid, [0, 0, 0], 0);
    for (let n = 0; n < stored.data.length; n += 1) stored.data[n] = Math.imul(n, 2654435761) >> 21;
    const sliceK = Math.round(lpsToIndex(grid, CENTRE)[2]);
    const plain = cut(stored, grid, sliceK);
    for (const { order, flips } of ORIENTATIONS.filter((_, n) => n % 5 === 0)) {
      const other = restore(stored, order, flips);
      const along = order.indexOf(2);
      const patch = cut(other, other.grid, flips[along]! ? grid.sizeIjk[2] - 1 - sliceK : sliceK);
      let most = 0;
      patch.hu.forEach((hu, at) => (most = Math.max(most, Math.abs(hu - plain.hu[at]!))));
      expect(most).toBeLessThan(1e-3);
    }
  });

  it('reads another phase through its map, once', () => {
    const grid = gridAround([0.7, 0.7, 3], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    const other = gridAround([0.9, 0.8, 2], turnedAxes(3, 2, -5), [330, 330, 120]);
    const axes = turnedAxes(2, -3, 4);
    const map: RigidMap = { rotation: axes, translationMm: [4, -3, 6], centreLpsMm: [0, 0, 800], similarityBefore: 0, similarityAfter: 0 };
    const sliceK = Math.round(lpsToIndex(grid, CENTRE)[2]);
    const patch = cut(linearVolume(other, [2, -3, 5], -40), grid, sliceK, map);
    expect(worst(patch, other, [2, -3, 5], -40)).toBeLessThan(2e-4);
    const inReference = cut(linearVolume(grid, [1, 1, 1], 0), grid, sliceK).firstPixelLpsMm;
    expect(length(subtract(patch.firstPixelLpsMm, applyRigid(map, inReference)))).toBeLessThan(1e-9);
  });

  it('is smoothed where the pixels are finer than half a millimetre, and only there', () => {
    const flat: Grid['axesLps'] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    const spread = (mm: number): number => {
      const grid = gridAround([mm, mm, 3], flat, [170, 170, 12]);
      const stored = linearVolume(grid, [0, 0, 0], 0);
      for (let n = 0; n < stored.data.length; n += 1) stored.data[n] = (Math.imul(n + 1, 2654435761) >>> 8) % 2 === 0 ? 100 : -100;
      const patch = cut(stored, grid, 2);
      return Math.sqrt(patch.hu.reduce((sum, hu) => sum + hu * hu, 0) / patch.hu.length);
    };
    // Checks against the rule itself: sigma 0.2813 source pixels at 0.4 mm, none at 0.55 mm.
    expect(spread(0.35)).toBeLessThan(0.9 * spread(0.55));
    const edge = gridAround([0.4, 0.4, 3], flat, [170, 170, 12]);
    const ramp = cut(linearVolume(edge, [3, -2, 0], 5), edge, 2);
    expect(worst(ramp, edge, [3, -2, 0], 5)).toBeLessThan(2e-4);
  });

  it('has the edge value half a voxel beyond the border, then air, and warns', () => {
    const grid: Grid = { sizeIjk: [60, 60, 5], spacingMm: [2, 2, 3], originLpsMm: [CENTRE[0] - 20, CENTRE[1] - 59, CENTRE[2] - 6], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
    const volume = { id: 'v', grid, hu: new Int16Array(60 * 60 * 5).fill(40) };
    const result = cutPaperPatch({ reference: grid, volume, phase: 'V', centreLpsMm: CENTRE, sliceK: 2, map: null, constants });
    if (!result.ok) throw new Error(result.issue.code);
    const { hu, tensor, outsideShare } = result.value;
    const row = 112 * 224;
    // The first centre lies 20 mm right of the mass: pixels to 21 mm are inside.
    const inside = Array.from({ length: 224 }, (_, s) => 0.625 * (s - 111.5) >= -21);
    inside.forEach((yes, s) => expect(hu[row + s]).toBe(yes ? 40 : -1024));
    expect(tensor[row]).toBe(0);
    expect(tensor[row + 112]).toBeCloseTo(0.54, 6);
    expect(outsideShare).toBeGreaterThan(0.2);
    expect(result.issues).toMatchObject([{ code: 'patch-outside-phase', data: { phase: 'V' } }]);
  });

  it('refuses a centre outside the phase', () => {
    const grid = gridAround([1, 1, 3], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [200, 200, 30]);
    const far: RigidMap = { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translationMm: [0, 0, 40], centreLpsMm: CENTRE, similarityBefore: 0, similarityAfter: 0 };
    const volume = { id: 'v', grid, hu: new Int16Array(grid.sizeIjk[0] * grid.sizeIjk[1] * grid.sizeIjk[2]) };
    const result = cutPaperPatch({ reference: grid, volume, phase: 'N', centreLpsMm: CENTRE, sliceK: 5, map: far, constants });
    expect(result).toMatchObject({ ok: false, issue: { code: 'centre-outside-phase' } });
  });
});
