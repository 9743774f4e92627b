/**
 * Holds the lock under a worker's own name for as long as the worker lives, so that the page learns of its end: a worker that
 * ends, for whatever reason, says nothing, but its locks come free. Resolves once the lock is held: a request of the page and
 * one of the worker reach the browser in any order, and the page must not come first.
 */
export function holdName(): Promise<void> {
  if (!('locks' in navigator)) return Promise.resolve();
  return new Promise((held, failed) => {
    navigator.locks
      .request(self.name, () => {
        held();
        return new Promise<never>(() => undefined);
      })
      .catch(failed);
  });
}
