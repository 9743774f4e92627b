import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { dropOnto } from './support/drop';
import { expectPanes, openPage } from './support/reading';
import { smallStudyFiles, writeStudy } from './support/small-study';

/** Every wrong drop is told in words and leaves the case on screen as it was; what can be read of it is read. */
let folder = '';

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'renalens-drops-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (...parts: string[]): string => join(folder, ...parts);

/** Opens a small study, so that there is a case to lose. */
async function openCase(page: Page): Promise<void> {
  await openPage(page);
  await dropOnto(page, [writeStudy(path('case'), smallStudyFiles({ patientName: 'FIRST^CASE', description: 'First venous' }))]);
  await expectPanes(page, 1);
  await expect(page.locator('.pane-title')).toContainText('First venous');
}

/** The refusal that a drop gave, with the case of before still there. */
async function expectRefused(page: Page, sentence: string | RegExp): Promise<void> {
  const refusal = page.getByRole('alert').filter({ hasText: sentence });
  await expect(refusal).toBeVisible();
  await expect(refusal).toContainText('The case shown stays.');
  await expectPanes(page, 1);
  await expect(page.locator('.pane-title')).toContainText('First venous');
  await expect(page.getByText(/FIRST/).first()).toBeVisible();
}

/** The notes of the case on screen, as text. */
async function notes(page: Page): Promise<string> {
  await page.getByRole('button', { name: /\d+ notes?/ }).first().click();
  const list = page.locator('.notes');
  await expect(list).toBeVisible();
  const text = await list.innerText();
  await page.keyboard.press('Escape');
  return text;
}

test('an empty folder', async ({ page }) => {
  await openCase(page);
  mkdirSync(path('empty'));
  await dropOnto(page, [path('empty')]);
  await expectRefused(page, 'Nothing in it could be read as CT.');
});

test('text files', async ({ page }) => {
  await openCase(page);
  mkdirSync(path('text'));
  writeFileSync(path('text', 'letter.txt'), 'Dear colleague,\n'.repeat(40));
  writeFileSync(path('text', 'table.csv'), 'a,b\n1,2\n');
  await dropOnto(page, [path('text')]);
  await expectRefused(page, 'Nothing in it could be read as CT.');
});

test('a truncated slice among good ones: it is named, the rest loads', async ({ page }) => {
  await openCase(page);
  const files = smallStudyFiles({ patientId: 'SMALL-2', patientName: 'SECOND^CASE', description: 'Second venous' });
  writeStudy(path('truncated'), files.filter((_, n) => n !== 11));
  writeFileSync(path('truncated', 'broken.dcm'), files[11]!.subarray(0, files[11]!.length - 9000));
  await dropOnto(page, [path('truncated')]);
  await expect(page.locator('.pane-title')).toContainText('Second venous');
  const told = await notes(page);
  expect(told).toContain('broken.dcm');
  expect(told).toContain('The file ends too early.');
});

test('a single truncated slice alone', async ({ page }) => {
  await openCase(page);
  writeFileSync(path('alone.dcm'), smallStudyFiles()[0]!.subarray(0, 3000));
  await dropOnto(page, [path('alone.dcm')]);
  await expectRefused(page, /ends too early|Nothing in it could be read/);
});

test('a zip in a zip', async ({ page }) => {
  await openCase(page);
  const files = smallStudyFiles({ patientId: 'SMALL-3', patientName: 'ZIPPED^CASE', description: 'Zipped venous' });
  const inner = zipSync(Object.fromEntries(files.map((bytes, n) => [`CT/IM${n}`, bytes])));
  writeFileSync(path('outer.zip'), zipSync({ 'readme.txt': new TextEncoder().encode('see inside'), 'study.zip': inner }));
  await dropOnto(page, [path('outer.zip')]);
  await expect(page.locator('.pane-title')).toContainText('Zipped venous');
  await expectPanes(page, 1);
});

test('a broken zip', async ({ page }) => {
  await openCase(page);
  writeFileSync(path('broken.zip'), Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(5000, 7)]));
  await dropOnto(page, [path('broken.zip')]);
  await expectRefused(page, /archive could not be opened|Nothing in it could be read/);
});

test('two patients', async ({ page }) => {
  await openCase(page);
  writeStudy(path('two/a'), smallStudyFiles({ patientId: 'SMALL-4', patientName: 'ONE^OF TWO' }));
  writeStudy(path('two/b'), smallStudyFiles({ patientId: 'SMALL-5', patientName: 'OTHER^OF TWO' }));
  await dropOnto(page, [path('two')]);
  const sentence = 'The files belong to more than one patient.';
  await expect(page.getByText(sentence).or(page.getByRole('button', { name: /\d+ notes?/ })).first()).toBeVisible();
  if (!(await page.getByText(sentence).first().isVisible())) expect(await notes(page)).toContain(sentence);
});

test('a scout of one slice', async ({ page }) => {
  await openCase(page);
  writeFileSync(path('scout.dcm'), smallStudyFiles({ patientId: 'SMALL-6', slices: 1, imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER' })[0]!);
  await dropOnto(page, [path('scout.dcm')]);
  await expectRefused(page, /localiser|Nothing in it could be read/);
});

test('a wrong model pack', async ({ page }) => {
  await openCase(page);
  mkdirSync(path('pack'));
  writeFileSync(path('pack', 'manifest.json'), '{"schema":"renalens-pack/1","id":"wrong"}');
  await dropOnto(page, [path('pack')]);
  const refusal = page.getByRole('alert').filter({ hasText: 'manifest' });
  await expect(refusal).toContainText('The pack in use stays.');
  await expectPanes(page, 1);
});

test('nothing of a patient reaches the address, the title or the console', async ({ page }) => {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await openCase(page);
  expect(await page.title()).not.toContain('FIRST');
  expect(page.url()).not.toContain('FIRST');
  expect(said.join('\n')).not.toMatch(/FIRST|SMALL-1/);
});
