import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexToLps, voxelOffset, type Grid } from '../core/grid';
import { addScaled, cross, length, scale, type Vec3 } from '../core/vector';
import { keepingMonitor, makeSlice, memorySource, NO_CODECS, type MadeSlice } from './fixtures/make-object';
import { readStudy, type StudyVolume } from './read-study';

/** The anatomy: three volumes whose HU are 150 times the coordinate in mm, so that a voxel tells where it believes to be. */
const AXES = [0, 1, 2] as const;
const HU_PER_MM = 150;

async function read(files: readonly Uint8Array[]): Promise<{ volumes: readonly StudyVolume[]; codes: readonly string[] }> {
  const monitor = keepingMonitor();
  const study = await readStudy({ sources: files.map((bytes, n) => memorySource(`f${n}`, bytes)), codecs: NO_CODECS, monitor, onVolume: () => undefined });
  return { volumes: study.ok ? study.value.volumes : [], codes: monitor.codes() };
}

/** Largest distance between where voxels are and where their three values say they are; voxels outside the scan do not count. */
function worstErrorMm(volumes: readonly StudyVolume[]): { mm: number; compared: number } {
  const grid = volumes[0]!.volume.grid;
  const [ni, nj, nk] = grid.sizeIjk;
  let mm = 0;
  let compared = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) {
        const values = volumes.map(({ volume }) => volume.hu[voxelOffset(grid, i, j, k)]!);
        if (values.every((value) => value === -1024)) continue;
        const at = indexToLps(grid, [i, j, k]);
        mm = Math.max(mm, ...AXES.map((axis) => Math.abs(values[axis]! / HU_PER_MM - at[axis])));
        compared++;
      }
    }
  }
  return { mm, compared };
}

const unitVectors = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((v): readonly [Vec3, Vec3] | null => {
    const a: Vec3 = [v[0]!, v[1]!, v[2]!];
    const n = cross(a, [v[3]!, v[4]!, v[5]!]);
    if (length(a) < 0.1 || length(n) < 0.05) return null;
    const row = scale(a, 1 / length(a));
    return [row, cross(scale(n, 1 / length(n)), row)];
  })
  .filter((made) => made !== null);

/** Near enough for every stored value to fit 16 bits at slope 0.5. */
const near = fc.double({ min: -30, max: 30, noNaN: true });

const plane = fc.record({
  axes: fc.oneof(
    unitVectors,
    // Axial, coronal, sagittal, and each with rows or columns turned round.
    fc.constantFrom<readonly [Vec3, Vec3]>(
      [[1, 0, 0], [0, 1, 0]],
      [[-1, 0, 0], [0, 1, 0]],
      [[1, 0, 0], [0, -1, 0]],
      [[-1, 0, 0], [0, -1, 0]],
      [[0, -1, 0], [1, 0, 0]],
      [[1, 0, 0], [0, 0, -1]],
      [[0, 1, 0], [0, 0, -1]],
      [[0, 1, 0], [0, 0, 1]],
    ),
  ),
  origin: fc.tuple(near, near, near),
  spacing: fc.tuple(fc.double({ min: 0.5, max: 1.5, noNaN: true }), fc.double({ min: 0.5, max: 1.5, noNaN: true })),
  stepMm: fc.double({ min: 0.6, max: 8, noNaN: true }),
  slices: fc.integer({ min: 2, max: 6 }),
  seed: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
});

interface Scan {
  readonly axes: readonly [Vec3, Vec3];
  readonly origin: Vec3;
  readonly spacing: readonly [number, number];
  readonly alongMm: readonly number[];
  /** Direction in which slices follow each other; its part along the normal is 1. */
  readonly direction: Vec3;
}

/** One series per coordinate axis; the slices of each in random file order, rescaled differently from slice to slice. */
function scanFiles(scan: Scan, random: () => number): readonly Uint8Array[] {
  const files = AXES.flatMap((axis) =>
    scan.alongMm.map((along, n) => {
      const slice: MadeSlice = {
        positionLpsMm: addScaled(scan.origin, scan.direction, along),
        rowAxis: scan.axes[0],
        columnAxis: scan.axes[1],
        spacingMm: scan.spacing,
        rows: 7,
        columns: 9,
        hu: (point) => HU_PER_MM * point[axis],
        slope: n % 2 === 0 ? 1 : 0.5,
        intercept: n % 2 === 0 ? -1000 : 3,
      };
      return makeSlice(slice, { SeriesInstanceUID: `1.2.3.${axis}`, SeriesNumber: axis, SOPInstanceUID: `1.2.3.${axis}.${n}`, InstanceNumber: 1 + Math.floor(1000 * random()) });
    }),
  );
  return files.map((file) => ({ file, key: random() })).sort((a, b) => a.key - b.key).map(({ file }) => file);
}

/** Numbers of a stream, one by one. */
function drawFrom(stream: Iterator<number, unknown>): () => number {
  return () => {
    const next = stream.next();
    return next.done === true ? 0 : next.value;
  };
}

function bySeries(volumes: readonly StudyVolume[]): readonly StudyVolume[] {
  return [...volumes].sort((a, b) => (a.facts.seriesNumber ?? 0) - (b.facts.seriesNumber ?? 0));
}

describe('positions', () => {
  it('are the same in LPS for any orientation, order of files, numbering and rescale', async () => {
    await fc.assert(
      fc.asyncProperty(plane, async ({ axes, origin, spacing, stepMm, slices, seed }) => {
        const random = drawFrom(seed);
        const alongMm = Array.from({ length: slices }, (_, n) => n * stepMm);
        const { volumes, codes } = await read(scanFiles({ axes, origin, spacing, alongMm, direction: cross(axes[0], axes[1]) }, random));
        expect(codes).toEqual([]);
        expect(volumes.length).toBe(3);
        const { mm, compared } = worstErrorMm(bySeries(volumes));
        expect(compared).toBe(9 * 7 * slices);
        expect(mm).toBeLessThan(0.01);
      }),
      { numRuns: 60 },
    );
  });

  it('survive a tilted gantry: a straight grid, marked, with every point where it was', async () => {
    await fc.assert(
      fc.asyncProperty(plane, fc.double({ min: 3, max: 30, noNaN: true }), async ({ origin, spacing, stepMm, seed }, degrees) => {
        const tilt = (degrees * Math.PI) / 180;
        const axes: readonly [Vec3, Vec3] = [[1, 0, 0], [0, Math.cos(tilt), -Math.sin(tilt)]];
        const direction: Vec3 = [0, 0, 1 / Math.cos(tilt)];
        // Enough slices for some planes of the straight grid to lie between them everywhere.
        const alongMm = Array.from({ length: 8 }, (_, n) => n * stepMm);
        const { volumes, codes } = await read(scanFiles({ axes, origin, spacing, alongMm, direction }, drawFrom(seed)));
        expect(new Set(codes)).toEqual(new Set(['gantry-tilt']));
        const sorted = bySeries(volumes);
        expect(sorted[0]!.volume.grid.axesLps[2][2]).toBeCloseTo(1, 6);
        expect(sorted[0]!.volume.grid.axesLps[0][0]).toBeCloseTo(1, 6);
        const { mm, compared } = worstErrorMm(sorted);
        expect(compared).toBeGreaterThan(63);
        // Two roundings to whole HU, each a three-hundredth of a millimetre, and the slack at the edges.
        expect(mm).toBeLessThan(0.01);
      }),
      { numRuns: 40 },
    );
  });

  it('survive uneven spacing: resampled, named, with every point where it was', async () => {
    await fc.assert(
      fc.asyncProperty(plane, fc.double({ min: 0.3, max: 0.45, noNaN: true }), async ({ axes, origin, spacing, stepMm, seed }, shift) => {
        const alongMm = [0, 1, 2, 3 + shift, 4 + shift, 5 + shift].map((n) => n * stepMm);
        const { volumes, codes } = await read(scanFiles({ axes, origin, spacing, alongMm, direction: cross(axes[0], axes[1]) }, drawFrom(seed)));
        expect(new Set(codes)).toEqual(new Set(['uneven-slices']));
        const { mm, compared } = worstErrorMm(bySeries(volumes));
        expect(compared).toBeGreaterThanOrEqual(9 * 7 * 5);
        expect(mm).toBeLessThan(0.01);
      }),
      { numRuns: 40 },
    );
  });

  it('leave a hole where slices are missing and close nothing', async () => {
    await fc.assert(
      fc.asyncProperty(plane, fc.integer({ min: 1, max: 4 }), async ({ axes, origin, spacing, stepMm, seed }, lost) => {
        const alongMm = [0, 1, 2, 3, 4, 5].filter((n) => n !== lost).map((n) => n * stepMm);
        const { volumes, codes } = await read(scanFiles({ axes, origin, spacing, alongMm, direction: cross(axes[0], axes[1]) }, drawFrom(seed)));
        expect(new Set(codes)).toEqual(new Set(['missing-slices']));
        const sorted = bySeries(volumes);
        const grid: Grid = sorted[0]!.volume.grid;
        expect(grid.sizeIjk[2]).toBe(6);
        expect(worstErrorMm(sorted).mm).toBeLessThan(0.01);
        for (const { volume } of sorted) expect(new Set(volume.hu.subarray(63 * lost, 63 * (lost + 1)))).toEqual(new Set([-1024]));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a landmark painted into a phantom', () => {
  it('is found where it was put, straight and tilted', async () => {
    const landmark: Vec3 = [12.3, -4.7, 31.9];
    for (const degrees of [0, 18.5]) {
      const tilt = (degrees * Math.PI) / 180;
      const files = Array.from({ length: 45 }, (_, n) =>
        makeSlice({
          positionLpsMm: [-20, -40, 2 * n - 10],
          rowAxis: [1, 0, 0],
          columnAxis: [0, Math.cos(tilt), -Math.sin(tilt)],
          spacingMm: [1, 1],
          rows: 80,
          columns: 64,
          hu: (p) => 2000 * Math.exp(-((p[0] - landmark[0]) ** 2 + (p[1] - landmark[1]) ** 2 + (p[2] - landmark[2]) ** 2) / (2 * 4 ** 2)),
        }, { SOPInstanceUID: `1.${n}`, InstanceNumber: 45 - n }),
      );
      const { volumes } = await read(files);
      const { grid, hu } = volumes[0]!.volume;
      let sum = 0;
      let centroid: Vec3 = [0, 0, 0];
      hu.forEach((value, offset) => {
        if (value <= 0) return;
        const [ni, nj] = grid.sizeIjk;
        const at = indexToLps(grid, [offset % ni, Math.floor(offset / ni) % nj, Math.floor(offset / (ni * nj))]);
        centroid = addScaled(centroid, at, value);
        sum += value;
      });
      const found = scale(centroid, 1 / sum);
      for (const axis of AXES) expect(Math.abs(found[axis] - landmark[axis])).toBeLessThan(0.01);
    }
  });
});
