import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../../core/grid';
import type { JoinRules, SliceSegmentation, SliceStage } from '../../core/models';
import type { Monitor, NetworkRunner } from '../../core/ports';
import { success } from '../../core/result';
import type { Vec3 } from '../../core/vector';
import type { Volume } from '../../core/volume';
import { joinMasks, smoothAcrossSlabs } from './join';
import { runSliceNetworks } from './slice-networks';
import { labelsOnSource } from './to-labels';
import { prepareWorkingGrid } from './working-grid';

interface Spot { readonly at: readonly [number, number, number]; readonly hu: number; readonly probabilities: readonly number[] }
interface Affine { readonly scale: readonly number[]; readonly offset: readonly number[] }
/** Written by training/segment/golden.py from the reference of training/segment/join.py. */
interface Golden {
  readonly volume: {
    readonly size: Vec3;
    readonly spacingMm: Vec3;
    readonly baseHu: number;
    readonly ellipsoids: readonly { readonly centre: Vec3; readonly radii: Vec3; readonly hu: number }[];
  };
  readonly huSum: number;
  readonly networks: { readonly whole: Affine; readonly fine: Affine };
  readonly join: Omit<JoinRules, 'massThresholds'> & { readonly massLow: number; readonly massHigh: number };
  readonly expected: {
    readonly slicesPerSlab: number;
    readonly slabMm: number;
    readonly slabPositions: readonly number[];
    readonly centreRowColumn: readonly [number, number];
    readonly workingHu: readonly Spot[];
    readonly workingHuMean: number;
    readonly patches: readonly (readonly (readonly number[])[])[];
    readonly blended: readonly Spot[];
    readonly smoothed: readonly Spot[];
    readonly workingVoxels: { readonly kidneyOrMass: number; readonly tumour: number; readonly cyst: number };
    readonly masses: readonly { readonly ml: number; readonly tumour: number; readonly peak: number }[];
    readonly labels: Readonly<Record<string, { readonly voxels: number; readonly centreIjk: Vec3 }>>;
    readonly labelsSha256: string;
  };
}

const golden = JSON.parse(readFileSync('training/segment/golden/join.json', 'utf8')) as Golden;
const { expected } = golden;
const monitor: Monitor = { progress: () => undefined, issue: () => undefined, cancelled: () => false, nowMs: () => 0, breathe: () => Promise.resolve() };

const grid: Grid = { sizeIjk: golden.volume.size, spacingMm: golden.volume.spacingMm, originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

function paintedVolume(): Volume {
  const [ni, nj, nk] = grid.sizeIjk;
  const hu = new Int16Array(ni * nj * nk);
  let at = 0;
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      for (let i = 0; i < ni; i += 1, at += 1) {
        let value = golden.volume.baseHu;
        for (const e of golden.volume.ellipsoids) {
          const q = [i, j, k].reduce((sum, n, axis) => sum + ((n * grid.spacingMm[axis]! - e.centre[axis]!) / e.radii[axis]!) ** 2, 0);
          if (q < 1) value = e.hu;
        }
        hu[at] = value + ((7 * i + 13 * j + 29 * k) % 17) - 8;
      }
    }
  }
  return { id: 'golden', grid, hu };
}

/** The same voxels stored with i and k reversed and j, k exchanged. */
function restored(volume: Volume): Volume {
  const [ni, nj, nk] = volume.grid.sizeIjk;
  const hu = new Int16Array(volume.hu.length);
  for (let k = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1) hu[ni - 1 - i + ni * (nk - 1 - k + nk * j)] = volume.hu[i + ni * (j + nj * k)]!;
  const [si, sj, sk] = volume.grid.spacingMm;
  return {
    id: 'restored',
    hu,
    grid: {
      sizeIjk: [ni, nk, nj],
      spacingMm: [si, sk, sj],
      originLpsMm: [(ni - 1) * si, 0, (nk - 1) * sk],
      axesLps: [[-1, 0, 0], [0, 0, -1], [0, 1, 0]],
    },
  };
}

function fakeNetwork(affine: Affine): NetworkRunner {
  return {
    run: ({ image }) => {
      const [batch, , rows, columns] = image!.shape as [number, number, number, number];
      const plane = rows * columns;
      const data = new Float32Array(batch * 3 * plane);
      for (let n = 0; n < batch; n += 1)
        for (let h = 0; h < 3; h += 1)
          for (let at = 0; at < plane; at += 1) data[(n * 3 + h) * plane + at] = image!.data[n * plane + at]! * affine.scale[h]! + affine.offset[h]!;
      return Promise.resolve(success({ logits: { shape: [batch, 3, rows, columns], data } }));
    },
  };
}

function stage(id: string, sizePx: readonly [number, number]): SliceStage {
  const heads = ['kidney-or-mass', 'mass', 'tumour'];
  return {
    id, kind: 'slice-2d', placement: id === 'whole' ? 'body-centre' : 'around-kidneys', file: `${id}.onnx`, pixelMm: 1.25, sizePx, slabMm: 3,
    inputs: [{ name: 'image', shape: ['batch', 1, ...sizePx], dtype: 'float32' }],
    outputs: [{ name: 'logits', shape: ['batch', 3, ...sizePx], dtype: 'float32', role: 'segmentation-logits', heads }],
  };
}

const { massLow, massHigh, ...rules } = golden.join;
const model: SliceSegmentation = {
  kind: 'slices',
  id: 'golden', phases: ['A'],
  // The fake networks read HU: no normalisation.
  intensity: { clipHu: [-79, 304], meanHu: 0, sdHu: 1 },
  stages: [stage('whole', [256, 288]), stage('fine', [128, 128])],
  join: { ...rules, massThresholds: { low: massLow, high: massHigh } },
};

async function replay(volume: Volume) {
  const { grid: working, readSlab } = await prepareWorkingGrid(volume, model.stages[0]!, model.intensity.clipHu, monitor);
  const run = await runSliceNetworks({ grid: working, readSlab, model, monitor, runners: [fakeNetwork(golden.networks.whole), fakeNetwork(golden.networks.fine)] });
  if (!run.ok) throw new Error(run.issue.code);
  const { probabilities, patches } = run.value;
  const stacks = [probabilities.kidney, probabilities.mass, probabilities.tumour];
  const blended = stacks.map((stack) => stack.slice());
  for (const stack of stacks) smoothAcrossSlabs(stack, working, model.join.smoothingMm);
  const masks = joinMasks(probabilities, working, model.join);
  const smoothed = stacks.map((stack) => stack.slice());
  return { working, readSlab, patches, blended, smoothed, masks, labels: labelsOnSource(probabilities, masks, working, model.join) };
}

describe('slice segmentation against the reference', () => {
  const volume = paintedVolume();
  const done = replay(volume);
  const count = (mask: Uint8Array, value = 1): number => mask.reduce((sum, v) => sum + (v === value ? 1 : 0), 0);

  it('paints the same volume', () => {
    expect(volume.hu.reduce((sum, v) => sum + v, 0)).toBe(golden.huSum);
  });

  it('places slabs and body centre', async () => {
    const { working } = await done;
    expect(working.slicesPerSlab).toBe(expected.slicesPerSlab);
    expect(working.slabMm).toBeCloseTo(expected.slabMm, 10);
    expect(working.positions).toEqual(expected.slabPositions);
    expected.centreRowColumn.forEach((value, axis) => expect(working.centre[axis]).toBeCloseTo(value, 9));
  });

  it('resamples to 1e-3 HU', async () => {
    const { working, readSlab } = await done;
    const plane = new Float32Array(working.rows * working.columns);
    let sum = 0;
    for (let slab = 0; slab < working.slabs; slab += 1) {
      readSlab(slab, plane);
      for (const value of plane) sum += value;
      for (const spot of expected.workingHu.filter(({ at }) => at[0] === slab)) {
        expect(Math.abs(plane[spot.at[1] * working.columns + spot.at[2]]! - spot.hu)).toBeLessThan(1e-3);
      }
    }
    expect(sum / (working.slabs * plane.length)).toBeCloseTo(expected.workingHuMean, 4);
  });

  it('places the same patches', async () => {
    expect((await done).patches).toEqual(expected.patches);
  });

  it('blends and smooths to 1e-4', async () => {
    const { working, blended, smoothed } = await done;
    for (const [stacks, spots] of [[blended, expected.blended], [smoothed, expected.smoothed]] as const) {
      for (const { at, probabilities } of spots) {
        const o = at[2] + working.columns * (at[1] + working.rows * at[0]);
        probabilities.forEach((p, h) => expect(Math.abs(stacks[h]![o]! - p)).toBeLessThan(1e-4));
      }
    }
  });

  it('joins to the same masks and masses', async () => {
    const { masks } = await done;
    expect({ kidneyOrMass: count(masks.kidneys), tumour: count(masks.tumours), cyst: count(masks.cysts) }).toEqual(expected.workingVoxels);
    expect(masks.masses).toHaveLength(expected.masses.length);
    expected.masses.forEach((mass, n) => {
      expect(masks.masses[n]!.volumeMl).toBeCloseTo(mass.ml, 3);
      expect(masks.masses[n]!.meanTumour).toBeCloseTo(mass.tumour, 4);
      expect(masks.masses[n]!.peak).toBeCloseTo(mass.peak, 4);
    });
  });

  it('labels the CT grid', async () => {
    const { labels } = await done;
    for (const [value, { voxels }] of Object.entries(expected.labels)) {
      expect(Math.abs(count(labels, Number(value)) - voxels)).toBeLessThanOrEqual(0.002 * voxels);
    }
    expect(createHash('sha256').update(labels).digest('hex')).toBe(expected.labelsSha256);
  });

  it('gives the same labels for another storage order', async () => {
    const { labels } = await done;
    const again = (await replay(restored(volume))).labels;
    const [ni, nj, nk] = grid.sizeIjk;
    let different = 0;
    for (let k = 0; k < nk; k += 1)
      for (let j = 0; j < nj; j += 1)
        for (let i = 0; i < ni; i += 1) if (again[ni - 1 - i + ni * (nk - 1 - k + nk * j)] !== labels[i + ni * (j + nj * k)]) different += 1;
    expect(different).toBe(0);
  });
});
