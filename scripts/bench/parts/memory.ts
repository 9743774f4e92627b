import { askedFiles, withFreshPage } from '../fresh-page';
import { scratch, writeSeries } from '../ingest-cases';
import { treeBytes, watchPeak } from '../memory';
import type { BenchContext, BenchPart } from '../part';
import type { Figure } from '../record';

/** Five sizes; the last is three phases of 300 slices, the bar of the house. */
const SIZES: readonly (readonly [series: number, slices: number])[] = [[1, 60], [1, 180], [1, 300], [2, 300], [3, 300]];

/** What loading takes in memory at most, over what the page holds before, for five sizes: it must grow with the slices and no faster. */
export const memory: BenchPart = {
  name: 'memory',
  about: 'peak memory of loading five sizes up to 3 x 300 slices (memory-plot.ts draws it)',
  async measure(context) {
    const figures: Figure[] = [];
    for (const [series, slices] of SIZES) {
      const space = scratch();
      try {
        const folder = writeSeries(space.folder, series, slices);
        const runs: number[] = [];
        for (let n = 0; n < context.runs; n += 1) runs.push(await growthBytes(context, folder, series));
        figures.push({ name: `load ${series * slices} slices: memory over the idle page`, unit: 'bytes', runs });
      } finally {
        space.remove();
      }
    }
    return figures;
  },
};

function growthBytes(context: BenchContext, folder: string, series: number): Promise<number> {
  return withFreshPage(context, null, async (page) => {
    await page.waitForTimeout(5000);
    const before = treeBytes(process.pid);
    const peak = watchPeak(process.pid);
    try {
      await (await askedFiles(page, 'Open folder')).setFiles(folder);
      await page.locator('.chip').nth(series - 1).waitFor({ timeout: 300_000 });
      await page.waitForTimeout(1000);
    } finally {
      peak.stop();
    }
    return peak.stop() - before;
  });
}
