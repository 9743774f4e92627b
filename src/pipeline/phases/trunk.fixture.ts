import type { Grid } from '../../core/grid';
import { indexToLps } from '../../core/grid';
import type { SeriesFacts, Volume } from '../../core/volume';

/** HU of the painted trunk's parts. */
export interface TrunkHu {
  readonly aorta: number;
  readonly cava: number;
  readonly liver: number;
}

/**
 * A coarse upper abdomen: fat, muscle, ribs' ring left out, vertebrae with canal and spinous process, aorta left in front of
 * them, vena cava right, a liver on the right, psoas beside the spine; noise of 10 HU. 3 mm pixels, 5 mm slices, head first.
 */
export function paintTrunk({ aorta, cava, liver }: TrunkHu, withSpine = true): Volume {
  const grid: Grid = { sizeIjk: [120, 96, 30], spacingMm: [3, 3, 5], originLpsMm: [-178, -142, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
  const [ni, nj, nk] = grid.sizeIjk;
  const hu = new Int16Array(ni * nj * nk);
  let state = 9;
  let at = 0;
  for (let k = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const noise = (state / 4294967296 - 0.5) * 35;
        const [x, y, z] = indexToLps(grid, [i, j, k]);
        hu[at] = Math.round(tissueAt(x, y, z) + (tissueAt(x, y, z) > -500 ? noise : 0));
      }
  return { id: 'trunk', grid, hu };

  function tissueAt(x: number, y: number, z: number): number {
    if ((x / 165) ** 2 + (y / 125) ** 2 > 1) return -1000;
    const disc = (cx: number, cy: number, r: number): boolean => (x - cx) ** 2 + (y - cy) ** 2 < r * r;
    if (withSpine) {
      if (disc(0, 45, 9)) return 25;
      if (((x / 23) ** 2 + ((y - 22) / 16) ** 2 < 1)) return (x / 20) ** 2 + ((y - 22) / 13) ** 2 < 1 ? 190 : 550;
      if (disc(0, 48, 17) || (Math.abs(x) < 5 && y > 48 && y < 85)) return 500;
    }
    if (disc(12 + z / 40, -8, 11)) return aorta;
    if (disc(-24, -6, 12)) return cava;
    if (disc(-45, 32, 19) || disc(45, 32, 19)) return 58;
    if (((x + 85) / 62) ** 2 + ((y + 20) / 70) ** 2 < 1) return liver;
    if ((x / 150) ** 2 + (y / 110) ** 2 > 1) return -105;
    if (y > 55) return 58;
    return -100;
  }
}

/** Facts with nothing in them but what is given. */
export function bareFacts(given: Partial<SeriesFacts>): SeriesFacts {
  return {
    volumeId: 'v', studyInstanceUid: '1', seriesInstanceUid: '1.1', frameOfReferenceUid: '', description: '', modality: 'CT',
    transferSyntaxUid: '', files: 1, seriesNumber: null, acquisitionNumber: null, acquisitionTimeS: null, acquisitionDate: '20200101',
    phaseTexts: {}, bolusStartTimeS: null, convolutionKernel: '', sliceThicknessMm: null,
    patient: { name: '', id: '', birthDate: '', sex: '', ageYears: null, studyDate: '', studyDescription: '' },
    ...given,
  };
}
