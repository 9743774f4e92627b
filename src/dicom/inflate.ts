import { Inflate } from 'fflate';

/** Input is fed in pieces of this size, so that a bomb is met after at most 1,032 times as many bytes. */
const PIECE_BYTES = 1 << 14;

/**
 * Inflates a deflate stream (a zlib header is skipped when there is one) up to `maxBytes`.
 * Null when the stream is corrupt, ends early or would grow beyond the limit.
 */
export function inflateBounded(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  const seen = { total: 0, ended: false };
  const stream = new Inflate((chunk, final) => {
    seen.total += chunk.length;
    if (seen.total > maxBytes) throw new RangeError('inflated size');
    chunks.push(chunk);
    seen.ended ||= final;
  });
  try {
    for (let at = zlibHeaderBytes(bytes); at < bytes.length; at += PIECE_BYTES) {
      stream.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length);
    }
  } catch {
    return null;
  }
  return seen.ended ? joined(chunks, seen.total) : null;
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** DICOM wants raw deflate; some writers put the two bytes of RFC 1950 before it. */
function zlibHeaderBytes(bytes: Uint8Array): 0 | 2 {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (second & 0x20) === 0 && ((first << 8) | second) % 31 === 0 ? 2 : 0;
}
