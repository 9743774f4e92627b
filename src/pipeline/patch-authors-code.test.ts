import { describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { PRESETS } from '../core/presets';
import type { Patch } from '../core/reading';
import type { Vec3 } from '../core/vector';
import { cutAuthorsPatch } from './patch-authors-code';

/** Values made with the authors' crop function, skimage's resize and their normalisation (method section 2.1). */
const CASES = [
  {
    name: 'case 1, plain',
    size: [256, 240, 20],
    d: [0.7, 0.8, 3.0],
    originRas: [90.3, -110.2, -60.5],
    pRas: [20.11, -31.07, -22.2],
    voxel: [100, 98, 12],
    q: { '0,0': 632.049107, '0,223': 538.638393, '111,111': 169.049107, '112,40': -435.477679, '223,0': -186.638393, '223,223': -280.049107 },
    mean: 4.21915,
    sd: 566.576584,
    tensorMean: 0.50435943,
  },
  {
    name: 'case 2, at the border',
    size: [200, 180, 10],
    d: [0.75, 0.75, 5.0],
    originRas: [70, -60, -10],
    pRas: [-60.02, 50.4, 24.9],
    voxel: [173, 147, 6],
    q: { '0,0': -869.142857, '0,223': 0, '111,111': 710.857143, '112,40': 56.571429, '223,0': 0, '223,223': 0 },
    mean: 58.604802,
    sd: 338.861445,
    tensorMean: 0.54517415,
  },
  {
    name: 'case 3, anti-aliased',
    size: [400, 400, 8],
    d: [0.36, 0.36, 1.0],
    originRas: [72, -72, 0],
    pRas: [1.1, -2.3, 4.4],
    voxel: [196, 193, 4],
    q: { '0,0': -30.173004, '0,223': 266.551901, '111,111': -739.821429, '112,40': -97.464286, '223,0': 283.448099, '223,223': 580.173004 },
    mean: 2.325452,
    sd: 570.188724,
    tensorMean: 0.50259574,
  },
] as const;

/** The golden volume V[i,j,k] = ((7 i + 13 j + 101 k) mod 2000) - 1000 with affine diag(-d0, d1, d2) in RAS. */
function goldenVolume(size: Vec3, d: Vec3, originRas: Vec3): { id: string; grid: Grid; hu: Int16Array } {
  const grid: Grid = {
    sizeIjk: size,
    spacingMm: d,
    originLpsMm: [-originRas[0], -originRas[1], originRas[2]],
    axesLps: [[1, 0, 0], [0, -1, 0], [0, 0, 1]],
  };
  const hu = new Int16Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let k = 0; k < size[2]; k += 1)
    for (let j = 0; j < size[1]; j += 1)
      for (let i = 0; i < size[0]; i += 1, at += 1) hu[at] = ((7 * i + 13 * j + 101 * k) % 2000) - 1000;
  return { id: 'golden', grid, hu };
}

function cut(volume: { id: string; grid: Grid; hu: Int16Array }, pRas: Vec3, layout: 'asStored' | 'LAS' = 'asStored'): Patch {
  const result = cutAuthorsPatch({
    volume,
    phase: 'A',
    centreLpsMm: [-pRas[0], -pRas[1], pRas[2]],
    constants: { ...PRESETS['authors-code'], arrayLayout: layout },
  });
  if (!result.ok) throw new Error(result.issue.code);
  return result.value;
}

describe('authors-code patch, golden values', () => {
  it.each(CASES)('$name', (golden) => {
    const patch = cut(goldenVolume(golden.size, golden.d, golden.originRas), golden.pRas);
    expect(patch.centreVoxelIjk).toEqual(golden.voxel);
    for (const [place, hu] of Object.entries(golden.q)) {
      const [row, column] = place.split(',').map(Number) as [number, number];
      // Patch.hu is float32: six decimals hold for what the tensor sees, five digits behind the point here.
      expect(Math.abs(patch.hu[row * 224 + column]! - hu)).toBeLessThan(5e-5);
    }
    const n = 224 * 224;
    const mean = patch.hu.reduce((sum, x) => sum + x, 0) / n;
    const sd = Math.sqrt(patch.hu.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    expect(Math.abs(mean - golden.mean)).toBeLessThan(1e-6);
    expect(Math.abs(sd - golden.sd)).toBeLessThan(1e-6);
    const tensorMean = patch.tensor.reduce((sum, x) => sum + x, 0) / n;
    expect(Math.abs(tensorMean - golden.tensorMean)).toBeLessThan(2e-8);
  });

  it('reads the same patch from a DICOM-ordered volume under layout LAS', () => {
    const golden = CASES[0];
    const stored = goldenVolume(golden.size, golden.d, golden.originRas);
    const [ni, nj, nk] = golden.size;
    const hu = new Int16Array(stored.hu.length);
    for (let k = 0; k < nk; k += 1)
      for (let j = 0; j < nj; j += 1)
        for (let i = 0; i < ni; i += 1) hu[i + ni * (j + nj * k)] = stored.hu[i + ni * (nj - 1 - j + nj * k)]!;
    const lps = stored.grid.originLpsMm;
    const grid: Grid = {
      ...stored.grid,
      originLpsMm: [lps[0], lps[1] - (nj - 1) * golden.d[1], lps[2]],
      axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    };
    const patch = cut({ id: 'dicom', grid, hu }, golden.pRas, 'LAS');
    expect(patch.centreVoxelIjk).toEqual(golden.voxel);
    expect(Array.from(patch.hu)).toEqual(Array.from(cut(stored, golden.pRas).hu));
  });
});

describe('authors-code patch, place and refusals', () => {
  const volume = goldenVolume([64, 64, 8], [2, 2, 3], [60, -60, 0]);

  it('says where its pixels lie: the centre voxel is half a source pixel after the middle', () => {
    const patch = cut(volume, [-4, 4, 9]);
    const [c0, c1, c2] = patch.centreVoxelIjk;
    const g = volume.grid;
    const voxelLps = [g.originLpsMm[0] + 2 * c0, g.originLpsMm[1] - 2 * c1, g.originLpsMm[2] + 3 * c2];
    const middle = [0, 1, 2].map(
      (a) => patch.firstPixelLpsMm[a]! + 111.5 * patch.rowStepLpsMm[a]! + 111.5 * patch.columnStepLpsMm[a]!,
    );
    expect(voxelLps[0]! - middle[0]!).toBeCloseTo(1, 4);
    expect(voxelLps[1]! - middle[1]!).toBeCloseTo(-1, 4);
    expect(middle[2]).toBeCloseTo(voxelLps[2]!, 4);
    expect(patch.rowStepLpsMm[0]).toBeCloseTo(120 / 224, 5);
    expect(patch.columnStepLpsMm[1]).toBeCloseTo(-120 / 224, 5);
    expect(patch.sliceK).toBe(3);
  });

  it('refuses a centre outside the phase', () => {
    const result = cutAuthorsPatch({ volume, phase: 'V', centreLpsMm: [0, 0, -40], constants: PRESETS['authors-code'] });
    expect(result).toMatchObject({ ok: false, issue: { code: 'centre-outside-phase', data: { phase: 'V' } } });
  });

  it('warns when more than a fifth lies outside, which is water there', () => {
    const result = cutAuthorsPatch({ volume, phase: 'V', centreLpsMm: [-58, 58, 3], constants: PRESETS['authors-code'] });
    expect(result.ok && result.issues.map((i) => i.code)).toEqual(['patch-outside-phase']);
    expect(result.ok && result.value.hu.includes(0)).toBe(true);
  });
});
