import { forgetOffline } from './offline/register';
import { closeCase } from './session';

/** Removes everything that the page keeps in the browser: case, view, models, offline copy, databases. */
export async function forgetEverything(): Promise<void> {
  closeCase();
  await forgetOffline();
  localStorage.clear();
  sessionStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
}
