import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { dropOnto } from './support/drop';
import { analyseToEnd, expectIdle, expectPanes, openPage } from './support/reading';
import { kidneySegmentation } from './support/real-segmentation';
import { keepScreen } from './support/screens';
import { sharedFolder } from './support/shared-data';

/** A segmentation that lies among the files of a real CT is offered, and drawn where its kidneys are. */
test('outlines that came with a real CT are taken over by a click', async ({ page }) => {
  const series = sharedFolder('real-ct', 'tcga-ay-4070a');
  const folder = mkdtempSync(join(tmpdir(), 'renalens-seg-'));
  try {
    writeFileSync(join(folder, 'kidneys.dcm'), await kidneySegmentation(series, sharedFolder('real-ct', 'kidney-masks', 'tcga-ay-4070a.nii.gz')));
    await openPage(page);
    await dropOnto(page, [series, join(folder, 'kidneys.dcm')]);
    await expectPanes(page, 1);
    await analyseToEnd(page);
    await page.getByRole('button', { name: 'Use the outlines that came with the files' }).click();
    await expectIdle(page);
    await keepScreen(page, 'outlines-from-files');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
