import { expect, test, type Page } from '@playwright/test';
import { expectNoViolations } from './support/axe';
import { ANALYSIS_LIMIT_MS, block, expectIdle, expectPanes, keep, openPage, savedReport, scores, setCentreAt } from './support/reading';

async function readSample(page: Page): Promise<void> {
  await openPage(page);
  await page.getByTestId('sample-phantom').click();
  await expectPanes(page, 3);
  await scores(page);
  await expectIdle(page);
}

test('the sample is read with one click: phases, mass, scores, heatmap; and the centre is moved by hand and back', async ({ page }) => {
  await openPage(page);
  await expectNoViolations(page, 'first screen');
  await page.getByTestId('sample-phantom').click();
  await expectPanes(page, 3);
  for (const [n, letter] of ['N', 'A', 'V'].entries()) await expect(page.locator('.pane-letter').nth(n)).toHaveText(letter);

  const automatic = await scores(page);
  await expectIdle(page);
  const report = await savedReport(page);
  expect(report.status).toBe('read');
  expect(report.phases).toEqual(['N', 'A', 'V']);
  const [mass] = report.masses;
  expect(mass?.label).toBe('tumour');
  // Painted by src/phantom/study-plan.ts: half axes 22.5, 20.5 and 21.5 mm on the right side, 41.5 ml.
  expect(mass?.side).toBe('right');
  expect(mass?.volumeMl).toBeGreaterThan(20);
  expect(mass?.volumeMl).toBeLessThan(80);
  for (const score of report.scores) expect(Math.round(score.probability * 100)).toBe(automatic[score.task as keyof typeof automatic]);
  await expect(block(page, 'Centre')).toContainText('automatic');
  await expectNoViolations(page, 'read');

  await page.keyboard.press('m');
  await expect(block(page, 'Why').getByRole('checkbox').or(block(page, 'Why').getByRole('switch')).first()).toBeChecked();
  await expectNoViolations(page, 'heatmap on');

  await setCentreAt(page, 1, [0.3, 0.35]);
  await expect(block(page, 'Centre')).toContainText('set by hand');
  await expectIdle(page);
  const moved = await savedReport(page);
  expect(moved.centre?.source).toBe('by-hand');
  expect(moved.scores.map((score) => score.probability)).not.toEqual(report.scores.map((score) => score.probability));
  await expectNoViolations(page, 'centre by hand');

  await block(page, 'Centre').getByRole('button', { name: 'Back to automatic' }).click();
  await expectIdle(page);
  const back = await savedReport(page);
  expect(back.centre?.source).toBe('automatic');
  back.scores.forEach((score, n) => expect(score.probability).toBeCloseTo(report.scores[n]!.probability, 5));

  const labels = await keep(page, 'Label map');
  expect(labels.subarray(0, 2).toString('hex')).toBe('1f8b');
  const picture = await keep(page, 'Screenshot');
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
});

test('an analysis is stopped, the images stay, and it can be started again', async ({ page }) => {
  await openPage(page);
  await page.getByTestId('sample-phantom').click();
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await stop.click({ timeout: ANALYSIS_LIMIT_MS });
  await expect(page.getByText('Stopped')).toBeVisible({ timeout: 30_000 });
  await expectPanes(page, 3);
  await expect(page.getByTestId('score-malignancy')).toHaveCount(0);
  await expectNoViolations(page, 'stopped');
  await page.getByRole('button', { name: 'Analyse' }).click();
  await scores(page);
});

test('the language changes in place, and no state has accessibility violations in either appearance', async ({ page }) => {
  await readSample(page);
  await page.keyboard.press('?');
  await expectNoViolations(page, 'keys');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
  await expectNoViolations(page, 'settings');
  for (const [language, name, word] of [['de', 'Deutsch', 'Phasen'], ['zh', '中文', '期相'], ['en', 'English', 'Phases']] as const) {
    await page.getByText(name, { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByRole('heading', { name: word }).first()).toBeVisible();
    await expectNoViolations(page, `read, in ${language}`);
  }
  await page.getByText('Light', { exact: true }).click();
  await expectNoViolations(page, 'read, light');
});
