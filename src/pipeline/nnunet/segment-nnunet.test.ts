import { describe, expect, it } from 'vitest';
import type { Grid } from '../../core/grid';
import type { Issue } from '../../core/issue';
import type { Volume } from '../../core/volume';
import { ORIENTATIONS, restore } from '../orient.fixture';
import { LabelWriter } from './label-writer';
import { monitor, plans, rule } from './nnunet.fixture';
import { resizeImage } from './resize';
import { segmentNnunet } from './segment-nnunet';
import { cropToNonZero, tensorView } from './tensor-view';

const GRID: Grid = { sizeIjk: [14, 12, 9], spacingMm: [1.5, 1.5, 3], originLpsMm: [-10, 5, 30], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

/** HU that tell every voxel's place: rising to the left, to the back and to the head by different amounts. */
function graded(grid: Grid): Volume {
  const [ni, nj, nk] = grid.sizeIjk;
  const hu = new Int16Array(ni * nj * nk);
  for (let k = 0, at = 0; k < nk; k += 1) for (let j = 0; j < nj; j += 1) for (let i = 0; i < ni; i += 1, at += 1) hu[at] = 5 * i - 7 * j + 11 * k + 40;
  return { id: 'graded', grid, hu };
}

/** Normalised values to labels: above 1.2 a tumour, above 0.4 kidney. */
const bands = rule((value, head) => (head === 0 ? 0 : head === 1 ? value - 0.4 : head === 2 ? 2 * value - 1.6 : -9));

describe('segmentNnunet', () => {
  it('gives the same labels in every storage order of the volume', async () => {
    const volume = graded(GRID);
    const direct = await segmentNnunet({ volume, model: plans(), engine: bands, monitor: monitor() });
    if (!direct.ok) throw new Error(direct.issue.code);
    expect(new Set(direct.value.labels)).toEqual(new Set([0, 1, 2]));
    for (const { order, flips } of ORIENTATIONS) {
      const { grid, data } = restore({ grid: GRID, data: volume.hu }, order, flips);
      const found = await segmentNnunet({ volume: { id: 'turned', grid, hu: data }, model: plans(), engine: bands, monitor: monitor() });
      if (!found.ok) throw new Error(found.issue.code);
      expect(found.value.labels).toEqual(restore({ grid: GRID, data: direct.value.labels }, order, flips).data);
    }
  });

  it.each([[2, ['segmentation-long']], [0.01, []]] as const)('tells after the first tile how long it will take, at %s min a tile', async (minutes, codes) => {
    let now = 0;
    const told: Issue[] = [];
    const watched = { ...monitor(), nowMs: () => (now += minutes * 60_000) - minutes * 60_000, issue: (one: Issue) => void told.push(one) };
    await segmentNnunet({ volume: graded(GRID), model: plans(), engine: bands, monitor: watched });
    expect(told.map(({ code }) => code)).toEqual(codes);
    for (const { data } of told) expect(data).toEqual({ minutes: minutes * Number(data?.['tiles']), tiles: data?.['tiles'] });
  });

  it('feeds the network along the axes that the manifest names', async () => {
    const volume: Volume = { id: 'one', grid: { ...GRID, sizeIjk: [4, 4, 4], spacingMm: [2, 2, 2] }, hu: new Int16Array(64).fill(-100) };
    volume.hu[3 + 4 * (0 + 4 * 2)] = 300;
    const seen: number[] = [];
    for (const axes of ['SPL', 'IAR', 'LPI']) {
      const where = rule((value, head, at) => {
        if (head === 0 && value > 1) seen.push(at);
        return head === 0 ? 1 : 0;
      });
      await segmentNnunet({ volume, model: plans({ axes }), engine: where, monitor: monitor() });
    }
    // Left 3, back 0, head 2, seen as [S, P, L], [I, A, R] and [L, P, I].
    expect(seen).toEqual([2 * 16 + 0 * 4 + 3, 1 * 16 + 3 * 4 + 0, 3 * 16 + 0 * 4 + 1]);
  });

  it('averages mirrored readings at their own place, and probabilities in v1', async () => {
    const volume: Volume = { id: 'v', grid: { ...GRID, sizeIjk: [4, 4, 4], spacingMm: [2, 2, 2] }, hu: new Int16Array(64).fill(50) };
    // Upper half of what is handed in: kidney by 1 against two others at 0. Lower half: background by 0.9, the rest far below.
    const UPPER = [0, 1, 0, -9];
    const LOWER = [0.9, 0, -9, -9];
    const half = rule((_value, head, at) => (at >= 32 ? UPPER : LOWER)[head]!);
    const once = await segmentNnunet({ volume, model: plans({ tileStep: 1 }), engine: half, monitor: monitor() });
    const twice = await segmentNnunet({ volume, model: plans({ tileStep: 1, mirrorAxes: [0] }), engine: half, monitor: monitor() });
    const soft = await segmentNnunet({ volume, model: plans({ framework: 'nnunet-v1', tileStep: 1, mirrorAxes: [0] }), engine: half, monitor: monitor() });
    const kidneys = (of: typeof once): number => (of.ok ? of.value.labels.reduce((sum, label) => sum + label, 0) : -1);
    // Mean logits: kidney 0.5, background 0.45. Mean probabilities: kidney 0.43, background 0.46.
    expect([kidneys(once), kidneys(twice), kidneys(soft)]).toEqual([32, 64, 0]);
  });

  it('stops when it is asked to, between tiles, and tells how far it is', async () => {
    const shares: number[] = [];
    const stopped = await segmentNnunet({ volume: graded(GRID), model: plans(), engine: bands, monitor: monitor(3) });
    expect(stopped).toMatchObject({ ok: false, issue: { code: 'cancelled' } });
    await segmentNnunet({ volume: graded(GRID), model: plans(), engine: bands, monitor: monitor(Infinity, (share) => shares.push(share)) });
    expect(shares.length).toBeGreaterThan(20);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBeCloseTo(1, 9);
  });

  it('has no labels where there is nothing but zeros, and follows the meaning of the label values', async () => {
    const empty = await segmentNnunet({ volume: { id: 'e', grid: GRID, hu: new Int16Array(14 * 12 * 9) }, model: plans(), engine: bands, monitor: monitor() });
    expect(empty.ok && Math.max(...empty.value.labels)).toBe(0);
    const other = await segmentNnunet({ volume: graded(GRID), model: plans({ labels: ['background', 'other', 'kidney', 'tumour'] }), engine: bands, monitor: monitor() });
    expect(other.ok && new Set(other.value.labels)).toEqual(new Set([0, 1]));
  });
});

describe('cropToNonZero', () => {
  it('is the box of what is not zero, along the axes of the network', () => {
    const hu = new Int16Array(14 * 12 * 9);
    hu[2 + 14 * (3 + 12 * 1)] = 5;
    hu[9 + 14 * (4 + 12 * 6)] = -5;
    const view = cropToNonZero(hu, tensorView(GRID, 'IAL'));
    expect(view?.shape).toEqual([6, 2, 8]);
    // Growing down and forwards from the left end: the first element is the highest, the most posterior, the rightmost.
    expect(view?.offset).toBe(2 + 14 * (4 + 12 * 6));
    expect(cropToNonZero(new Int16Array(14 * 12 * 9), tensorView(GRID, 'IAL'))).toBeNull();
  });
});

describe('LabelWriter', () => {
  it.each([[[20, 4, 5], [3, 3, 3], null], [[3, 4, 5], [2.5, 3, 3], null], [[5, 4, 3], [9, 2, 2], 0]] as const)('equals a resize of all heads followed by the decision: %j', (target, spacing, axis) => {
    const shape = [5, 6, 7] as const;
    const output = { order: 1, orderZ: 0, separateZ: axis === null ? false : null } as const;
    const model = plans({ resampling: { image: output, output } });
    const planes = Array.from({ length: 5 }, (_, z) => model.labels.map((_label, h) => Float32Array.from({ length: 42 }, (_value, at) => Math.sin(at * (h + 2.3) + 5 * z) + (h === 0 ? 1.1 : 0))));
    const imageMm = [0, 1, 2].map((a) => (spacing[a]! * shape[a]!) / target[a]!) as [number, number, number];
    const labels = new Uint8Array(target[0] * target[1] * target[2]);
    const view = { shape: target, spacingMm: imageMm, offset: 0, steps: [target[1] * target[2], target[2], 1] as const };
    const writer = new LabelWriter(model, shape, spacing, view, labels);
    planes.forEach((heads, z) => writer.add(z, heads));
    const heads = model.labels.map((_, h) => {
      const whole = new Float32Array(5 * 42);
      planes.forEach((plane, z) => whole.set(plane[h]!, z * 42));
      return resizeImage(whole, shape, target, output, axis);
    });
    const naive = labels.map((_, at) => heads.reduce((best, values, h) => (values[at]! > heads[best]![at]! ? h : best), 0));
    expect(labels.some((label) => label !== 0)).toBe(true);
    expect(labels.some((label) => label === 0)).toBe(true);
    expect([...labels]).toEqual([...naive]);
  });
});
