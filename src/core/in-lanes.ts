/**
 * Does `work` for every item, `lanes` of them under way at a time: what waits for the disk then waits together. Stops taking
 * new items once `stopped` says so; what is under way is waited for.
 */
export async function inLanes<T>(items: readonly T[], lanes: number, stopped: () => boolean, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length && !stopped()) {
      const index = next++;
      await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
