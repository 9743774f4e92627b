import type { Page } from 'playwright';
import { askedFiles, withFreshPage } from '../fresh-page';
import { largeStudy } from '../large-study';
import { traceDearestTask } from '../main-thread';
import type { BenchContext, BenchPart } from '../part';
import type { Figure } from '../record';
import { watchInteraction, type InteractionProbe } from '../watch-interaction';

/** How long each scroll lasts, s. */
const SCROLL_S = 6;
const MOVES = 40;
/** What a long task is: the browser tells of none below. */
const LONG_TASK_MS = 50;

interface Run {
  readonly scrollAnalysing: number;
  readonly longestAnalysing: number;
  readonly dearestAnalysing: number;
  readonly longestScrolling: number;
  readonly scrollIdle: number;
  readonly scrollIdlePlain: number;
  readonly dragMedian: number;
  readonly dragWorst: number;
}

/** How the reading screen answers hand and eye: three linked panes of 130 slices of 512 x 512, software rendering. */
export const interaction: BenchPart = {
  name: 'interaction',
  about: 'frames per second of three linked panes, longest main-thread task, answer to a drag of the centre',
  async measure(context) {
    const study = await largeStudy();
    try {
      const runs: Run[] = [];
      for (let n = 0; n < context.runs; n += 1) runs.push(await one(context, study.folder));
      const figure = (name: string, unit: Figure['unit'], of: keyof Run): Figure => ({ name, unit, runs: runs.map((run) => run[of]) });
      return [
        figure('scrolling three panes, analysis running', 'frames per second', 'scrollAnalysing'),
        figure('scrolling three panes with masks, idle', 'frames per second', 'scrollIdle'),
        figure('scrolling three panes without masks, idle', 'frames per second', 'scrollIdlePlain'),
        figure(`longest main-thread task of the analysis, hands off (${LONG_TASK_MS}: none longer)`, 'ms', 'longestAnalysing'),
        figure('processor time of the dearest main-thread task of the analysis, hands off', 'ms', 'dearestAnalysing'),
        figure('longest main-thread task while scrolling during the analysis', 'ms', 'longestScrolling'),
        figure('centre dragged to painted, median', 'ms', 'dragMedian'),
        figure('centre dragged to painted, worst', 'ms', 'dragWorst'),
      ];
    } finally {
      study.remove();
    }
  },
};

const ask = <T>(page: Page, what: (probe: InteractionProbe, n: number) => T, n = 0): Promise<Awaited<T>> =>
  page.evaluate<Awaited<T>>(`(${what.toString()})(globalThis.benchProbe, ${n})`);

async function longest(page: Page): Promise<number> {
  return Math.max(LONG_TASK_MS, ...(await ask(page, (probe) => probe.takeLongTasks())));
}

function one(context: BenchContext, folder: string): Promise<Run> {
  return withFreshPage(context, watchInteraction, async (page) => {
    await (await askedFiles(page, 'Open folder')).setFiles(folder);
    const analyse = page.getByRole('button', { name: 'Analyse', exact: true });
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    await page.locator('.pane').nth(2).waitFor({ timeout: 300_000 });
    await analyse.or(page.locator('.step-list')).first().waitFor({ timeout: 300_000 });
    if (await analyse.isVisible()) await analyse.click();
    // Into the segmentation, the longest step.
    await page.locator('.step-list li', { hasText: 'Outlines' }).locator('progress').waitFor({ timeout: 300_000 });
    await longest(page);
    const scrollAnalysing = await ask(page, (probe, seconds) => probe.scroll(seconds), SCROLL_S);
    const longestScrolling = await longest(page);
    const dearest = await traceDearestTask(page);
    await page.getByTestId('score-malignancy').waitFor({ timeout: 900_000 });
    await stop.first().waitFor({ state: 'detached', timeout: 900_000 });
    const longestAnalysing = await longest(page);
    await page.waitForTimeout(4000);
    const dearestAnalysing = await dearest();
    const scrollIdle = await ask(page, (probe, seconds) => probe.scroll(seconds), SCROLL_S);
    await page.keyboard.press('g');
    const scrollIdlePlain = await ask(page, (probe, seconds) => probe.scroll(seconds), SCROLL_S);
    await page.keyboard.press('g');
    await page.getByRole('button', { name: 'Show the centre' }).click();
    const answers = (await ask(page, (probe, moves) => probe.drag(moves), MOVES)).toSorted((a, b) => a - b);
    return { scrollAnalysing, longestAnalysing, dearestAnalysing, longestScrolling, scrollIdle, scrollIdlePlain, dragMedian: answers[Math.floor(MOVES / 2)]!, dragWorst: answers.at(-1)! };
  });
}
