import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { dropOnto } from './support/drop';
import { expectPanes, openPage } from './support/reading';
import { keepScreen } from './support/screens';
import { smallStudyFiles, writeStudy } from './support/small-study';

/** One scan that a scanner or an archive spread over two series is joined by a click. */
test('a scan in two series is offered for joining and becomes one volume', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'renalens-join-'));
  try {
    const upper = smallStudyFiles({ seriesNumber: 2, slices: 14, firstSliceMm: 50, description: 'Abdomen venous upper' });
    const lower = smallStudyFiles({ seriesNumber: 1, slices: 10, description: 'Abdomen venous lower' });
    await openPage(page);
    await dropOnto(page, [writeStudy(join(folder, 'lower'), lower), writeStudy(join(folder, 'upper'), upper)]);
    const offer = page.getByTestId('join-offer');
    await expect(offer).toContainText('2 series seem to be parts of one scan: Abdomen venous lower + Abdomen venous upper.');
    await expect(page.locator('.chip')).toHaveCount(2);
    await keepScreen(page, 'state-join-offer-1280');
    await offer.getByRole('button', { name: 'Join them' }).click();
    await expect(page.locator('.chip')).toHaveCount(1);
    await expect(offer).toHaveCount(0);
    await expectPanes(page, 1);
    await expect(page.locator('.pane-slice').first()).toContainText('/24  ');
    // The same study again: nothing that the panes held of it before is in the way.
    await dropOnto(page, [join(folder, 'lower'), join(folder, 'upper')]);
    await expect(page.locator('.chip')).toHaveCount(2);
    await expectPanes(page, 1);
    await expect(page.locator('.pane-slice').first()).toContainText(/\/1[04] {2}/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
