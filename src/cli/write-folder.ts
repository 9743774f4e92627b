import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** True when a folder can stand there: it does, or the nearest thing above it that exists is one. */
export function canBeFolder(path: string): boolean {
  // Below a file, existsSync says no where statSync throws.
  if (existsSync(path)) return statSync(path).isDirectory();
  return dirname(path) === path || canBeFolder(dirname(path));
}

/**
 * Writes files into a folder all at once: they are first written beside it, then put in place, so that nobody finds half
 * of them, whatever happens in between. Results of an earlier run (`stale`) are replaced; other files stay.
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
  stale: (name: string) => boolean,
): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const workshop = join(parent, `.${basename(folder)}.${process.pid}`);
  try {
    await mkdir(workshop);
    for (const [name, content] of files) await writeFile(join(workshop, name), content);
    if (existsSync(folder)) {
      for (const name of await readdir(folder)) if (stale(name)) await rm(join(folder, name));
      for (const name of files.keys()) await rename(join(workshop, name), join(folder, name));
    } else await rename(workshop, folder);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
