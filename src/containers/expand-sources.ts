import { issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { success, type Result } from '../core/result';
import { readZipDirectory, type ZipEntry } from './zip-directory';
import { InflatedCache, zipEntrySource } from './zip-entry-source';

/** Files of an archive, all together, may declare at most this many bytes; above it, unpacking it would end the tab. */
const MAX_ARCHIVE_BYTES = 64 * 2 ** 30;
/** An archive within an archive is held in memory, up to this size. */
const MAX_NESTED_BYTES = 2 ** 30;
/** Archives within archives are opened this often. */
const MAX_NESTING = 1;

/**
 * Replaces zip archives by their files; everything else passes through unread but for its first bytes. Archives are known
 * by content, read by range, never unpacked as a whole, and opened within each other once.
 * Issues through the monitor: `archive-unreadable`, `archive-too-large`.
 */
export async function expandSources(sources: readonly ByteSource[], monitor: Monitor): Promise<Result<readonly ByteSource[]>> {
  const expanded: ByteSource[] = [];
  for (const source of sources) {
    if (monitor.cancelled()) break;
    expanded.push(...(await expandOne(source, 0, monitor)));
    await monitor.breathe();
  }
  return success(expanded);
}

/** The files of one source: those of an archive, else the source itself. Issues as `expandSources`. */
export function expandSource(source: ByteSource, monitor: Monitor): Promise<readonly ByteSource[]> {
  return expandOne(source, 0, monitor);
}

async function expandOne(source: ByteSource, depth: number, monitor: Monitor): Promise<readonly ByteSource[]> {
  if (!(await isZip(source))) return [source];
  if (depth > MAX_NESTING) return refused('archive-unreadable', source, monitor, 'nested');
  const entries = await readZipDirectory(source).catch(() => null);
  if (entries === null) return refused('archive-unreadable', source, monitor, 'directory');
  const files = entries.filter((entry) => !entry.name.endsWith('/') && !entry.name.startsWith('__MACOSX/'));
  if (isBomb(files, source)) return refused('archive-too-large', source, monitor, 'size');
  const cache = new InflatedCache();
  const expanded: ByteSource[] = [];
  for (const entry of files) {
    if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) {
      monitor.issue(issue('archive-unreadable', 'error', `${source.name}/${entry.name}`, { reason: entry.encrypted ? 'encrypted' : 'method' }));
      continue;
    }
    const inner = zipEntrySource(source, entry, cache);
    expanded.push(...(await expandEntry(inner, depth, monitor)));
  }
  return expanded;
}

async function expandEntry(inner: ByteSource, depth: number, monitor: Monitor): Promise<readonly ByteSource[]> {
  if (!(await isZip(inner))) return [inner];
  if (inner.sizeBytes > MAX_NESTED_BYTES) return refused('archive-too-large', inner, monitor, 'nested');
  return expandOne(await inMemory(inner), depth + 1, monitor);
}

/** Random access into a deflated archive needs its bytes. */
async function inMemory(source: ByteSource): Promise<ByteSource> {
  const bytes = await source.read(0, source.sizeBytes);
  return { name: source.name, sizeBytes: bytes.length, read: (from, to) => Promise.resolve(bytes.slice(from, to)) };
}

/** Declared sizes beyond the limit, or entries that share their bytes. */
function isBomb(entries: readonly ZipEntry[], archive: ByteSource): boolean {
  const declared = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  const compressed = entries.reduce((sum, entry) => sum + entry.compressedBytes, 0);
  return declared > MAX_ARCHIVE_BYTES || compressed > archive.sizeBytes;
}

/** Names that only DICOM objects and images bear need no look inside. */
const NEVER_ZIP = /\.(dcm|ima|nii|nii\.gz)$/i;

async function isZip(source: ByteSource): Promise<boolean> {
  if (source.sizeBytes < 22 || NEVER_ZIP.test(source.name)) return false;
  const [p, k, a, b] = await source.read(0, 4).catch(() => new Uint8Array());
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));
}

function refused(code: 'archive-unreadable' | 'archive-too-large', source: ByteSource, monitor: Monitor, reason: string): readonly ByteSource[] {
  monitor.issue(issue(code, 'error', source.name, { reason }));
  return [];
}
