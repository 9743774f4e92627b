import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lpsToIndex, voxelMl } from '../core/grid';
import { LABEL } from '../core/label-map';
import type { Vec3 } from '../core/vector';
import { paintPhase } from './paint-phase';
import { buildScene, type Scene } from './scene';
import { sliceFile } from './slice-file';
import { MASS, paintedGrid, PHASE_PLANS, SAMPLE_SEED } from './study-plan';
import { sampleTruth, truthLabels } from './truth';
import { readTrunk, type Trunk } from './trunk';

const asset = readFileSync('public/phantom/trunk.bin');
/** Painting is work for two seconds; shared machines may take much longer. */
const PATIENCE_MS = 900_000;

let trunk: Trunk;
let scene: Scene;

beforeAll(() => {
  const read = readTrunk(asset);
  if (!read.ok) throw new Error(read.issue.code);
  trunk = read.value;
  scene = buildScene(trunk, SAMPLE_SEED, paintedGrid(trunk).spacingMm[0]);
}, PATIENCE_MS);

/** Paints the slice next to a world height. */
function sliceAt(phase: 'N' | 'A' | 'V', zLpsMm: number): { hu: Int16Array; k: number } {
  const grid = paintedGrid(trunk);
  const plan = PHASE_PLANS.find((one) => one.phase === phase)!;
  const k = Math.round(lpsToIndex(grid, [0, 0, zLpsMm])[2]);
  const slice = paintPhase(scene, grid, plan, { part: k, of: grid.sizeIjk[2] }).next();
  if (slice.done) throw new Error('no slice');
  return slice.value;
}

/** Mean HU in a disc of `radiusMm` around a world point of a slice. */
function discMean(hu: Int16Array, centreLpsMm: Vec3, radiusMm: number): number {
  const grid = paintedGrid(trunk);
  const [ci, cj] = lpsToIndex(grid, centreLpsMm);
  let sum = 0;
  let count = 0;
  for (let j = 0; j < 512; j++) {
    for (let i = 0; i < 512; i++) {
      if (Math.hypot(i - ci, j - cj) * grid.spacingMm[0] > radiusMm) continue;
      sum += hu[i + 512 * j]!;
      count++;
    }
  }
  return sum / count;
}

describe('the trunk', () => {
  it('stays below one megabyte and names its source', () => {
    expect(asset.length).toBeLessThan(1e6);
    expect(asset.toString('latin1', 12, 400)).toContain('CC BY 4.0');
  });

  it('refuses damaged bytes by name', () => {
    const broken = Uint8Array.from(asset);
    broken.fill(7, broken.length - 400);
    for (const bytes of [broken, asset.subarray(0, 300_000), new Uint8Array(5)]) {
      expect(readTrunk(bytes)).toMatchObject({ ok: false, issue: { code: 'unreadable-file', where: 'phantom/trunk.bin' } });
    }
  });
});

describe('the painted phases', { timeout: PATIENCE_MS }, () => {
  it('enhance the mass in A, wash it out in V, and leave the cyst alone', () => {
    const truth = sampleTruth(trunk);
    const means = truth.phases.map(({ phase, massCentreLpsMm, cystCentreLpsMm }) => {
      const rim: Vec3 = [massCentreLpsMm[0] + 9, massCentreLpsMm[1] - 11, massCentreLpsMm[2]];
      return {
        phase,
        rim: discMean(sliceAt(phase, rim[2]).hu, rim, 3),
        cyst: discMean(sliceAt(phase, cystCentreLpsMm[2]).hu, cystCentreLpsMm, 4),
      };
    });
    const [n, a, v] = means as [(typeof means)[0], (typeof means)[0], (typeof means)[0]];
    expect(n.rim).toBeGreaterThan(20);
    expect(n.rim).toBeLessThan(50);
    expect(a.rim).toBeGreaterThan(v.rim + 10);
    expect(v.rim).toBeGreaterThan(n.rim + 50);
    for (const { cyst } of means) expect(Math.abs(cyst - 8)).toBeLessThan(6);
  });

  it('repeat exactly, and do not depend on how the slices are shared', () => {
    const grid = paintedGrid(trunk);
    const plan = PHASE_PLANS[1]!;
    const alone = paintPhase(scene, grid, plan, { part: 40, of: grid.sizeIjk[2] }).next();
    const shared = paintPhase(buildScene(trunk, SAMPLE_SEED, grid.spacingMm[0]), grid, plan, { part: 38, of: 2 });
    shared.next();
    const later = shared.next();
    if (alone.done || later.done) throw new Error('no slice');
    expect(later.value.k).toBe(40);
    expect(Buffer.from(later.value.hu.buffer).equals(Buffer.from(alone.value.hu.buffer))).toBe(true);
  });

  it('shift the organs but not the spine', () => {
    const shifts = PHASE_PLANS.map((plan) => plan.breathShiftMm);
    expect(new Set(shifts).size).toBe(3);
    const [x, y, z] = [87, 209, 137].map((mm) => mm / 1.5) as [number, number, number];
    expect(scene.mobility.at(x, y, z)).toBeGreaterThan(0.97);
    const vertebra = trunk.tissues.indexOf('vertebra');
    let sum = 0;
    let count = 0;
    for (let p = 0; p < trunk.labels.length; p += 37) {
      if (trunk.labels[p] !== vertebra) continue;
      const [ni, nj] = trunk.sizeIjk;
      sum += scene.mobility.at(p % ni, Math.floor(p / ni) % nj, Math.floor(p / (ni * nj)));
      count++;
    }
    expect(sum / count).toBeLessThan(0.15);
  });
});

describe('the truth', { timeout: PATIENCE_MS }, () => {
  it('has two kidneys, one mass at its centre and one cyst', () => {
    const grid = paintedGrid(trunk);
    const labels = truthLabels(scene, grid, PHASE_PLANS[1]!);
    const ml = (label: number): number => labels.reduce((n, value) => n + (value === label ? 1 : 0), 0) * voxelMl(grid);
    expect(ml(LABEL.kidney)).toBeGreaterThan(300);
    expect(ml(LABEL.kidney)).toBeLessThan(420);
    // The stated ellipsoid within one part in twelve: bumps of 1.5 mm remain.
    const statedMl = ((4 / 3) * Math.PI * MASS.radiiMm[0] * MASS.radiiMm[1] * MASS.radiiMm[2]) / 1000;
    expect(Math.abs(ml(LABEL.tumour) / statedMl - 1)).toBeLessThan(1 / 12);
    expect(ml(LABEL.cyst)).toBeGreaterThan(1.5);
    expect(ml(LABEL.cyst)).toBeLessThan(3.5);
    const arterial = sampleTruth(trunk).phases[1]!;
    const at = (point: Vec3): number => {
      const [i, j, k] = lpsToIndex(grid, point).map(Math.round) as [number, number, number];
      return labels[i + 512 * (j + 512 * k)]!;
    };
    expect(at(arterial.massCentreLpsMm)).toBe(LABEL.tumour);
    expect(at(arterial.cystCentreLpsMm)).toBe(LABEL.cyst);
  });
});

describe('the files', () => {
  it('hold the painted HU at the right place', () => {
    const grid = paintedGrid(trunk);
    const hu = Int16Array.from({ length: 512 * 512 }, (_, p) => (p % 3000) - 1024);
    const { path, bytes } = sliceFile(hu, grid, 0, PHASE_PLANS[1]!);
    expect(path).toBe(`3-A/00${grid.sizeIjk[2]}.dcm`);
    const tail = new DataView(bytes.buffer, bytes.length - 512 * 512 * 2);
    expect(tail.getUint16(2 * 2500, true) - 1024).toBe(hu[2500]);
    const head = Buffer.from(bytes.subarray(0, 4000)).toString('latin1');
    expect(head.slice(128, 132)).toBe('DICM');
    expect(head).toContain('PHANTOM^RENALENS');
    expect(head).toContain(`-191.625\\-211.625\\${grid.originLpsMm[2]}`);
  });
});
