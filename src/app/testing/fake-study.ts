import type { Grid } from '../../core/grid';
import type { SeriesFacts, Volume } from '../../core/volume';

/** A simple painted abdomen for looking at the page without a study. Not anatomy, not in the shipped bundle. */
export interface FakeSize {
  readonly columns: number;
  readonly slices: number;
}

const ENHANCEMENT = {
  N: { aorta: 42, cortex: 34, medulla: 32, liver: 55, spleen: 48, tumour: 36 },
  A: { aorta: 310, cortex: 190, medulla: 70, liver: 72, spleen: 120, tumour: 150 },
  V: { aorta: 155, cortex: 185, medulla: 170, liver: 108, spleen: 118, tumour: 95 },
} as const;

/** Grid of the fake volumes: 384 mm wide, 200 mm high. */
export function fakeGrid({ columns, slices }: FakeSize, shiftMm: number): Grid {
  const mm = 384 / columns;
  return {
    sizeIjk: [columns, columns, slices],
    spacingMm: [mm, mm, 200 / slices],
    originLpsMm: [-192, -192, -120 + shiftMm],
    axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  };
}

const inside = (x: number, y: number, z: number, c: readonly [number, number, number], r: readonly [number, number, number]): number =>
  ((x - c[0]) / r[0]) ** 2 + ((y - c[1]) / r[1]) ** 2 + ((z - c[2]) / r[2]) ** 2;

/** Tissue at a point (LPS mm): 0 air, 1 fat, 2 muscle, 3 bone, 4 liver, 5 spleen, 6 aorta, 7 cortex, 8 medulla, 9 tumour, 10 cyst, 11 gut. */
export function fakeTissue(x: number, y: number, z: number): number {
  if (inside(x, y, 0, [0, 0, 0], [172, 122, 1e9]) > 1) return 0;
  if (inside(x, y, z, [-78, 44, -25], [24, 24, 22]) < 1) return 9;
  if (inside(x, y, z, [88, 22, 5], [13, 13, 13]) < 1) return 10;
  for (const side of [-1, 1]) {
    const kidney = inside(x, y, z, [side * 68, 36, -10], [29, 25, 56]);
    if (kidney < 1) return inside(x, y, z, [side * 56, 32, -10], [19, 15, 40]) < 1 ? 8 : 7;
  }
  if (inside(x, y, 0, [0, 62, 0], [22, 19, 1e9]) < 1) return 3;
  if (inside(x, y, 0, [12, 34, 0], [11, 11, 1e9]) < 1) return 6;
  if (inside(x, y, z, [-70, -20, 60], [88, 76, 75]) < 1) return 4;
  if (inside(x, y, z, [110, 10, 50], [34, 48, 46]) < 1) return 5;
  if (inside(x, y, z, [30, -50, -40], [70, 34, 60]) < 1) return 11;
  const wall = inside(x, y, 0, [0, 0, 0], [150, 102, 1e9]);
  if (wall > 0.88 && wall < 1) return 2;
  if (inside(x, y, 0, [-40, 76, 0], [30, 22, 1e9]) < 1 || inside(x, y, 0, [40, 76, 0], [30, 22, 1e9]) < 1) return 2;
  return 1;
}

/** Paints one phase; `shiftMm` moves the patient along the body axis. */
export function fakeVolume(id: string, phase: 'N' | 'A' | 'V', size: FakeSize, shiftMm: number): Volume {
  const grid = fakeGrid(size, shiftMm);
  const e = ENHANCEMENT[phase];
  const hu = [-1000, -102, 56, 420, e.liver, e.spleen, e.aorta, e.cortex, e.medulla, e.tumour, 6, 28];
  const [ni, nj, nk] = grid.sizeIjk;
  const out = new Int16Array(ni * nj * nk);
  let seed = 12345;
  for (let k = 0, o = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, o++) {
        const tissue = fakeTissue(-192 + i * grid.spacingMm[0], -192 + j * grid.spacingMm[1], -120 + k * grid.spacingMm[2]);
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        out[o] = hu[tissue]! + (tissue === 0 ? 0 : ((seed >> 12) % 31) - 15);
      }
    }
  }
  return { id, grid, hu: out };
}

/** Facts as a scanner would write them. */
export function fakeFacts(volume: Volume, description: string, seriesNumber: number): SeriesFacts {
  return {
    volumeId: volume.id,
    studyInstanceUid: '2.25.1',
    seriesInstanceUid: volume.id,
    frameOfReferenceUid: '2.25.2',
    description,
    modality: 'CT',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    files: volume.grid.sizeIjk[2],
    seriesNumber,
    acquisitionNumber: seriesNumber,
    acquisitionTimeS: 36000 + 30 * seriesNumber,
    acquisitionDate: '20260312',
    phaseTexts: {},
    bolusStartTimeS: null,
    convolutionKernel: 'B30f',
    sliceThicknessMm: 2.5,
    patient: { name: 'FAKE^PATIENT', id: 'F-0001', birthDate: '', sex: 'F', ageYears: 61, studyDate: '20260312', studyDescription: 'CT ABDOMEN' },
  };
}
