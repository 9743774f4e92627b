import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { watchPeak } from '../scripts/bench/memory';
import type { HeadsGolden } from '../src/packs/fixtures/head-pack';
import { expectNoViolations } from './support/axe';
import { dropOnto } from './support/drop';
import { ANALYSIS_LIMIT_MS, block, expectIdle, expectPanes, openPage, savedReport, setCentreAt, type Report } from './support/reading';
import { writeRealPhases } from './support/real-phases';
import { keepScreen } from './support/screens';
import { sharedFolder } from './support/shared-data';

/**
 * Packs that a user brings: a HybridNAV of random weights, exported by training/export, must give in page and terminal what
 * PyTorch gives on a real CT at a fixed centre. RENALENS_FULL_PACK names one of full size made by training/reference/heads.py.
 */
const HEADS = resolve(import.meta.dirname, '../src/packs/fixtures/heads');
const SLICES = [31, 54] as const;

let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'renalens-foreign-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Patched = Omit<Report, 'heatmaps'> & { readonly patches: readonly { readonly centreVoxelIjk: readonly number[] }[]; readonly heatmaps: readonly { readonly method: string }[] };

/** Opens the three phases and gives each its letter by hand; asks for the analysis, which ends without a mass. */
async function openPhases(page: Page, study: string, descriptions: Readonly<Record<string, string>>): Promise<void> {
  await dropOnto(page, [study]);
  await expectPanes(page, 3);
  const start = page.getByRole('button', { name: 'Analyse' });
  await expect(start.or(page.getByRole('button', { name: 'Set it at the crosshair' })).or(block(page, 'Centre')).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  for (const [letter, description] of Object.entries(descriptions)) {
    await block(page, 'Phases').getByTitle(description).click();
    await page.getByLabel('Read as').selectOption(letter);
    await block(page, 'Phases').getByTitle(description).click();
  }
  if (await start.isVisible()) await start.click();
  await expect(block(page, 'Centre')).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await expectIdle(page);
}

/**
 * Points at a place of the patient. Two clicks tell how pixels lie in him and the third one aims; done again on the zoomed
 * picture, where a pixel is smaller than a voxel.
 */
async function centreAt(page: Page, pointLpsMm: readonly [number, number, number], sliceMm: number): Promise<Patched> {
  const clicked = async (share: readonly [number, number]): Promise<Patched> => {
    await setCentreAt(page, 0, share);
    await expect(block(page, 'Scores')).toBeVisible();
    await expectIdle(page);
    return (await savedReport(page)) as unknown as Patched;
  };
  const aim = async (first: readonly [number, number], second: readonly [number, number]): Promise<Patched> => {
    const one = (await clicked(first)).centre!.pointLpsMm;
    const steps = Math.round((pointLpsMm[2] - one[2]) / sliceMm);
    for (let n = 0; n < Math.abs(steps); n += 1) await page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
    const two = (await clicked(second)).centre!.pointLpsMm;
    const [x, y] = ([0, 1] as const).map((a) => first[a] + ((pointLpsMm[a] - one[a]) / (two[a] - one[a])) * (second[a] - first[a]));
    return clicked([x!, y!]);
  };
  await aim([0.4, 0.4], [0.6, 0.6]);
  await page.keyboard.press('z');
  return aim([0.45, 0.45], [0.55, 0.55]);
}

test('a HybridNAV pack gives the numbers of PyTorch, is kept, asked beside another, and removed', async ({ page }) => {
  const golden = JSON.parse(readFileSync(join(HEADS, 'golden.json'), 'utf8')) as HeadsGolden;
  const full = process.env['RENALENS_FULL_PACK'];
  const pack = full ?? join(HEADS, 'concatenation');
  const { real } = full === undefined ? golden : (JSON.parse(readFileSync(`${full}.golden.json`, 'utf8')) as HeadsGolden);
  const source = sharedFolder('real-ct', real.case);
  const study = join(folder, 'study');
  const descriptions = await writeRealPhases(source, study, real.offsetsHu, SLICES);
  await openPage(page);
  const memory = watchPeak(process.pid);
  const dropped = performance.now();
  await dropOnto(page, [pack]);
  await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
  await expect(page.getByTestId('packs')).toContainText('LicenseRef-Unknown', { timeout: ANALYSIS_LIMIT_MS });
  const openedMs = performance.now() - dropped;
  await page.getByTestId('packs').getByRole('button', { name: 'Keep in this browser' }).click();
  await expect(page.getByTestId('packs').getByRole('button', { name: /Remove/ })).toBeVisible();
  await expectNoViolations(page, 'a foreign pack in the settings');
  await keepScreen(page, 'state-packs-1280');
  await page.keyboard.press('Escape');

  await openPhases(page, study, descriptions);
  // The point lies three quarters into its voxel; the voxel's middle cuts the same patch and leaves the pointer room.
  const [x, y, z] = real.pointLpsMm;
  const report = await centreAt(page, [x - 0.2, y + 0.1, z], 5);
  const voxel = [real.voxel[0], real.voxel[1], real.voxel[2] - SLICES[0]];
  for (const patch of report.patches) expect(patch.centreVoxelIjk).toEqual(voxel);
  expect(report.preset).toBe('authors-code');
  const missed = Math.abs(report.scores[0]!.probability - real.probability);
  const peakBytes = memory.stop();
  if (full !== undefined) {
    process.stdout.write(`full size: probability ${report.scores[0]!.probability}, PyTorch's ${real.probability}, apart ${missed.toExponential(1)}; open and self-tested ${(openedMs / 1000).toFixed(1)} s after the drop; browser at most ${(peakBytes / 2 ** 20).toFixed(0)} MiB\n`);
  }
  expect(missed).toBeLessThan(1e-4);
  expect(report.heatmaps.map(({ method }) => method)).toEqual(Array<string>(6).fill('grad-cam'));

  const out = join(folder, 'out');
  const args = ['--import', 'tsx', 'src/cli/analyse.ts', study, '--pack', pack, '--out', out, '--threads', '2', '--centre-lps', real.pointLpsMm.join(',')];
  const uids = report.phases as readonly { phase: string; seriesInstanceUid?: string; volumeId?: string }[];
  for (const { phase, seriesInstanceUid, volumeId } of uids) args.push('--phase', `${phase}=${seriesInstanceUid ?? volumeId ?? ''}`);
  execFileSync(process.execPath, args, { cwd: resolve(HEADS, '../../../..') });
  const written = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  expect(Math.abs(written.scores[0]!.probability - real.probability)).toBeLessThan(1e-4);

  await page.getByTestId('second-opinion').getByRole('button', { name: /own weights/ }).click();
  await expect(page.getByTestId('second-opinion').locator('tbody td').nth(1)).toContainText('%', { timeout: ANALYSIS_LIMIT_MS });
  await expect(page.getByTestId('second-opinion').locator('tbody td').nth(3)).toContainText('%');
  await expect(block(page, 'Scores').getByTestId('score-malignancy').getByRole('meter')).toHaveAttribute('aria-valuenow', String(Math.round(real.probability * 100)));
  await expectNoViolations(page, 'a second opinion');
  await page.getByTestId('second-opinion').scrollIntoViewIfNeeded();
  await keepScreen(page, 'state-second-opinion-1280');

  await page.reload();
  await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
  const shelf = page.getByTestId('packs');
  await expect(shelf).toContainText('Random HybridNAV', { timeout: ANALYSIS_LIMIT_MS });
  await shelf.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(shelf.getByRole('button', { name: 'Back to' })).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await shelf.getByRole('button', { name: /Remove/ }).click();
  await shelf.getByRole('button', { name: 'Back to' }).click();
  await expect(shelf).not.toContainText('LicenseRef-Unknown', { timeout: ANALYSIS_LIMIT_MS });
});

test('a pack without activations, zipped, is explained by occlusion and says so', async ({ page }) => {
  const golden = JSON.parse(readFileSync(join(HEADS, 'golden.json'), 'utf8')) as HeadsGolden;
  const source = sharedFolder('real-ct', golden.real.case);
  const study = join(folder, 'study-2');
  const descriptions = await writeRealPhases(source, study, golden.real.offsetsHu, SLICES);
  const zip = join(folder, 'occluded.zip');
  const names = readdirSync(join(HEADS, 'occluded'));
  writeFileSync(zip, zipSync(Object.fromEntries(names.map((name) => [`occluded/${name}`, readFileSync(join(HEADS, 'occluded', name))]))));
  await openPage(page);
  await dropOnto(page, [zip]);
  await page.getByRole('button', { name: 'Settings and diagnostics' }).click();
  await expect(page.getByTestId('packs')).toContainText('LicenseRef-Unknown', { timeout: ANALYSIS_LIMIT_MS });
  await page.keyboard.press('Escape');
  await openPhases(page, study, descriptions);
  await setCentreAt(page, 0, [0.5, 0.5]);
  const why = block(page, 'Why');
  await expect(why.getByLabel('Heatmap')).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await why.getByText('Heatmap').click();
  await expect(why).toContainText('By occlusion');
  const report = (await savedReport(page)) as unknown as Patched;
  expect(report.heatmaps.map(({ method }) => method)).toEqual(Array<string>(6).fill('occlusion'));
  expect(report.issues.map(({ code }) => code)).toContain('explained-by-occlusion');
  expect(existsSync(zip)).toBe(true);
});

const sound = (): Record<string, Uint8Array> =>
  Object.fromEntries(readdirSync(join(HEADS, 'single')).map((name) => [name, new Uint8Array(readFileSync(join(HEADS, 'single', name)))]));

for (const [what, change, sentence] of [
  ['a damaged network', (files) => void (files['aggressiveness-v.onnx']![5000]! ^= 1), /damaged or was changed.*Get the pack again/],
  ['a missing file', (files) => void Reflect.deleteProperty(files, 'aggressiveness-v.logits.npy'), /is missing.*Get the whole pack again/],
] as const satisfies readonly (readonly [string, (files: Record<string, Uint8Array>) => void, RegExp])[]) {
  test(`a pack with ${what} is refused and the one in use stays`, async ({ page }) => {
    const files = sound();
    change(files);
    const zip = join(folder, `${what.replaceAll(' ', '-')}.zip`);
    writeFileSync(zip, zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`pack/${name}`, bytes]))));
    await openPage(page);
    await dropOnto(page, [zip]);
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toContainText('The pack in use stays.', { timeout: ANALYSIS_LIMIT_MS });
    await keepScreen(page, 'state-pack-refused-1280');
  });
}
