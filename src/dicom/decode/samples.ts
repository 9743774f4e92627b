import type { PixelFormat } from '../pixel-format';

/** Stored values of one frame: row by row, colour by pixel; sign- or zero-extended as the header says. */
export type StoredFrame = Int16Array | Uint16Array | Int8Array | Uint8Array;

/** Samples as a decoder gives them, before the header's bits and sign are applied. */
export type RawFrame = Uint8Array | Uint16Array;

/**
 * Applies BitsStored, HighBit and PixelRepresentation: bits outside are dropped (overlays may live there), the sign is
 * extended. The header decides, not the code stream, which often says something else. Source: PS3.5 section 8.1.1.
 * `highBit` is passed on its own because compressed streams carry their samples in the low bits.
 */
export function toStored(raw: RawFrame, format: PixelFormat, highBit: number): StoredFrame {
  const { bitsStored, signed } = format;
  const shift = highBit + 1 - bitsStored;
  if (raw.BYTES_PER_ELEMENT === 1) {
    if (bitsStored === 8 && shift === 0) return signed ? new Int8Array(raw.buffer, raw.byteOffset, raw.length) : raw;
    return extended(raw, signed ? new Int8Array(raw.length) : new Uint8Array(raw.length), shift, bitsStored, signed);
  }
  if (shift === 0 && (bitsStored === 16 || isExtended(raw, bitsStored, signed))) return signed ? new Int16Array(raw.buffer, raw.byteOffset, raw.length) : raw;
  return extended(raw, signed ? new Int16Array(raw.length) : new Uint16Array(raw.length), shift, bitsStored, signed);
}

/** True when no word has a bit above BitsStored but for its extended sign, as sound files and decoders give them. */
function isExtended(raw: RawFrame, bitsStored: number, signed: boolean): boolean {
  const half = signed ? 1 << (bitsStored - 1) : 0;
  let seen = 0;
  for (let n = 0; n < raw.length; n++) seen |= (raw[n]! + half) & 0xffff;
  return seen >> bitsStored === 0;
}

function extended<T extends StoredFrame>(raw: RawFrame, stored: T, shift: number, bitsStored: number, signed: boolean): T {
  const up = 32 - bitsStored - shift;
  const down = 32 - bitsStored;
  if (signed) for (let n = 0; n < raw.length; n++) stored[n] = (raw[n]! << up) >> down;
  else for (let n = 0; n < raw.length; n++) stored[n] = (raw[n]! << up) >>> down;
  return stored;
}

/** Turns planes (RRR GGG BBB) into pixels (RGB RGB RGB). */
export function interleaved<T extends RawFrame>(planes: T, samplesPerPixel: number): T {
  const pixels = planes.slice() as T;
  const perPlane = planes.length / samplesPerPixel;
  for (let s = 0; s < samplesPerPixel; s++) {
    for (let n = 0; n < perPlane; n++) pixels[n * samplesPerPixel + s] = planes[s * perPlane + n]!;
  }
  return pixels;
}

/** 16-bit samples from bytes of either order; the bytes are viewed without a copy where alignment and order allow. */
export function wordsOf(bytes: Uint8Array, count: number, bigEndian: boolean): Uint16Array {
  if (!bigEndian && bytes.byteOffset % 2 === 0) return new Uint16Array(bytes.buffer, bytes.byteOffset, count);
  const words = new Uint16Array(count);
  const [low, high] = bigEndian ? [1, 0] : [0, 1];
  for (let n = 0; n < count; n++) words[n] = bytes[2 * n + low]! | (bytes[2 * n + high]! << 8);
  return words;
}

/** Single bits, least significant first, from `firstBit` on, one byte each. Source: PS3.5 section 8.1.1, annex D. */
export function bitsOf(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let n = 0; n < count; n++) bits[n] = (bytes[(firstBit + n) >> 3]! >> ((firstBit + n) & 7)) & 1;
  return bits;
}
