import type { BenchPart } from '../part';
import type { Figure } from '../record';
import { twoVisits, type Visit } from '../visits';

/** What the first and the second visit of a browser cost. */
export const visits: BenchPart = {
  name: 'visits',
  about: 'time until usable and bytes of a first and a second visit',
  async measure({ site, launch, runs }) {
    const taken: { first: Visit; second: Visit }[] = [];
    for (let n = 0; n < runs; n += 1) taken.push(await twoVisits(site, launch));
    return (['first', 'second'] as const).flatMap((which): Figure[] => [
      { name: `${which} visit, until usable`, unit: 'ms', runs: taken.map((two) => two[which].usableMs) },
      { name: `${which} visit, bytes until usable`, unit: 'bytes', runs: taken.map((two) => two[which].usableBytes) },
      { name: `${which} visit, bytes until ready offline`, unit: 'bytes', runs: taken.map((two) => two[which].readyBytes) },
    ]);
  },
};
