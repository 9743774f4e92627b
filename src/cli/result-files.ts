import { writeNpy } from '../core/npy';
import type { LabelMap } from '../core/label-map';
import type { Reading } from '../core/reading';
import type { Volume } from '../core/volume';
import { writeNifti } from '../nifti/write-nifti';
import { axialFrame } from '../pipeline/axial-frame';
import { upsampleToPatch } from '../pipeline/cam';
import { patchGrid } from '../report/patch-grid';
import { heatmapFile, networkInputFile, patchFile, type Report } from '../report/report';

/** Name of the label map's file. */
export const LABELS_FILE = 'labels.nii.gz';

/** Everything that `analyse` writes, by file name. `volumes` are those that were read. */
export function resultFiles(input: {
  readonly report: Report;
  readonly reading: Reading;
  readonly labelMap: LabelMap | null;
  readonly volumes: readonly Volume[];
  readonly savePatches: boolean;
}): ReadonlyMap<string, Uint8Array | string> {
  const { reading, labelMap } = input;
  const files = new Map<string, Uint8Array | string>();
  files.set('report.json', `${JSON.stringify(input.report, null, 1)}\n`);
  if (labelMap !== null) files.set(LABELS_FILE, writeNifti(labelMap.grid, labelMap.labels, { gzip: true }));
  for (const heatmap of reading.heatmaps) {
    const patch = reading.patches.find((candidate) => candidate.phase === heatmap.phase);
    const volume = input.volumes.find((candidate) => candidate.id === patch?.volumeId);
    if (patch === undefined || volume === undefined) continue;
    // As thick as the phase's slices, so that it covers the slice that was read when laid over the CT.
    const thicknessMm = volume.grid.spacingMm[axialFrame(volume.grid).axes[2]];
    files.set(heatmapFile(heatmap), writeNifti(patchGrid(patch, thicknessMm), upsampleToPatch(heatmap, patch.sizePx), { gzip: true }));
  }
  if (input.savePatches) {
    for (const patch of reading.patches) {
      const shape = [patch.sizePx, patch.sizePx];
      files.set(patchFile(patch), writeNpy({ shape, data: patch.hu }));
      files.set(networkInputFile(patch), writeNpy({ shape, data: patch.tensor }));
    }
  }
  return files;
}

/** True for files that an earlier run of `analyse` may have left. */
export function isResultFile(name: string): boolean {
  return name === 'report.json' || name === LABELS_FILE || /^cam-[a-z]+-[a-z]+-[NAV]\.nii\.gz$/.test(name) || /^(patch|input)-[NAV]\.npy$/.test(name);
}
