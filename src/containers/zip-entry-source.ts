import { Inflate } from 'fflate';
import type { ByteSource } from '../core/ports';
import type { ZipEntry } from './zip-directory';

/** Compressed bytes are fed to the decompressor in pieces of this size. */
const PIECE_BYTES = 1 << 16;
const LOCAL_HEADER_BYTES = 30;

/** Whole entries kept after a read beyond their start, so that frames of one object are not inflated again and again. */
export class InflatedCache {
  private readonly kept = new Map<string, Uint8Array>();

  constructor(private readonly entries = 4) {}

  get(name: string): Uint8Array | undefined {
    return this.kept.get(name);
  }

  put(name: string, bytes: Uint8Array): void {
    this.kept.delete(name);
    this.kept.set(name, bytes);
    for (const oldest of [...this.kept.keys()].slice(0, Math.max(0, this.kept.size - this.entries))) this.kept.delete(oldest);
  }
}

/**
 * An entry of an archive as a byte source. Stored entries are read in place; deflated ones are inflated only as far as asked,
 * and never beyond the size that the directory declares. A damaged entry gives fewer bytes than asked for.
 */
export function zipEntrySource(archive: ByteSource, entry: ZipEntry, cache: InflatedCache): ByteSource {
  const name = `${archive.name}/${entry.name}`;
  return {
    name,
    sizeBytes: entry.sizeBytes,
    async read(from, to) {
      const end = Math.min(to, entry.sizeBytes);
      const known = cache.get(name);
      if (known !== undefined) return known.slice(from, end);
      const dataAt = await dataOffset(archive, entry);
      if (entry.method === 0) return archive.read(dataAt + from, dataAt + end);
      const bytes = await inflatePrefix(archive, dataAt, entry.compressedBytes, end);
      if (from > 0 && bytes.length === entry.sizeBytes) cache.put(name, bytes);
      return bytes.subarray(from);
    },
  };
}

async function dataOffset(archive: ByteSource, entry: ZipEntry): Promise<number> {
  const header = await archive.read(entry.headerOffset, entry.headerOffset + LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES) return archive.sizeBytes;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return entry.headerOffset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

async function inflatePrefix(archive: ByteSource, at: number, compressedBytes: number, wanted: number): Promise<Uint8Array> {
  const out = new Uint8Array(wanted);
  let done = 0;
  const stream = new Inflate((chunk) => {
    const part = chunk.subarray(0, wanted - done);
    out.set(part, done);
    done += part.length;
  });
  for (let read = 0; read < compressedBytes && done < wanted; read += PIECE_BYTES) {
    const piece = await archive.read(at + read, at + Math.min(read + PIECE_BYTES, compressedBytes));
    if (piece.length === 0) break;
    try {
      stream.push(piece, read + PIECE_BYTES >= compressedBytes);
    } catch {
      break;
    }
  }
  return out.subarray(0, done);
}
