import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseGalleryCase, type GalleryCase, type GalleryFile } from '../../src/core/gallery';

/** Files of a case's folder that are about it, not of it. */
const ASIDE = new Set(['case.json', 'fetch.json', 'README.md', 'LICENSE', 'LICENSE.txt']);

/**
 * Lists every case folder below `samples`, fills in the size and SHA-256 of its files, writes both case.json and index.json.
 * Shipped cases come first, then fetched ones, each by name; a folder without case.json is left alone.
 */
export async function buildIndex(samples: string): Promise<readonly GalleryCase[]> {
  const cases: GalleryCase[] = [];
  for (const entry of await readdir(samples, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = join(samples, entry.name);
    const path = join(folder, 'case.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const written = JSON.parse(text) as Record<string, unknown>;
    const files = await listFiles(folder);
    const one = parseGalleryCase({ ...written, id: entry.name, files });
    if (!one) throw new Error(`${path}: a field is missing or of the wrong kind; public/samples/README.md lists them`);
    const updated = `${JSON.stringify({ ...written, id: entry.name, files }, null, 2)}\n`;
    if (updated !== text) await writeFile(path, updated);
    cases.push(one);
  }
  const rank = (one: GalleryCase): string => `${one.origin === 'shipped' ? 0 : 1} ${one.id}`;
  cases.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  await writeFile(join(samples, 'index.json'), `${JSON.stringify({ schema: 'renalens-gallery/1', cases }, null, 2)}\n`);
  return cases;
}

/** Every file of a case with its size and hash, in name order. */
async function listFiles(folder: string): Promise<GalleryFile[]> {
  const files: GalleryFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || ASIDE.has(path) || path.endsWith('.part')) continue;
    const bytes = await readFile(join(folder, path));
    files.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
