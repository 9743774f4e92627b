import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { issue } from '../core/issue';
import type { ByteSource } from '../core/ports';
import { failure, success, type Result } from '../core/result';

/**
 * Every file under the paths, in name order, as byte sources. Folders are walked; links to folders are not followed
 * twice. Issue: `unreadable-file` for a path that does not exist or may not be read.
 */
export async function readPaths(paths: readonly string[]): Promise<Result<readonly ByteSource[]>> {
  const sources: ByteSource[] = [];
  for (const path of paths) {
    try {
      const facts = await stat(path);
      if (facts.isDirectory()) await walk(path, sources);
      else sources.push(fileSource(path, facts.size));
    } catch {
      return failure(issue('unreadable-file', 'error', path, { reason: 'no-such-file' }));
    }
  }
  return success(sources);
}

async function walk(folder: string, sources: ByteSource[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, sources);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) sources.push(fileSource(path, (await stat(path)).size));
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** A file on disk, opened for each read so that tens of thousands of them need no more handles than one. */
export function fileSource(path: string, sizeBytes: number): ByteSource {
  return {
    name: path,
    sizeBytes,
    async read(from, to) {
      const file = await open(path, 'r');
      try {
        return await readRange(file, from, Math.min(to, sizeBytes));
      } finally {
        await file.close();
      }
    },
  };
}

async function readRange(file: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, to - from));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}
