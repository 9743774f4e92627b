import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import type { RigidMap } from '../core/ports';
import type { Patch } from '../core/reading';
import { applyRigid, rotateVector } from '../core/rigid';
import { gradCam, lesionInPatch, shareInsideLesion, upsampleToPatch } from './cam';

const model = { cam: { kind: 'gradient-output', score: 'logit', layer: 'layer4', stride: 32, windowPx: 48 } } as const;
const base = { model, task: 'malignancy', phase: 'A' } as const;

/** Repeatable numbers in -1..1. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

/** Largest difference of two arrays. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (x, n) => Math.abs(x - b[n]!)));

describe('Grad-CAM', () => {
  const activation = { shape: [1, 8, 7, 7], data: numbers(8 * 49, 3).map((x) => Math.max(0, x)) };
  const gradient = { shape: [1, 2, 8], data: numbers(16, 5) };

  it('is the rectified weighted sum over its maximum, written out', () => {
    const heatmap = gradCam({ ...base, activation, gradient, classIndex: 1 });
    const raw = Array.from({ length: 49 }, (_, n) => {
      let sum = 0;
      for (let k = 0; k < 8; k += 1) sum += gradient.data[8 + k]! * activation.data[k * 49 + n]!;
      return Math.max(0, sum);
    });
    const most = Math.max(...raw);
    expect(heatmap).toMatchObject({ rows: 7, columns: 7, stridePx: 32, classIndex: 1, phase: 'A' });
    expect(apart(heatmap.map, raw.map((x) => x / most))).toBeLessThan(1e-6);
  });

  it('averages full gradients over positions', () => {
    const full = { shape: [1, 2, 8, 7, 7], data: new Float32Array(2 * 8 * 49) };
    for (let c = 0; c < 16; c += 1) for (let n = 0; n < 49; n += 1) full.data[c * 49 + n] = gradient.data[c]! + (n % 2 === 0 ? 24 / 49 : -25 / 49);
    const a = gradCam({ ...base, activation, gradient: full, classIndex: 0 });
    const b = gradCam({ ...base, activation, gradient: { shape: [1, 2, 8], data: gradient.data.map((g) => g + (25 * 24 - 24 * 25) / 49 / 49) }, classIndex: 0 });
    expect(apart(a.map, b.map)).toBeLessThan(1e-5);
  });

  it('of the probability is that of the difference, so the two classes never both claim a cell', () => {
    const [no, yes] = ([0, 1] as const).map((classIndex) => gradCam({ ...base, activation, gradient, classIndex, score: 'probability' }));
    no!.map.forEach((x, n) => expect(Math.min(x, yes!.map[n]!)).toBe(0));
    expect(Math.max(...no!.map)).toBe(1);
  });

  it('stays zero where nothing speaks for the class', () => {
    const against = { shape: [1, 2, 8], data: new Float32Array(16).fill(-1) };
    expect(Math.max(...gradCam({ ...base, activation, gradient: against, classIndex: 0 }).map)).toBe(0);
  });

  it('scales by the range where the published tools do', () => {
    const offset = { ...activation, data: activation.data.map((x) => x + 5) };
    const positive = { shape: [1, 2, 8], data: gradient.data.map(Math.abs) };
    const map = gradCam({ ...base, activation: offset, gradient: positive, classIndex: 0, normalisation: 'range' }).map;
    expect(Math.min(...map)).toBe(0);
    expect(Math.max(...map)).toBeCloseTo(1, 5);
  });
});

describe('a heatmap on its patch', () => {
  it('has each cell at its centre, linear between, constant at the rim', () => {
    const map = Float32Array.from({ length: 49 }, (_, n) => (n % 7) + 10 * Math.floor(n / 7));
    const up = upsampleToPatch({ rows: 7, columns: 7, map, stridePx: 32 }, 224);
    const at = (t: number, s: number): number => up[t * 224 + s]!;
    // Cell (a, b) is centred between pixels 32 a + 15 and 32 a + 16.
    expect((at(47, 79) + at(47, 80) + at(48, 79) + at(48, 80)) / 4).toBeCloseTo(12, 4);
    expect(at(0, 0)).toBe(0);
    expect(at(223, 223)).toBe(66);
    expect(at(100, 100) - at(100, 99)).toBeCloseTo(1 / 32, 4);
  });

  const grid: Grid = { sizeIjk: [100, 100, 5], spacingMm: [1, 1, 2], originLpsMm: [-50, -50, -4], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
  const components = new Int32Array(100 * 100 * 5);
  for (let j = 40; j < 60; j += 1) for (let i = 30; i < 50; i += 1) components[i + 100 * (j + 100 * 2)] = 4;
  const patch = {
    phase: 'A', volumeId: 'v', sizePx: 224, firstPixelLpsMm: [-0.625 * 111.5, -0.625 * 111.5, 0], columnStepLpsMm: [0.625, 0, 0], rowStepLpsMm: [0, 0.625, 0],
  } as unknown as Patch;

  it('knows which pixels lie in the lesion, through a registration too', () => {
    const lesion = lesionInPatch({ patch, components: { firstOffset: 0, ids: components }, grid, massId: 4, map: null });
    const count = lesion.reduce((sum, x) => sum + x, 0);
    expect(count).toBe(32 * 32);
    const map: RigidMap = { rotation: [[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]], translationMm: [3, 4, 10], centreLpsMm: [1, 2, 3], similarityBefore: 0, similarityAfter: 0 };
    const moved = {
      ...patch,
      firstPixelLpsMm: applyRigid(map, patch.firstPixelLpsMm),
      columnStepLpsMm: rotateVector(map, patch.columnStepLpsMm),
      rowStepLpsMm: rotateVector(map, patch.rowStepLpsMm),
    };
    const same = lesionInPatch({ patch: moved, components: { firstOffset: 0, ids: components }, grid, massId: 4, map });
    expect(same.filter((x, n) => x !== lesion[n]).length).toBeLessThan(20);
    expect(lesionInPatch({ patch, components: { firstOffset: 0, ids: components }, grid, massId: 9, map: null }).includes(1)).toBe(false);
  });

  it('says how much of the map lies inside', () => {
    const lesion = new Uint8Array(224 * 224);
    lesion.fill(1, 0, 112 * 224);
    expect(shareInsideLesion(new Float32Array(224 * 224).fill(0.3), lesion)).toBeCloseTo(0.5, 6);
    expect(shareInsideLesion(new Float32Array(224 * 224), lesion)).toBeNull();
    expect(shareInsideLesion(new Float32Array(224 * 224).fill(1), new Uint8Array(224 * 224))).toBeNull();
  });
});
