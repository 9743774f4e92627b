/**
 * True for a path that stays inside the pack: relative, forward slashes, no `.` or `..` step, no drive, no address.
 * A pack's paths become fetch addresses and, in the terminal, file names; nothing else may be reached through them.
 */
export function isSafePath(path: string): boolean {
  if (path === '' || path.length > 200 || !/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(path)) return false;
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

const PICKLE_ENDINGS = ['.pt', '.pth', '.pkl', '.pickle', '.model', '.ckpt'];

/** True for files that hold Python pickles, which can run code when opened and are never read here. */
export function isPickle(path: string): boolean {
  const lower = path.toLowerCase();
  return PICKLE_ENDINGS.some((ending) => lower.endsWith(ending));
}
