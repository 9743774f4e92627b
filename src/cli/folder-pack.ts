import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { issue } from '../core/issue';
import { failure, success } from '../core/result';
import type { PackSource } from '../packs/open-pack';

/** A pack in a folder on disk. Issue of a file that cannot be read: `pack-file-missing`. */
export async function folderPack(folder: string): Promise<PackSource> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const list = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return {
    list,
    async read(path) {
      try {
        const bytes = await readFile(join(folder, path));
        return success(new Uint8Array(bytes));
      } catch {
        return failure(issue('pack-file-missing', 'error', path));
      }
    },
  };
}
