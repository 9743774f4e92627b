import type { ByteSource } from '../core/ports';

/** Files up to this size are read whole at the first look: one answer from the disk instead of three. */
const MAX_HELD_FILE_BYTES = 4 * 2 ** 20;
/** All files held at the same time; what does not fit is read in parts. A study in its volumes may be larger than this by far. */
const MAX_HELD_BYTES = 160 * 2 ** 20;
/** Start of a file that is not held, kept because several look at it. */
const HEAD_BYTES = 1 << 15;

/** Hands out sources that keep what was read of them, within one limit for all. */
export class Holding {
  private leftBytes: number;

  constructor(maxBytes = MAX_HELD_BYTES) {
    this.leftBytes = maxBytes;
  }

  /** The same source, read at most once while it is held. `take` gives its bytes away and frees their share of the limit. */
  hold(source: ByteSource): ByteSource {
    let whole: Promise<Uint8Array> | null = null;
    let bytes: Uint8Array | null = null;
    let head: Promise<Uint8Array> | null = null;
    let taken = false;

    const readWhole = async (): Promise<Uint8Array> => {
      this.leftBytes -= source.sizeBytes;
      try {
        bytes = await source.read(0, source.sizeBytes);
        return bytes;
      } catch (error) {
        this.leftBytes += source.sizeBytes;
        whole = null;
        taken = true;
        throw error;
      }
    };

    return {
      name: source.name,
      sizeBytes: source.sizeBytes,
      read: async (from, to) => {
        if (whole === null && !taken && source.sizeBytes <= Math.min(MAX_HELD_FILE_BYTES, this.leftBytes)) whole = readWhole();
        if (whole !== null) return (await whole).subarray(from, to);
        if (taken || to > HEAD_BYTES) return source.read(from, to);
        head ??= source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
        return (await head).subarray(from, to);
      },
      take: () => {
        const given = bytes;
        if (given !== null) this.leftBytes += source.sizeBytes;
        whole = bytes = head = null;
        taken = true;
        return given;
      },
    };
  }
}
