import { describe, expect, it } from 'vitest';
import { indexToLps, type Grid } from '../core/grid';
import type { RigidMap } from '../core/ports';
import { PRESETS } from '../core/presets';
import { length, subtract, type Vec3 } from '../core/vector';
import { automaticCentre, centreByHand } from './centre';
import { findMasses, indexMass, withRegisteredMeans } from './masses';
import { linearVolume, ORIENTATIONS, restore, turnedAxes, type Stored } from './orient.fixture';
import { readSlice } from './slice';

const GRID: Grid = { sizeIjk: [120, 90, 40], spacingMm: [2, 2, 3], originLpsMm: [-119, -60, 500], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

/** Fills an ellipsoid of a label; half axes in mm. */
function put(stored: Stored<Uint8Array>, centre: Vec3, half: Vec3, label: number): void {
  const [ni, nj, nk] = stored.grid.sizeIjk;
  let at = 0;
  for (let k = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        const d = subtract(indexToLps(stored.grid, [i, j, k]), centre);
        if ((d[0] / half[0]) ** 2 + (d[1] / half[1]) ** 2 + (d[2] / half[2]) ** 2 <= 1) stored.data[at] = label;
      }
}

/** Two kidneys, a tumour of 30 x 24 x 36 mm on the left, a small one and a cyst on the right, a speck. */
function patient(grid: Grid = GRID): Stored<Uint8Array> {
  const stored = { grid, data: new Uint8Array(grid.sizeIjk[0] * grid.sizeIjk[1] * grid.sizeIjk[2]) };
  put(stored, [-60, 20, 560], [24, 26, 48], 1);
  put(stored, [60, 20, 560], [24, 26, 48], 1);
  put(stored, [70, 10, 570], [15, 12, 18], 2);
  put(stored, [-60, 40, 540], [8, 8, 8], 2);
  put(stored, [-70, 0, 590], [11, 11, 11], 3);
  put(stored, [-40, 60, 600], [1.5, 1.5, 2], 2);
  return stored;
}

const find = (stored: Stored<Uint8Array>, preset: 'paper' | 'authors-code' = 'paper') =>
  findMasses({ labelMap: { volumeId: 'v', grid: stored.grid, labels: stored.data }, volumes: {}, constants: PRESETS[preset] });

describe('masses', () => {
  it('finds tumours before cysts, larger before smaller, specks not at all', () => {
    const { masses } = find(patient());
    expect(masses.map((m) => [m.label, m.side])).toEqual([['tumour', 'left'], ['tumour', 'right'], ['cyst', 'right']]);
    expect(indexMass(masses, PRESETS.paper)?.id).toBe(masses[0]!.id);
    expect(masses[0]!.volumeMl).toBeGreaterThan(0.95 * ((4 / 3) * Math.PI * 1.5 * 1.2 * 1.8));
    expect(masses[0]!.volumeMl).toBeLessThan(1.05 * ((4 / 3) * Math.PI * 1.5 * 1.2 * 1.8));
    const [longest, across, along] = masses[0]!.diametersMm;
    expect(Math.abs(longest - 30)).toBeLessThan(2);
    expect(Math.abs(across - 24)).toBeLessThan(2.1);
    expect(Math.abs(along - 36)).toBeLessThanOrEqual(3);
    expect(length(subtract(masses[0]!.centreLpsMm, [70, 10, 570]))).toBeLessThan(0.5);
    expect(masses[0]!.touchesBorder).toBe(false);
  });

  it('keeps the speck under the published code, which has no smallest volume', () => {
    expect(find(patient(), 'authors-code').masses.filter((m) => m.label === 'tumour')).toHaveLength(3);
  });

  it('offers no cyst as the mass to be read', () => {
    const stored = patient();
    stored.data.forEach((label, n) => label === 2 && (stored.data[n] = 1));
    const { masses } = find(stored);
    expect(masses.map((m) => m.label)).toEqual(['cyst']);
    expect(indexMass(masses, PRESETS.paper)).toBeNull();
  });

  it('joins by faces only', () => {
    const stored = { grid: { ...GRID, spacingMm: [10, 10, 10] as Vec3 }, data: new Uint8Array(120 * 90 * 40) };
    const at = (i: number, j: number, k: number): number => i + 120 * (j + 90 * k);
    for (const n of [at(10, 10, 10), at(11, 10, 10), at(12, 11, 10), at(13, 11, 11), at(13, 11, 12)]) stored.data[n] = 2;
    expect(find(stored).masses.map((m) => Math.round(m.volumeMl))).toEqual([2, 2, 1]);
  });

  it('knows a U as one component, whatever order its arms are met in', () => {
    const stored = { grid: GRID, data: new Uint8Array(120 * 90 * 40) };
    for (let j = 20; j < 50; j += 1) for (const i of [30, 40, 50]) stored.data[i + 120 * (j + 90 * 10)] = 2;
    for (let i = 30; i <= 50; i += 1) stored.data[i + 120 * (49 + 90 * 10)] = 2;
    expect(find(stored).masses).toHaveLength(1);
  });

  it('says the same of every storage order', () => {
    const stored = patient();
    const plain = find(stored).masses;
    for (const { order, flips } of ORIENTATIONS.filter((_, n) => n % 7 === 0)) {
      const { masses } = find(restore(stored, order, flips));
      masses.forEach((mass, n) => {
        expect(mass).toMatchObject({ label: plain[n]!.label, side: plain[n]!.side });
        expect(mass.volumeMl).toBeCloseTo(plain[n]!.volumeMl, 9);
        expect(length(subtract(mass.centreLpsMm, plain[n]!.centreLpsMm))).toBeLessThan(1e-9);
        mass.diametersMm.forEach((mm, a) => expect(mm).toBeCloseTo(plain[n]!.diametersMm[a]!, 6));
      });
    }
  });

  it('takes the side from the body where there is one kidney only', () => {
    const stored = { grid: GRID, data: new Uint8Array(120 * 90 * 40) };
    put(stored, [-40, 20, 560], [20, 20, 40], 1);
    put(stored, [-30, 10, 560], [10, 10, 10], 2);
    const body = linearVolume(GRID, [0, 0, 0], -1000);
    for (let k = 0; k < 40; k += 1) for (let j = 10; j < 80; j += 1) for (let i = 2; i < 70; i += 1) body.data[i + 120 * (j + 90 * k)] = 30;
    // The body's middle lies at -119 + 2 x 35.5 = -48 mm: the mass at -30 is on the left.
    const volumes = { A: { id: 'v', grid: GRID, hu: body.data } };
    const { masses } = findMasses({ labelMap: { volumeId: 'v', grid: GRID, labels: stored.data }, volumes, constants: PRESETS.paper });
    expect(masses[0]!.side).toBe('left');
  });

  it('reads the mean HU of every phase through the world', () => {
    const stored = patient();
    const same = linearVolume(GRID, [1, 2, 3], 0);
    const other: Grid = { sizeIjk: [90, 90, 50], spacingMm: [2.5, 2.2, 2.5], originLpsMm: [-110, -70, 490], axesLps: turnedAxes(3, -2, 5) };
    const turned = linearVolume(other, [1, 0, 2], -20);
    const volumes = { A: { id: 'a', grid: GRID, hu: same.data }, V: { id: 'v', grid: other, hu: turned.data } };
    const { masses } = findMasses({ labelMap: { volumeId: 'a', grid: GRID, labels: stored.data }, volumes, constants: PRESETS.paper });
    const mass = masses[0]!;
    const index = subtract(mass.centreLpsMm, GRID.originLpsMm).map((mm, a) => mm / GRID.spacingMm[a]!);
    expect(mass.meanHu.A).toBeCloseTo(index[0]! + 2 * index[1]! + 3 * index[2]!, 6);
    expect(mass.meanHu.N).toBeUndefined();
    const d = subtract(mass.centreLpsMm, other.originLpsMm);
    const along = (a: 0 | 1 | 2): number => (d[0] * other.axesLps[a][0] + d[1] * other.axesLps[a][1] + d[2] * other.axesLps[a][2]) / other.spacingMm[a];
    expect(mass.meanHu.V).toBeCloseTo(-20 + along(0) + 2 * along(2), 1);
  });

  it('reads the mean HU of a phase where its registration puts the mass', () => {
    const stored = patient();
    const hu = linearVolume(GRID, [1, 2, 3], 0).data;
    const volumes = { N: { id: 'n', grid: GRID, hu }, A: { id: 'a', grid: GRID, hu }, V: { id: 'v', grid: GRID, hu } };
    const labelMap = { volumeId: 'a', grid: GRID, labels: stored.data };
    const { masses, components } = findMasses({ labelMap, volumes, constants: PRESETS.paper });
    const shift = (voxels: readonly [number, number, number]): RigidMap => ({
      rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      translationMm: [voxels[0] * GRID.spacingMm[0], voxels[1] * GRID.spacingMm[1], voxels[2] * GRID.spacingMm[2]],
      centreLpsMm: [0, 0, 0], similarityBefore: 0, similarityAfter: 1,
    });
    const moved = withRegisteredMeans({ masses, components, labelMap, volumes, maps: new Map([['V', shift([1, -2, 2])]]) });
    expect(moved).toHaveLength(masses.length);
    moved.forEach(({ meanHu }, n) => {
      const before = masses[n]!.meanHu;
      expect([meanHu.A, meanHu.N]).toEqual([before.A, before.N]);
      expect(meanHu.V! - before.V!).toBeCloseTo(1 - 4 + 6, 6);
    });
    // Outlines on a phase that is itself mapped: the way leads over the reference, for phases without a map too.
    const over = withRegisteredMeans({ masses, components, labelMap, volumes, maps: new Map([['A', shift([1, 0, 0])], ['V', shift([0, 1, 0])]]) });
    expect(over[0]!.meanHu.A).toBe(masses[0]!.meanHu.A);
    expect(over[0]!.meanHu.V! - masses[0]!.meanHu.V!).toBeCloseTo(2 - 1, 6);
    expect(over[0]!.meanHu.N! - masses[0]!.meanHu.N!).toBeCloseTo(-1, 6);
  });

  it('marks a mass at the border of the volume', () => {
    const stored = patient();
    put(stored, [70, 10, 500], [15, 12, 18], 2);
    expect(find(stored).masses.filter((m) => m.touchesBorder)).toHaveLength(1);
  });
});

describe('centre and slice', () => {
  it('is the exact centroid, or the truncated voxel of the authors array', () => {
    const stored = patient();
    const { masses, components } = find(stored);
    const mass = masses[0]!;
    const exact = automaticCentre({ components, grid: GRID, mass, constants: PRESETS.paper });
    expect(exact).toMatchObject({ source: 'automatic', massId: mass.id });
    expect(length(subtract(exact.pointLpsMm, mass.centreLpsMm))).toBeLessThan(1e-9);
    const cut = automaticCentre({ components, grid: GRID, mass, constants: PRESETS['authors-code'] });
    const d = subtract(cut.pointLpsMm, exact.pointLpsMm);
    // Truncation goes to index 0: in LAS that is to the right, to the back and down.
    expect(d[0]).toBeLessThanOrEqual(1e-5);
    expect(d[0]).toBeGreaterThan(-2);
    expect(d[1]).toBeGreaterThanOrEqual(-1e-5);
    expect(d[1]).toBeLessThan(2);
    expect(d[2]).toBeLessThanOrEqual(1e-5);
    expect(d[2]).toBeGreaterThan(-3);
    const index = subtract(cut.pointLpsMm, GRID.originLpsMm).map((mm, a) => mm / GRID.spacingMm[a]!);
    index.forEach((n) => expect(Math.abs(n - Math.round(n))).toBeLessThan(1e-5));
  });

  it('takes a point set by hand as it is, or on the voxel below', () => {
    const pointLpsMm: Vec3 = [10.4, 3.3, 512.2];
    expect(centreByHand({ grid: GRID, pointLpsMm, constants: PRESETS.paper }).pointLpsMm).toEqual(pointLpsMm);
    const cut = centreByHand({ grid: GRID, pointLpsMm, constants: PRESETS['authors-code'] }).pointLpsMm;
    expect(cut[0]).toBeCloseTo(9, 4);
    expect(cut[1]).toBeCloseTo(4, 4);
    expect(cut[2]).toBeCloseTo(512, 4);
  });

  it('reads the slice with most of the mass, unless the centre was set by hand', () => {
    const stored = { grid: GRID, data: new Uint8Array(120 * 90 * 40) };
    put(stored, [60, 10, 560], [12, 12, 24], 2);
    put(stored, [60, 10, 581], [20, 20, 5], 2);
    const { masses, components } = find(stored);
    const mass = masses[0]!;
    const centre = automaticCentre({ components, grid: GRID, mass, constants: PRESETS.paper });
    const at = (rule: 'max-area' | 'centre', by: 'automatic' | 'by-hand'): number =>
      readSlice({ components, grid: GRID, mass, centre: { ...centre, source: by }, rule });
    expect(at('max-area', 'automatic')).toBe(27);
    const nearest = Math.floor((centre.pointLpsMm[2] - 500) / 3 + 0.5);
    expect(at('max-area', 'by-hand')).toBe(nearest);
    expect(at('centre', 'automatic')).toBe(nearest);
    expect(nearest).not.toBe(27);
  });

  it('breaks ties by the distance to the centre', () => {
    const stored = { grid: GRID, data: new Uint8Array(120 * 90 * 40) };
    for (let k = 10; k <= 20; k += 1) for (let j = 30; j < 40; j += 1) for (let i = 80; i < 90; i += 1) stored.data[i + 120 * (j + 90 * k)] = 2;
    const { masses, components } = find(stored);
    const centre = automaticCentre({ components, grid: GRID, mass: masses[0]!, constants: PRESETS.paper });
    expect(readSlice({ components, grid: GRID, mass: masses[0]!, centre, rule: 'max-area' })).toBe(15);
  });
});
