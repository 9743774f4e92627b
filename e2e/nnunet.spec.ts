import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { readNifti } from '../src/nifti/read-nifti';
import { dropOnto } from './support/drop';
import { ANALYSIS_LIMIT_MS, block, choose, expectIdle, expectPanes, keep, openPage } from './support/reading';

/** Packs and answers of nnU-Net itself: training/reference/nnunet. */
const GOLDEN = resolve(import.meta.dirname, '../training/reference/nnunet/golden');
const CASE = 'v2-3d-fullres-even-regions';

function labelsOf(bytes: Uint8Array, name: string): Int16Array {
  const read = readNifti(new Uint8Array(bytes), name);
  if (!read.ok) throw new Error(read.issue.code);
  return read.value.volume.hu;
}

test('a dropped nnU-Net outlines in the browser as nnU-Net does', async ({ page }) => {
  await openPage(page);
  const settings = page.getByRole('button', { name: 'Settings and diagnostics' }).first();
  await settings.click();
  await expect(page.getByText('RenaLens weights', { exact: true }).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await dropOnto(page, [`${GOLDEN}/${CASE}/pack`]);
  await expect(page.getByText(`Random weights, ${CASE}`)).toBeVisible({ timeout: 120_000 });
  await settings.click();
  await choose(page, 'Open files', [`${GOLDEN}/even.nii.gz`]);
  await expectPanes(page, 1);
  // A phase below 0.9 waits for the reader's word.
  const start = page.getByRole('button', { name: 'Analyse' });
  await expect(start.or(block(page, 'Keep').getByRole('button', { name: 'Label map', disabled: false })).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  if (await start.isVisible()) await start.click();
  await expectIdle(page);
  const found = labelsOf(await keep(page, 'Label map'), 'labels.nii.gz');
  const stored = labelsOf(readFileSync(`${GOLDEN}/${CASE}/labels.nii.gz`), 'labels.nii.gz');
  expect(found.length).toBe(stored.length);
  const firm = [...stored.keys()].filter((at) => stored[at]! < 100);
  const differing = firm.filter((at) => found[at] !== stored[at]);
  expect(firm.length).toBeGreaterThan(0.99 * stored.length);
  expect(differing.length / firm.length).toBeLessThanOrEqual(1e-4);
});
