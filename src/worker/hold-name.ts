/**
 * Holds the lock under a worker's own name for as long as the worker lives, so that the page learns of its end: a worker that
 * ends, for whatever reason, says nothing, but its locks come free.
 */
export function holdName(): void {
  if (!('locks' in navigator)) return;
  void navigator.locks.request(self.name, () => new Promise<never>(() => undefined));
}
