import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectNoViolations } from './support/axe';
import { dropOnto } from './support/drop';
import { ANALYSIS_LIMIT_MS, block, expectIdle, expectPanes, openPage, paintedShare, setCentreAt } from './support/reading';
import { writeRealPhases } from './support/real-phases';
import { keepScreen } from './support/screens';
import { sharedFolder } from './support/shared-data';

/** A pack without a segmenter, whose phases are aligned: the centre is set by hand and read in seconds. */
const PACK = resolve(import.meta.dirname, '../src/packs/fixtures/heads/cross-attention');

let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'renalens-compare-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('phases of a real CT are compared in the panes, one by one and square by square, and given back', async ({ page }) => {
  const study = join(folder, 'study');
  await writeRealPhases(sharedFolder('real-ct', 'tcga-ay-4070a'), study, { N: -60, A: 0, V: 40 }, [31, 54]);
  await openPage(page);
  await dropOnto(page, [PACK]);
  await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
  await expect(page.getByTestId('packs')).toContainText('Apache-2.0', { timeout: ANALYSIS_LIMIT_MS });
  await page.keyboard.press('Escape');
  await dropOnto(page, [study]);
  await expectPanes(page, 3);
  const start = page.getByRole('button', { name: 'Analyse' });
  await expect(start.or(block(page, 'Centre')).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  if (await start.isVisible()) await start.click();
  await expect(block(page, 'Centre')).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await expectIdle(page);
  await setCentreAt(page, 1, [0.6, 0.55]);
  await expect(block(page, 'Scores')).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await expectIdle(page);

  const letters = (): Promise<string[]> => page.locator('.pane-letter').allTextContents();
  const own = await letters();
  expect(own.toSorted()).toEqual(['A', 'N', 'V']);
  await page.keyboard.press('x');
  await expect.poll(letters).toEqual(['A', 'A', 'A']);
  const [other] = own.flatMap((letter, n) => (letter === 'A' ? [] : [n]));
  // The whole pane is the other phase's: black where that has no data.
  await expect.poll(() => paintedShare(page, other!)).toBeGreaterThan(0.95);
  await page.keyboard.press('x');
  await expect.poll(letters).toEqual(own);

  const compare = page.getByTestId('alignment');
  await compare.locator('summary').click();
  await compare.getByRole('radio', { name: 'Squares' }).check();
  await expect.poll(letters).toEqual(own.map((letter) => (letter === 'A' ? 'A' : `${letter} / A`)));
  await expect.poll(() => paintedShare(page, other!)).toBeGreaterThan(0.35);
  expect(await paintedShare(page, other!)).toBeLessThan(0.65);
  await expectNoViolations(page, 'phases compared');
  await keepScreen(page, 'task-phases-compared-1280');
  // Alone in three planes the reference takes the phase that is chosen.
  await page.keyboard.press('r');
  await compare.getByRole('radio', { name: 'A / V' }).check();
  await expect.poll(letters).toEqual(['A / V', 'A / V', 'A / V']);
  // A focused switch keeps its Space.
  await page.locator('.pane').first().focus();
  await page.keyboard.press(' ');
  await expect.poll(letters).toEqual(['A', 'A', 'A']);
});
