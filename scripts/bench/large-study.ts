import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCodecs } from '../../src/cli/node-codecs';
import { quietMonitor } from '../../src/cli/quiet-monitor';
import { readPaths } from '../../src/cli/read-folder';
import { writeNifti } from '../../src/nifti/write-nifti';
import { openStudy } from '../../src/study/open-study';
import { paintedSample } from './painted-sample';

/** Slices of each phase of the study that the interaction is measured on. */
const LARGE_SLICES = 130;

/** The painted sample cut anew into 3 x 130 slices of 512 x 512, as NIfTI files named by phase. `remove` deletes them. */
export async function largeStudy(): Promise<{ readonly folder: string; remove(): void }> {
  const painted = paintedSample();
  const folder = mkdtempSync(join(tmpdir(), 'renalens-bench-large-'));
  try {
    const sources = await readPaths([painted.folder]);
    if (!sources.ok) throw new Error(sources.issue.code);
    const opened = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
    if (!opened.ok) throw new Error(opened.issue.code);
    for (const [n, { volume }] of opened.value.volumes.entries()) {
      const [ni, nj, nk] = volume.grid.sizeIjk;
      const hu = new Int16Array(ni * nj * LARGE_SLICES);
      for (let k = 0; k < LARGE_SLICES; k += 1) {
        const from = Math.floor((k * nk) / LARGE_SLICES) * ni * nj;
        hu.set(volume.hu.subarray(from, from + ni * nj), k * ni * nj);
      }
      const [di, dj, dk] = volume.grid.spacingMm;
      const grid = { ...volume.grid, sizeIjk: [ni, nj, LARGE_SLICES] as const, spacingMm: [di, dj, (dk * nk) / LARGE_SLICES] as const };
      writeFileSync(join(folder, `${['native', 'arterial', 'venous'][n] ?? String(n)}.nii`), writeNifti(grid, hu, { gzip: false }));
    }
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
  } finally {
    painted.remove();
  }
}
