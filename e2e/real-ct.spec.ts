import { expect, test } from '@playwright/test';
import { expectNoViolations } from './support/axe';
import { dropOnto } from './support/drop';
import { ANALYSIS_LIMIT_MS, analyseToEnd, block, choose, expectIdle, expectPanes, expectUpright, openPage, phasesRead, savedReport, scores, setCentreAt } from './support/reading';
import { sharedFolder } from './support/shared-data';

/**
 * Real scanner DICOM as files on a disc: shown upright, phase named. The first is also outlined and read once a centre is set;
 * the other two are read in gallery.spec.ts.
 */
const CASES = [
  { id: 'ircad1', phase: 'V', slices: 129, way: 'drop', read: true },
  { id: 'tcga-ay-4070a', phase: 'V', slices: 87, way: 'folder', read: false },
  { id: 'acrin-unenhanced', phase: 'N', slices: 99, way: 'drop', read: false },
] as const;

for (const { id, phase, slices, way, read } of CASES) {
  test(`${id}: opened${read ? ', segmented, read at a centre set by hand' : ''}`, async ({ page }) => {
    const folder = sharedFolder('real-ct', id);
    await openPage(page);
    if (way === 'drop') await dropOnto(page, [folder]);
    else await choose(page, 'Open folder', folder);
    await expectPanes(page, 1);
    await expect(page.locator('.pane-slice')).toContainText(`/${slices}`);
    await expectUpright(page);
    await expect(page.locator('.pane-letter')).toHaveText(phase, { timeout: ANALYSIS_LIMIT_MS });

    if (!read) return;
    await analyseToEnd(page);
    const before = await savedReport(page);
    expect(['no-mass', 'read', 'centre-needed']).toContain(before.status);
    await expectNoViolations(page, `${id} analysed`);

    await setCentreAt(page, 0, [0.36, 0.55]);
    await expect(block(page, 'Centre')).toContainText('set by hand');
    const shown = await scores(page);
    await expectIdle(page);
    const report = await savedReport(page);
    expect(report.status).toBe('read');
    expect(phasesRead(report)).toEqual([phase]);
    expect(report.heatmaps.length).toBeGreaterThan(0);
    for (const score of report.scores) expect(Math.round(score.probability * 100)).toBe(shown[score.task as keyof typeof shown]);
    await page.keyboard.press('m');
    await expect(block(page, 'Why')).toBeVisible();
    await expectNoViolations(page, `${id} read`);
  });
}
