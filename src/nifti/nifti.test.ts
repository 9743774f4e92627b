import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexToLps, lpsToIndex, voxelOffset, type Grid } from '../core/grid';
import { cross, length, scale, type Vec3 } from '../core/vector';
import golden from './golden/golden.json';
import { looksLikeNifti, readNifti } from './read-nifti';
import { writeNifti } from './write-nifti';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`./golden/${name}`, import.meta.url)));

describe('files made by nibabel', () => {
  it.each(golden)('$file: every sample is found at its LPS position', ({ file: name, samples, size }) => {
    const read = readNifti(file(name), name);
    if (!read.ok) throw new Error(read.issue.code);
    const { grid, hu } = read.value.volume;
    expect([...grid.sizeIjk].sort()).toEqual([...size].sort());
    for (const { lpsMm, hu: expected } of samples) {
      const index = lpsToIndex(grid, [lpsMm[0]!, lpsMm[1]!, lpsMm[2]!]).map((n) => Math.round(n)) as [number, number, number];
      const back = indexToLps(grid, index);
      expect(Math.hypot(back[0] - lpsMm[0]!, back[1] - lpsMm[1]!, back[2] - lpsMm[2]!)).toBeLessThan(0.01);
      expect(hu[voxelOffset(grid, ...index)]).toBe(expected);
    }
  });

  it('puts the axes in the order left, back, head whatever the file has', () => {
    for (const { file: name } of golden) {
      const read = readNifti(file(name), name);
      if (!read.ok) throw new Error(read.issue.code);
      read.value.volume.grid.axesLps.forEach((axis, n) => expect(axis[n as 0 | 1 | 2]).toBeGreaterThan(0.7));
    }
  });
});

/** Three orthonormal axes from two random directions; left-handed when asked. */
const axes = fc
  .tuple(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }), fc.boolean())
  .map(([v, flip]) => {
    const a: Vec3 = [v[0]!, v[1]!, v[2]!];
    const b: Vec3 = [v[3]!, v[4]!, v[5]!];
    const n = cross(a, b);
    if (length(a) < 0.1 || length(n) < 0.05) return null;
    const i = scale(a, 1 / length(a));
    const k = scale(n, (flip ? -1 : 1) / length(n));
    const j = scale(cross(n, i), 1 / length(n));
    return [i, j, k] as const;
  })
  .filter((made) => made !== null);

describe('what is written is read back', () => {
  it('keeps every voxel at its place for any rotation, mirrored or not', () => {
    fc.assert(
      fc.property(axes, fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), fc.boolean(), (axesLps, sizeIjk, gzip) => {
        const grid: Grid = { sizeIjk, spacingMm: [0.7, 0.9, 2.5], originLpsMm: [-120.5, 33.25, 801], axesLps };
        const data = Int16Array.from({ length: sizeIjk[0] * sizeIjk[1] * sizeIjk[2] }, (_, n) => 7 * n - 500);
        const read = readNifti(writeNifti(grid, data, { gzip }), 'case.nii.gz');
        if (!read.ok) throw new Error(read.issue.code);
        const back = read.value.volume;
        for (let k = 0; k < sizeIjk[2]; k++) {
          for (let j = 0; j < sizeIjk[1]; j++) {
            for (let i = 0; i < sizeIjk[0]; i++) {
              const at = lpsToIndex(back.grid, indexToLps(grid, [i, j, k]));
              const rounded = at.map((n) => Math.round(n)) as [number, number, number];
              expect(Math.max(...at.map((n, axis) => Math.abs(n - rounded[axis]!)))).toBeLessThan(1e-3);
              expect(back.hu[voxelOffset(back.grid, ...rounded)]).toBe(data[voxelOffset(grid, i, j, k)]);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives qform and sform the same meaning', () => {
    fc.assert(
      fc.property(axes, (axesLps) => {
        const grid: Grid = { sizeIjk: [3, 4, 5], spacingMm: [0.7, 0.9, 2.5], originLpsMm: [-1, 2, 3], axesLps };
        const bytes = writeNifti(grid, new Int16Array(60), { gzip: false });
        const sform = readNifti(bytes, 'a.nii');
        new DataView(bytes.buffer).setInt16(254, 0, true);
        const qform = readNifti(bytes, 'a.nii');
        if (!sform.ok || !qform.ok) throw new Error('not read');
        // An axis at 45 degrees may be named either way by rounding; then there is nothing to compare.
        const [a, b] = [sform.value.volume.grid, qform.value.volume.grid];
        fc.pre(a.sizeIjk.join() === b.sizeIjk.join());
        fc.pre(a.axesLps.every((axis, n) => axis[0] * b.axesLps[n]![0] + axis[1] * b.axesLps[n]![1] + axis[2] * b.axesLps[n]![2] > 0));
        const [p, q] = [indexToLps(a, [2, 2, 2]), indexToLps(b, [2, 2, 2])];
        // The format's own limit: with a near 0, three float32 numbers fix the fourth to a few ten-thousandths only.
        expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeLessThan(0.01);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what is no NIfTI', () => {
  const grid: Grid = { sizeIjk: [2, 2, 2], spacingMm: [1, 1, 1], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
  const whole = (): Uint8Array<ArrayBuffer> => writeNifti(grid, new Uint8Array(8), { gzip: false });

  it('names what is wrong', () => {
    const code = (bytes: Uint8Array): string => {
      const read = readNifti(bytes, 'x.nii');
      return read.ok ? 'ok' : read.issue.code;
    };
    expect(code(whole())).toBe('ok');
    expect(code(whole().subarray(0, 355))).toBe('truncated-file');
    expect(code(whole().subarray(0, 300))).toBe('nifti-unreadable');
    expect(code(Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3]))).toBe('nifti-unreadable');
    const flat = whole();
    for (const at of [280, 296, 312]) new DataView(flat.buffer).setFloat32(at, 0, true);
    expect(code(flat)).toBe('missing-geometry');
    const series = whole();
    new DataView(series.buffer).setInt16(40, 4, true);
    new DataView(series.buffer).setInt16(48, 3, true);
    expect(code(series)).toBe('nifti-unreadable');
  });

  it('is known by content', () => {
    expect(looksLikeNifti(whole(), 'noname')).toBe(true);
    expect(looksLikeNifti(new Uint8Array(400), 'noname')).toBe(false);
  });
});
