import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { indexToLps } from '../core/grid';
import type { RigidMap } from '../core/ports';
import { applyRigid, applyRigidInverse } from '../core/rigid';
import { length, subtract, type Vec3 } from '../core/vector';
import { nodeRegistration } from './elastix-node';
import { eulerMatrix } from './euler-map';
import { paintScene, type Scene } from './scene.fixture';
import { normalisedMutualInformation } from './similarity';

const engine = nodeRegistration();
const CENTRE: Vec3 = [40, -20, 300];

/** A box around the centre, 1.5 mm, in slightly turned axes as a tilted slice stack gives. */
function box(sizeMm: Vec3, axes: Grid['axesLps']): Grid {
  const size = sizeMm.map((mm) => Math.floor(mm / 1.5) + 1) as unknown as Vec3;
  let origin = CENTRE;
  for (const a of [0, 1, 2] as const) {
    origin = subtract(origin, axes[a].map((x) => (x * sizeMm[a]) / 2) as unknown as Vec3);
  }
  return { sizeIjk: size, spacingMm: [1.5, 1.5, 1.5], originLpsMm: origin, axesLps: axes };
}

const STRAIGHT: Grid['axesLps'] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const c = Math.cos(0.2);
const s = Math.sin(0.2);
const TILTED: Grid['axesLps'] = [[1, 0, 0], [0, c, s], [0, -s, c]];

function truth(shiftMm: Vec3, degrees: Vec3): RigidMap {
  const [x, y, z] = degrees.map((d) => (d * Math.PI) / 180) as unknown as Vec3;
  return { rotation: eulerMatrix(x, y, z), translationMm: shiftMm, centreLpsMm: CENTRE, similarityBefore: 0, similarityAfter: 0 };
}

/** Distances between where two maps take points across the box, mm, sorted. */
function errors(found: RigidMap, wanted: RigidMap, grid: Grid): readonly number[] {
  const all: number[] = [];
  for (const i of [0.1, 0.5, 0.9])
    for (const j of [0.1, 0.5, 0.9])
      for (const k of [0.1, 0.5, 0.9]) {
        const p = indexToLps(grid, [i * grid.sizeIjk[0], j * grid.sizeIjk[1], k * grid.sizeIjk[2]]);
        all.push(length(subtract(applyRigid(found, p), applyRigid(wanted, p))));
      }
  return all.sort((a, b) => a - b);
}

async function register(axes: Grid['axesLps'], wanted: RigidMap, phases: readonly [Scene, Scene]): Promise<{ map: RigidMap; errorsMm: readonly number[] }> {
  const fixedGrid = box([140, 140, 160], axes);
  const movingGrid = box([180, 180, 200], axes);
  const fixed = { grid: fixedGrid, hu: paintScene(fixedGrid, (p) => p, phases[0], 1) };
  const moving = { grid: movingGrid, hu: paintScene(movingGrid, (p) => applyRigidInverse(wanted, p), phases[1], 2) };
  const result = await engine.align(fixed, moving);
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return { map: result.value, errorsMm: errors(result.value, wanted, fixedGrid) };
}

describe('rigid registration of two phases', () => {
  it.each([
    ['far and turned', STRAIGHT, [15, -10, 12], [5, -4, 5], ['arterial', 'venous']],
    ['no motion', STRAIGHT, [0, 0, 0], [0, 0, 0], ['arterial', 'venous']],
    ['tilted slices, unenhanced', TILTED, [4, -6, 9], [-2, 3, 1], ['arterial', 'plain']],
  ] as const)('%s', async (_, axes, shift, degrees, phases) => {
    const wanted = truth(shift, degrees);
    const { map, errorsMm } = await register(axes, wanted, phases);
    expect(errorsMm[Math.floor(errorsMm.length / 2)]).toBeLessThanOrEqual(0.5);
    expect(errorsMm.at(-1)).toBeLessThanOrEqual(1);
    if (length(shift) > 0) expect(map.similarityAfter).toBeGreaterThan(map.similarityBefore);
    else expect(Math.abs(map.similarityAfter - map.similarityBefore)).toBeLessThan(0.02);
  }, 300_000);

  it('is less alike after a wrong map than after the right one', () => {
    const grid = box([140, 140, 160], STRAIGHT);
    const fixed = { grid, hu: paintScene(grid, (p) => p, 'arterial', 1) };
    const moving = { grid, hu: paintScene(grid, (p) => p, 'venous', 2) };
    const right = normalisedMutualInformation(fixed, moving, null);
    const wrong = normalisedMutualInformation(fixed, moving, truth([6, 0, 0], [0, 0, 0]));
    expect(right).toBeGreaterThan(wrong);
  });
});
