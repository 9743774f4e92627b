import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';

/** The longest step of a test on two cores: the segmentation of a whole study. */
export const ANALYSIS_LIMIT_MS = 400_000;

/** What is compared of report.json; docs/report.schema.json has the whole. */
export interface Report {
  readonly status: 'read' | 'no-mass' | 'centre-needed';
  readonly phases: readonly { readonly phase: string; readonly read: boolean }[];
  readonly segmentedPhase: string | null;
  readonly centre: { readonly pointLpsMm: readonly [number, number, number]; readonly source: string } | null;
  readonly masses: readonly { readonly side: string; readonly label: string; readonly volumeMl: number; readonly centreLpsMm: readonly number[]; readonly diametersMm: readonly number[] }[];
  readonly scores: readonly { readonly task: string; readonly probability: number; readonly logits: readonly number[] }[];
  readonly subsetScores: readonly { readonly task: string; readonly probability: number }[];
  readonly heatmaps: readonly { readonly task: string; readonly phase: string }[];
  readonly score: number | null;
  readonly preset: string;
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly issues: readonly { readonly code: string; readonly where: string | null }[];
}

/** The letters of the phases that were read. */
export function phasesRead(report: Report): string[] {
  return report.phases.filter(({ read }) => read).map(({ phase }) => phase);
}

/** Opens the page in English and waits until it can take files. */
export async function openPage(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Open folder' })).toBeVisible();
}

/** Chooses files, or one folder, in the browser's dialog. */
export async function choose(page: Page, what: 'Open folder' | 'Open files', paths: string | string[]): Promise<void> {
  const dialog = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: what }).first().click();
  await (await dialog).setFiles(paths);
}

/** Waits until a study is shown: as many panes as given, each with its picture. */
export async function expectPanes(page: Page, count: number): Promise<void> {
  await expect(page.locator('.pane')).toHaveCount(count, { timeout: ANALYSIS_LIMIT_MS });
  // Each pane has a canvas for either way of drawing and shows one.
  await expect(page.locator('.pane-picture canvas').filter({ visible: true })).toHaveCount(count);
}

/** The patient's right is at the left of the screen, his front above. */
export async function expectUpright(page: Page): Promise<void> {
  for (const [edge, letter] of [['left', 'R'], ['right', 'L'], ['top', 'A'], ['bottom', 'P']] as const) {
    await expect(page.locator(`.pane-edge.${edge}`)).toHaveText(letter);
  }
}

/** Starts the analysis where it waits for the user, and waits for its end. */
export async function analyseToEnd(page: Page): Promise<void> {
  const start = page.getByRole('button', { name: 'Analyse' });
  const running = page.getByRole('button', { name: 'Stop', exact: true });
  await expect(start.or(running).or(block(page, 'Centre')).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  if (await start.isVisible()) await start.click();
  await expect(block(page, 'Centre').or(block(page, 'Scores')).first()).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
  await expectIdle(page);
}

/** One of the named blocks of the reading column. */
export function block(page: Page, name: 'Phases' | 'Masses' | 'Centre' | 'Scores' | 'Why' | 'Keep'): Locator {
  return page.getByRole('region', { name: new RegExp(`^${name}`) });
}

/** Waits for both scores to stand, and gives them in whole per cent. */
export async function scores(page: Page): Promise<{ malignancy: number; aggressiveness: number }> {
  const percent = async (task: string): Promise<number> => {
    const meter = page.getByTestId(`score-${task}`).getByRole('meter');
    await expect(meter).toBeVisible({ timeout: ANALYSIS_LIMIT_MS });
    return Number(await meter.getAttribute('aria-valuenow'));
  };
  return { malignancy: await percent('malignancy'), aggressiveness: await percent('aggressiveness') };
}

/** Waits until nothing is being analysed or read again. */
export async function expectIdle(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0, { timeout: ANALYSIS_LIMIT_MS });
  await expect(page.getByText('Scores for the new centre')).toHaveCount(0, { timeout: ANALYSIS_LIMIT_MS });
}

/** Presses a button of the block 'Keep' and gives the saved file's bytes. */
export async function keep(page: Page, name: 'Report' | 'Label map' | 'Screenshot'): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await block(page, 'Keep').getByRole('button', { name }).click();
  return readFileSync(await (await download).path());
}

/** The reading as the page saves it. */
export async function savedReport(page: Page): Promise<Report> {
  return JSON.parse((await keep(page, 'Report')).toString('utf8')) as Report;
}

/** Points at a place of a pane, as a share of its width and height, and presses C. */
export async function setCentreAt(page: Page, pane: number, share: readonly [number, number]): Promise<void> {
  const box = (await page.locator('.pane').nth(pane).boundingBox())!;
  await page.mouse.move(box.x + share[0] * box.width, box.y + share[1] * box.height);
  await page.keyboard.press('c');
}

/** Share of a pane's overlay that holds any paint. */
export function paintedShare(page: Page, pane: number): Promise<number> {
  return page.locator('.pane-overlay').nth(pane).evaluate((overlay) => {
    if (!(overlay instanceof HTMLCanvasElement)) return 0;
    const { data } = overlay.getContext('2d')!.getImageData(0, 0, overlay.width, overlay.height);
    let painted = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) painted += 1;
    return painted / (data.length / 4);
  });
}
