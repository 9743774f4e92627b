import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readNifti } from '../src/nifti/read-nifti';
import { dropOnto } from './support/drop';
import { analyseToEnd, expectIdle, expectPanes, keep, openPage } from './support/reading';
import { kidneySegmentation } from './support/real-segmentation';
import { keepScreen } from './support/screens';
import { sharedFolder } from './support/shared-data';

/** Voxels that a label map of one grid calls kidney. */
function kidneyOf(bytes: Uint8Array): readonly number[] {
  const read = readNifti(new Uint8Array(bytes), 'labels.nii.gz');
  if (!read.ok) throw new Error(read.issue.code);
  const voxels: number[] = [];
  read.value.volume.hu.forEach((label, at) => label === 1 && voxels.push(at));
  return voxels;
}

/** A segmentation that lies among the files of a real CT is offered, and drawn where its kidneys are. */
test('outlines that came with a real CT are taken over by a click', async ({ page }) => {
  const series = sharedFolder('real-ct', 'tcga-ay-4070a');
  const mask = sharedFolder('real-ct', 'kidney-masks', 'tcga-ay-4070a.nii.gz');
  const folder = mkdtempSync(join(tmpdir(), 'renalens-seg-'));
  try {
    writeFileSync(join(folder, 'kidneys.dcm'), await kidneySegmentation(series, mask));
    await openPage(page);
    await dropOnto(page, [series, join(folder, 'kidneys.dcm')]);
    await expectPanes(page, 1);
    await analyseToEnd(page);
    await page.getByRole('button', { name: 'Use the outlines that came with the files' }).click();
    await expectIdle(page);
    expect(kidneyOf(await keep(page, 'Label map'))).toEqual(kidneyOf(readFileSync(mask)));
    await keepScreen(page, 'state-outlines-from-files-1280');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
