/** The lock that the tab holds whose case is kept: there is one place for one case, and two tabs must not write into it in turn. */
const LOCK = 'renalens-kept-case';

/** Lets the lock go; null while this tab does not hold it. */
let release: (() => void) | null = null;

/**
 * Makes this tab the one whose case is kept; false when another is it, unless its case is taken from it (`take`). `lost` is told
 * when another tab takes it later. Without locks there is no private file system either, so nobody is asked.
 */
export async function becomeKeeper(lost: () => void, take = false): Promise<boolean> {
  if (release !== null || !('locks' in navigator)) return true;
  return new Promise((settled) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      settled(lock !== null);
      if (lock === null) return undefined;
      return new Promise((done) => (release = done));
    };
    navigator.locks.request(LOCK, take ? { steal: true } : { ifAvailable: true }, hold).catch(() => {
      release = null;
      lost();
      settled(false);
    });
  });
}

/** Leaves the place to other tabs. */
export function stopKeeping(): void {
  release?.();
  release = null;
}

/** True while another tab keeps its case. */
export async function isKeptElsewhere(): Promise<boolean> {
  if (release !== null || !('locks' in navigator)) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === LOCK);
}
