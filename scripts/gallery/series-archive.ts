import { createHash } from 'node:crypto';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { FetchFault } from './nbia';

/** Zip entries carry a time; a fixed one keeps an archive's bytes the same from run to run. */
const ZIP_TIME = new Date('2000-01-01T00:00:00');

/** A series as it is kept: its files in one zip, the licence text beside it. */
export interface CheckedSeries {
  readonly zip: Uint8Array;
  readonly files: number;
  readonly licenceText: string | null;
}

/**
 * Checks the service's zip (every file listed in md5hashes.csv, every MD5 right, as many files as announced) and repacks the
 * images alone.
 * @param expected ImageCount of the series, or null when the service did not say
 */
export function checkSeries(archive: Uint8Array, expected: number | null, what: string): CheckedSeries {
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(archive);
  } catch {
    throw new FetchFault(`${what}: the archive is incomplete or damaged.`);
  }
  const list = entries['md5hashes.csv'];
  if (!list) throw new FetchFault(`${what}: the archive has no list of checksums.`);
  const hashes = readHashes(new TextDecoder().decode(list));
  const images: Zippable = {};
  for (const [name, md5] of hashes) {
    const bytes = entries[name];
    if (!bytes || createHash('md5').update(bytes).digest('hex') !== md5) throw new FetchFault(`${what}: ${name} is missing or does not have its checksum.`);
    images[name.split('/').pop() ?? name] = [bytes, { level: 6, mtime: ZIP_TIME }];
  }
  const files = Object.keys(images).length;
  if (files === 0 || (expected !== null && files !== expected)) throw new FetchFault(`${what}: ${files} files came, ${expected ?? 'some'} were announced.`);
  const licence = Object.entries(entries).find(([name]) => /licen[cs]e/i.test(name))?.[1];
  return { zip: zipSync(images), files, licenceText: licence ? new TextDecoder().decode(licence) : null };
}

/** Rows of md5hashes.csv without its header; quotes are tolerated. */
function readHashes(csv: string): [string, string][] {
  const rows: [string, string][] = [];
  for (const line of csv.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [name, md5] = line.split(',').map((field) => field.trim().replace(/^"|"$/g, ''));
    if (name && md5 && /^[0-9a-f]{32}$/i.test(md5)) rows.push([name, md5.toLowerCase()]);
  }
  return rows;
}
