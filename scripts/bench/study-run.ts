import type { LaunchOptions, Page } from 'playwright';
import { askedFiles, withFreshPage } from './fresh-page';
import { watchPeak } from './memory';
import type { CountingSite } from './site-server';
import { watchFrames, type Marks } from './watch-frames';

/** Times of one study on the page, in ms from the moment the files are handed over, and what the browser held at most. */
export interface StudyRun {
  readonly firstImageMs: number;
  readonly volumesMs: number;
  readonly analysisMs: number;
  /** Steps of the analysis as the report gives them. */
  readonly steps: Readonly<Record<string, number>>;
  readonly rereadMs: number;
  readonly peakBytes: number;
}

async function savedSteps(page: Page): Promise<Record<string, number>> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Report' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  return (JSON.parse(Buffer.concat(chunks).toString('utf8')) as { timingsMs: Record<string, number> }).timingsMs;
}

async function idle(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).first().waitFor({ state: 'detached', timeout: 900_000 });
  await page.getByText('Scores for the new centre').waitFor({ state: 'detached', timeout: 900_000 });
}

/** Opens a folder in a fresh browser, lets it be analysed, sets the centre by hand once. */
export async function runStudy(site: CountingSite, launch: LaunchOptions, folder: string): Promise<StudyRun> {
  const peak = watchPeak(process.pid);
  try {
    return await withFreshPage({ site, launch }, watchFrames, (page) => timeStudy(page, folder, peak));
  } finally {
    peak.stop();
  }
}

async function timeStudy(page: Page, folder: string, peak: ReturnType<typeof watchPeak>): Promise<StudyRun> {
  const chooser = await askedFiles(page, 'Open folder');
  await page.evaluate(() => {
    const { benchMarks } = globalThis as unknown as { benchMarks: Marks };
    benchMarks.start = performance.now();
  });
  await chooser.setFiles(folder);
  await page.waitForFunction(() => (globalThis as unknown as { benchMarks: Marks }).benchMarks.volumes !== null, undefined, { timeout: 900_000 });
  const analyse = page.getByRole('button', { name: 'Analyse', exact: true });
  const done = page.getByRole('heading', { name: /^(Scores|Centre)/ });
  await analyse.or(page.getByRole('button', { name: 'Stop', exact: true })).or(done).first().waitFor({ timeout: 900_000 });
  if (await analyse.isVisible()) await analyse.click();
  const started = performance.now();
  await done.first().waitFor({ timeout: 900_000 });
  await idle(page);
  const analysisMs = performance.now() - started;
  const steps = await savedSteps(page);
  const box = (await page.locator('.pane').first().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  const asked = performance.now();
  await page.keyboard.press('c');
  await page.getByText('set by hand').first().waitFor();
  await idle(page);
  const rereadMs = performance.now() - asked;
  // A study without a mass has had no step of reading before the centre was set.
  const laterSteps = await savedSteps(page);
  const marks = await page.evaluate(() => (globalThis as unknown as { benchMarks: Marks }).benchMarks);
  return { firstImageMs: marks.firstImage ?? NaN, volumesMs: marks.volumes!, analysisMs, steps: { ...laterSteps, ...steps }, rereadMs, peakBytes: peak.stop() };
}
