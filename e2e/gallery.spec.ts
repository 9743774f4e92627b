import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { parseGallery, type GalleryCase } from '../src/core/gallery';
import { expectNoViolations } from './support/axe';
import { keepScreen } from './support/screens';
import { ANALYSIS_LIMIT_MS, analyseToEnd, block, expectIdle, expectPanes, expectUpright, openPage, phasesRead, savedReport, scores, setCentreAt } from './support/reading';

/** The real cases that a fresh clone carries: shown, analysed and read after one click, each with its source and what is known. */
const EXPECTED = [
  { id: 'acrin-unenhanced', phase: 'N', slices: 99 },
  { id: 'tcga-ay-4070a', phase: 'V', slices: 87 },
  { id: 'totalseg-example', phase: 'N', slices: null },
] as const;

const gallery = parseGallery(JSON.parse(readFileSync(resolve(import.meta.dirname, '../public/samples/index.json'), 'utf8')));
if (!gallery.ok) throw new Error(gallery.issue.code);
const shipped: readonly GalleryCase[] = gallery.value.cases.filter((one) => one.origin === 'shipped');

test('every shipped case is held to account below', () => {
  expect(shipped.map(({ id }) => id)).toEqual(EXPECTED.map(({ id }) => id));
});

/** A real case as it is met beside the plain reading: explained in three planes, on a tablet and on a phone. */
async function lookAround(page: Page): Promise<void> {
  await page.keyboard.press('m');
  await page.keyboard.press('r');
  await expectPanes(page, 3);
  await expectNoViolations(page, 'heatmap in three planes');
  await keepScreen(page, 'state-heatmap-planes-1280');
  await page.keyboard.press('t');
  await expectPanes(page, 1);
  for (const [device, width, height] of [['tablet', 820, 1180], ['phone', 390, 844]] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.getByText('The reading needs a wider window')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expectNoViolations(page, device);
    await keepScreen(page, `state-${device}`);
  }
}

for (const { id, phase, slices } of EXPECTED) {
  test(`${id}: one click, read without a network beyond this origin`, async ({ page }) => {
    const sample = shipped.find((one) => one.id === id)!;
    await openPage(page);
    const card = page.getByTestId(`sample-${id}`);
    await expect(card).toContainText(sample.title.en);
    await expect(card).toContainText(`${Math.round(sample.sizeBytes / 1e6)} MB`);
    await expect(card).toContainText(sample.licence.name);
    await expect(card).toContainText(sample.tryThis.en);
    if (sample.inTraining) await expect(card).toContainText('trained on it');

    await card.click();
    await expectPanes(page, 1);
    if (slices !== null) await expect(page.locator('.pane-slice')).toContainText(`/${slices}`);
    await expectUpright(page);
    await expect(page.locator('.pane-letter')).toHaveText(phase, { timeout: ANALYSIS_LIMIT_MS });
    const about = page.getByTestId('block-sample');
    await expect(about).toContainText(sample.tryThis.en);
    await analyseToEnd(page);
    await expect(about).toContainText(sample.known!.en);
    await expect(about).toContainText(sample.doi);

    await setCentreAt(page, 0, [0.62, 0.55]);
    await expect(block(page, 'Centre')).toContainText('set by hand');
    await scores(page);
    await expectIdle(page);
    const report = await savedReport(page);
    expect(report.status).toBe('read');
    expect(phasesRead(report)).toEqual([phase]);
    await expectNoViolations(page, `${id} read`);
    await keepScreen(page, `gallery-${id}-1280`);
    if (id === 'tcga-ay-4070a') await lookAround(page);
  });
}
