import { afterEach, expect, it, vi } from 'vitest';
import { forgetEverything } from './forget';

vi.mock('./session', () => ({ closeCase: () => undefined }));
vi.mock('./survival/survival', () => ({ forgetKeptCase: () => Promise.resolve() }));
afterEach(() => vi.unstubAllGlobals());

const storage = (): { clear: ReturnType<typeof vi.fn> } => ({ clear: vi.fn() });

it('forgets the rest where the browser has no caches and cannot list databases', async () => {
  const [local, session, removeEntry] = [storage(), storage(), vi.fn()];
  vi.stubGlobal('localStorage', local);
  vi.stubGlobal('sessionStorage', session);
  vi.stubGlobal('indexedDB', {});
  const root = { keys: () => ['kept'], removeEntry };
  vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve(root) } });
  await forgetEverything();
  expect(local.clear).toHaveBeenCalledOnce();
  expect(session.clear).toHaveBeenCalledOnce();
  expect(removeEntry).toHaveBeenCalledWith('kept', { recursive: true });
});

it('forgets the rest when one part fails, and tells so', async () => {
  const session = storage();
  vi.stubGlobal('localStorage', { clear: () => { throw new Error('blocked'); } });
  vi.stubGlobal('sessionStorage', session);
  vi.stubGlobal('navigator', {});
  await expect(forgetEverything()).rejects.toThrow('not everything');
  expect(session.clear).toHaveBeenCalledOnce();
});
