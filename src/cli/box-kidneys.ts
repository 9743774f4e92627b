import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grid } from '../core/grid';
import { writeNifti } from '../nifti/write-nifti';
import { fixture, tinyManifest } from '../packs/fixtures/tiny-pack';

const GRID: Grid = { sizeIjk: [120, 100, 30], spacingMm: [3, 3, 5], originLpsMm: [-178.5, -148.5, -75], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

/** A NIfTI file for tests of the terminal: a trunk with two bright kidneys and, unless null, a ball of that HU on the left one. */
export function boxKidneys(massHu: number | null): Uint8Array {
  const [ni, nj, nk] = GRID.sizeIjk;
  const hu = new Int16Array(ni * nj * nk).fill(-1000);
  for (let k = 0, at = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        const [x, y, z] = [GRID.originLpsMm[0] + 3 * i, GRID.originLpsMm[1] + 3 * j, GRID.originLpsMm[2] + 5 * k];
        if ((x / 150) ** 2 + (y / 110) ** 2 < 1) hu[at] = 30;
        if (((Math.abs(x) - 70) / 30) ** 2 + ((y - 30) / 28) ** 2 + (z / 55) ** 2 < 1) hu[at] = 200;
        if (massHu !== null && ((x - 75) / 25) ** 2 + ((y - 20) / 25) ** 2 + (z / 25) ** 2 < 1) hu[at] = massHu;
      }
  return writeNifti(GRID, hu, { gzip: true });
}

/** Writes the tiny pack of the tests into a folder; its networks answer to bright kidneys and masses. */
export function writeTinyPack(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(tinyManifest()));
  for (const { path } of tinyManifest().files) writeFileSync(join(folder, path), fixture(path));
}
