import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectNoViolations } from './support/axe';
import { dropOnto } from './support/drop';
import { ANALYSIS_LIMIT_MS, block, expectIdle, expectPanes, openPage, savedReport, scores, setCentreAt, type Report } from './support/reading';
import { keepScreen } from './support/screens';
import { smallStudyFiles, writeStudy } from './support/small-study';

/** What a reader does with a study of one phase in which nothing is found, one task after the other on one page. */
let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'renalens-tasks-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Drags over the first pane, from one place to another, as shares of its size. */
async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = (await page.locator('.pane').first().boundingBox())!;
  const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

/** The same answers of the networks, but for the order in which threads add. */
function expectSameScores(now: Report, before: Report): void {
  expect(now.scores).toHaveLength(before.scores.length);
  now.scores.forEach((score, n) => expect(score.probability).toBeCloseTo(before.scores[n]!.probability, 5));
}

/** What the browser keeps for the page. */
async function keptByBrowser(page: Page): Promise<{ files: string[]; caches: string[]; localStorage: number; databases: number }> {
  return page.evaluate(async () => {
    const files: string[] = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
    return { files, caches: await caches.keys(), localStorage: localStorage.length, databases: (await indexedDB.databases()).length };
  });
}

test('a venous study: centre placed and corrected, wrong drop, mask edited, worker lost, page reloaded, everything forgotten', async ({ page }) => {
  await openPage(page);
  expect((await keptByBrowser(page)).files).toEqual([]);

  await test.step('read a venous-only study and place the centre', async () => {
    await dropOnto(page, [writeStudy(join(folder, 'venous'), smallStudyFiles({ patientName: 'SURVIVOR^CASE' }))]);
    await expectPanes(page, 1);
    await expect(block(page, 'Centre')).toContainText('press C', { timeout: ANALYSIS_LIMIT_MS });
    await expectIdle(page);
    await keepScreen(page, 'task-centre-asked-1280');
    await setCentreAt(page, 0, [0.4, 0.5]);
    await scores(page);
    await expectIdle(page);
    await expect(block(page, 'Centre')).toContainText('set by hand');
    await expectNoViolations(page, 'venous, centre set');
    await keepScreen(page, 'task-centre-set-1280');
  });

  await test.step('measure', async () => {
    await page.keyboard.press('d');
    await drag(page, [0.3, 0.45], [0.5, 0.45]);
    await expect(page.locator('.pane-ruler text')).toHaveText(/^\d+\.\d mm$/);
    await page.keyboard.press('Escape');
    await expect(page.locator('.pane-ruler')).toBeHidden();
  });

  await test.step('correct a wrong centre: in air it is warned of', async () => {
    await setCentreAt(page, 0, [0.05, 0.06]);
    await expect(block(page, 'Scores')).toContainText('The centre lies in air');
    await keepScreen(page, 'task-centre-in-air-1280');
    await page.keyboard.press('Control+z');
    await expect(block(page, 'Scores')).not.toContainText('The centre lies in air');
    await expectIdle(page);
  });

  await test.step('recover from a wrong drop: it displaces nothing', async () => {
    const before = await block(page, 'Scores').boundingBox();
    writeFileSync(join(folder, 'best.pt'), 'weights');
    await dropOnto(page, [join(folder, 'best.pt')]);
    const refusal = page.getByRole('alert').filter({ hasText: 'training/export' });
    await expect(refusal).toBeVisible();
    expect(await block(page, 'Scores').boundingBox()).toEqual(before);
    await expectNoViolations(page, 'refused');
    await keepScreen(page, 'task-wrong-drop-1280');
    await page.keyboard.press('Escape');
    await expect(refusal).toBeHidden();
  });

  const edited = await test.step('edit a mask: masses and scores follow', async () => {
    await page.locator('.correction summary').click();
    await page.keyboard.press('b');
    await drag(page, [0.35, 0.5], [0.42, 0.52]);
    await page.keyboard.press('Escape');
    await expect(block(page, 'Masses')).toContainText('tumour');
    await expect(block(page, 'Scores')).toContainText('The outlines were edited by hand.');
    await expectIdle(page);
    await expectNoViolations(page, 'mask edited');
    await keepScreen(page, 'task-mask-edited-1280');
    const report = await savedReport(page);
    expect(report.masses).toHaveLength(1);
    expect(report.issues.map(({ code }) => code)).toContain('mask-edited');
    return report;
  });

  await test.step('kept on the user\'s word only', async () => {
    expect((await keptByBrowser(page)).files).toEqual([]);
    await block(page, 'Keep').getByRole('checkbox').check();
    await expect(page.getByTestId('keeping')).toContainText('stay on this machine');
  });

  await test.step('the worker ends: the case stays and can be read on', async () => {
    const worker = page.workers().find((one) => one.url().includes('study'))!;
    // Playwright lists an ended worker for a while, beside the one that follows it.
    const gone = worker.waitForEvent('close');
    await worker.evaluate(() => self.close()).catch(() => undefined);
    await expect(page.getByRole('alert').filter({ hasText: 'started again' })).toBeVisible();
    await expectNoViolations(page, 'worker lost');
    await keepScreen(page, 'state-worker-lost-1280');
    await setCentreAt(page, 0, [0.55, 0.5]);
    await expectIdle(page);
    await page.keyboard.press('Control+z');
    await expectIdle(page);
    await expect(block(page, 'Masses')).toContainText('tumour');
    await expect(page.getByRole('alert').filter({ hasText: 'started again' })).toHaveCount(0);
    expectSameScores(await savedReport(page), edited);
    await gone;
  });

  await test.step('the worker hangs: Stop ends it, and the case stays', async () => {
    const worker = page.workers().find((one) => one.url().includes('study'))!;
    void worker
      .evaluate(() => {
        for (;;);
      })
      .catch(() => undefined);
    // The loop shall have begun before the centre is set: nothing can tell of it from within.
    await page.waitForTimeout(1000);
    await setCentreAt(page, 0, [0.5, 0.45]);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Stopping…' })).toBeVisible();
    await expect(page.getByText('Stopped', { exact: true })).toBeVisible();
    await setCentreAt(page, 0, [0.55, 0.5]);
    await expectIdle(page);
    await page.keyboard.press('Control+z');
    await expectIdle(page);
    expectSameScores(await savedReport(page), edited);
  });

  await test.step('the page is loaded again: the case goes on where it was', async () => {
    await expect(page.getByTestId('keeping')).toContainText('stay on this machine');
    await page.reload();
    const kept = page.getByTestId('kept-case');
    await expect(kept).toContainText('1 series');
    await expect(page.getByText('SURVIVOR')).toHaveCount(0);
    await expectNoViolations(page, 'kept case offered');
    await keepScreen(page, 'state-kept-case-1280');
    await kept.getByRole('button', { name: 'Go on with it' }).click();
    await expectPanes(page, 1);
    await expect(block(page, 'Centre')).toContainText('set by hand');
    await expect(block(page, 'Scores')).toContainText('The outlines were edited by hand.');
    await scores(page);
    await expectIdle(page);
    const report = await savedReport(page);
    expectSameScores(report, edited);
    expect(report.masses).toEqual(edited.masses);
    await page.keyboard.press('Control+z');
    await expect(block(page, 'Masses')).toHaveCount(0);
  });

  await test.step('everything is forgotten', async () => {
    await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
    await page.getByRole('button', { name: 'Forget everything' }).click();
    await expect(page.getByText('Nothing is kept any more.')).toBeVisible();
    expect(await keptByBrowser(page)).toEqual({ files: [], caches: [], localStorage: 0, databases: 0 });
    await page.reload();
    await expect(page.getByRole('button', { name: 'Open folder' })).toBeVisible();
    await expect(page.getByTestId('kept-case')).toHaveCount(0);
  });
});
