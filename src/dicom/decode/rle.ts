import { frameSamples, type PixelFormat } from '../pixel-format';
import type { RawFrame } from './samples';

/**
 * Decodes one RLE frame: byte planes from the most significant on, each PackBits. Null when a segment is malformed,
 * runs over or stops short. Source: PS3.5 annex G.
 */
export function decodeRle(bytes: Uint8Array, format: PixelFormat): RawFrame | null {
  if (bytes.length < 64 || format.bitsAllocated === 1) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, 64);
  const bytesPerSample = format.bitsAllocated / 8;
  const segments = header.getUint32(0, true);
  if (segments !== format.samplesPerPixel * bytesPerSample) return null;
  const pixels = format.rows * format.columns;
  const out = new Uint8Array(frameSamples(format) * bytesPerSample);
  for (let segment = 0; segment < segments; segment++) {
    const from = header.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length;
    if (from < 64 || to < from || to > bytes.length) return null;
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const first = sample * bytesPerSample + byte;
    if (!unpack(bytes, from, to, out, first, format.samplesPerPixel * bytesPerSample, pixels)) return null;
  }
  return bytesPerSample === 1 ? out : new Uint16Array(out.buffer);
}

function unpack(bytes: Uint8Array, from: number, to: number, out: Uint8Array, first: number, stride: number, count: number): boolean {
  let at = from;
  let done = 0;
  let target = first;
  while (done < count && at < to) {
    const control = bytes[at++]!;
    if (control === 128) continue;
    const literal = control < 128;
    const length = literal ? control + 1 : 257 - control;
    if (done + length > count || at + (literal ? length : 1) > to) return false;
    if (literal) {
      for (let n = 0; n < length; n++, target += stride) out[target] = bytes[at++]!;
    } else {
      const value = bytes[at++]!;
      for (let n = 0; n < length; n++, target += stride) out[target] = value;
    }
    done += length;
  }
  return done === count;
}
