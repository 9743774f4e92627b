import type { ByteSource } from '../core/ports';

/** One file of a zip archive as its central directory lists it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated; others are not read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Where the local header starts. */
  readonly headerOffset: number;
}

const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** More entries than any study has files. */
const MAX_ENTRIES = 500_000;
/** Central directories of that many entries stay below this. */
const MAX_DIRECTORY_BYTES = 1 << 28;

/** The archive's files, or null when there is no sound central directory. Zip64 included. Source: APPNOTE 6.3.10, 4.3. */
export async function readZipDirectory(archive: ByteSource): Promise<readonly ZipEntry[] | null> {
  const tailBytes = Math.min(archive.sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  const tailAt = archive.sizeBytes - tailBytes;
  const tail = viewOf(await archive.read(tailAt, archive.sizeBytes));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return null;
  const place = (await zip64Place(archive, tailAt + end)) ?? {
    entries: tail.getUint16(end + 10, true),
    bytes: tail.getUint32(end + 12, true),
    offset: tail.getUint32(end + 16, true),
  };
  if (place.entries > MAX_ENTRIES || place.bytes > MAX_DIRECTORY_BYTES || place.offset + place.bytes > archive.sizeBytes) return null;
  return parseEntries(await archive.read(place.offset, place.offset + place.bytes), place.entries);
}

interface DirectoryPlace {
  readonly entries: number;
  readonly bytes: number;
  readonly offset: number;
}

async function zip64Place(archive: ByteSource, endAt: number): Promise<DirectoryPlace | null> {
  if (endAt < 20) return null;
  const locator = viewOf(await archive.read(endAt - 20, endAt));
  if (locator.byteLength < 20 || locator.getUint32(0, true) !== 0x07064b50) return null;
  const recordAt = Number(locator.getBigUint64(8, true));
  if (recordAt + 56 > archive.sizeBytes) return null;
  const record = viewOf(await archive.read(recordAt, recordAt + 56));
  if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) return null;
  return {
    entries: Number(record.getBigUint64(32, true)),
    bytes: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function parseEntries(bytes: Uint8Array, count: number): readonly ZipEntry[] | null {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) return null;
    const flags = view.getUint16(at + 8, true);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > bytes.length) return null;
    const sizes = wideSizes(view, at, nameEnd, extraEnd);
    if (sizes === null) return null;
    entries.push({
      name: entryName(bytes.subarray(at + 46, nameEnd), (flags & 0x800) !== 0),
      method: view.getUint16(at + 10, true),
      encrypted: (flags & 1) !== 0,
      ...sizes,
    });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Sizes and offset, from the zip64 extra field where the short fields are full. */
function wideSizes(view: DataView, at: number, extraAt: number, extraEnd: number): Pick<ZipEntry, 'compressedBytes' | 'sizeBytes' | 'headerOffset'> | null {
  const short = { sizeBytes: view.getUint32(at + 24, true), compressedBytes: view.getUint32(at + 20, true), headerOffset: view.getUint32(at + 42, true) };
  const wide: Record<keyof typeof short, number> = { ...short };
  let field = extraAt;
  while (field + 4 <= extraEnd) {
    const size = view.getUint16(field + 2, true);
    if (view.getUint16(field, true) === 1) {
      let value = field + 4;
      for (const key of ['sizeBytes', 'compressedBytes', 'headerOffset'] as const) {
        if (short[key] !== 0xffffffff) continue;
        if (value + 8 > Math.min(extraEnd, field + 4 + size)) return null;
        wide[key] = Number(view.getBigUint64(value, true));
        value += 8;
      }
    }
    field += 4 + size;
  }
  return wide;
}

/** UTF-8 when flagged or valid; else the old IBM code page is near enough to Latin-1 for a label. */
function entryName(bytes: Uint8Array, utf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !utf8 }).decode(bytes);
  } catch {
    return new TextDecoder('iso-8859-1').decode(bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
