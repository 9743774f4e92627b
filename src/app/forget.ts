import { forgetOffline } from './offline/register';
import { forgetPacks } from './packs/shelf';
import { hasPrivateFiles } from './private-folder';
import { closeCase } from './session';
import { forgetKeptCase } from './survival/survival';

/**
 * Removes everything that the page keeps in the browser: case, view, models, offline copy, databases. Each part is forgotten
 * whether or not the others could be; a part that the browser does not have counts as forgotten. Throws what failed, at the end.
 */
export async function forgetEverything(): Promise<void> {
  closeCase();
  const parts: readonly (() => Promise<void>)[] = [forgetKeptCase, forgetOffline, forgetPacks, forgetStorage(() => localStorage), forgetStorage(() => sessionStorage), forgetCaches, forgetDatabases, forgetFiles];
  const failed: unknown[] = [];
  for (const forget of parts) {
    try {
      await forget();
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, 'not everything could be removed');
}

/** Where a browser blocks storage, already asking for it throws. */
function forgetStorage(storage: () => Storage): () => Promise<void> {
  return () => Promise.resolve().then(() => storage().clear());
}

async function forgetCaches(): Promise<void> {
  if (!('caches' in globalThis)) return;
  for (const name of await caches.keys()) await caches.delete(name);
}

async function forgetDatabases(): Promise<void> {
  if (!('indexedDB' in globalThis) || !('databases' in indexedDB)) return;
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
}

async function forgetFiles(): Promise<void> {
  if (!hasPrivateFiles()) return;
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
}
