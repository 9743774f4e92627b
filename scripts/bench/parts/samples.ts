import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseGallery } from '../../../src/core/gallery';
import { withFreshPage } from '../fresh-page';
import type { BenchContext, BenchPart } from '../part';
import type { Figure } from '../record';
import { watchFrames, type Marks } from '../watch-frames';

/** The real cases of the gallery, each in a fresh browser: what a visitor waits for after one click. */
export const samples: BenchPart = {
  name: 'samples',
  about: 'click on a real case of the gallery to its first image and to all slices',
  async measure(context) {
    const gallery = parseGallery(JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../dist/samples/index.json'), 'utf8')));
    if (!gallery.ok) throw new Error(gallery.issue.code);
    const figures: Figure[] = [];
    for (const { id } of gallery.value.cases) {
      const runs: Marks[] = [];
      for (let n = 0; n < context.runs; n += 1) runs.push(await clickCase(context, id));
      figures.push(
        { name: `${id}: click to first image`, unit: 'ms', runs: runs.map((marks) => marks.firstImage ?? NaN) },
        { name: `${id}: click to all slices`, unit: 'ms', runs: runs.map((marks) => marks.volumes ?? NaN) },
      );
    }
    return figures;
  },
};

function clickCase(context: BenchContext, id: string): Promise<Marks> {
  return withFreshPage(context, watchFrames, async (page) => {
    // A visitor reads the card before he clicks; until then the page has got ready what it can.
    await page.waitForTimeout(2000);
    await page.getByTestId(`sample-${id}`).evaluate((card: HTMLElement) => {
      const { benchMarks } = globalThis as unknown as { benchMarks: { start: number } };
      benchMarks.start = performance.now();
      card.click();
    });
    const done = await page.waitForFunction(() => {
      const { benchMarks } = globalThis as unknown as { benchMarks: Marks };
      return benchMarks.firstImage !== null && benchMarks.volumes !== null ? benchMarks : null;
    }, undefined, { timeout: 300_000 });
    return (await done.jsonValue())!;
  });
}
