/** What a compressed frame says about itself, read before any decoder allocates for it. */
export interface CodestreamFacts {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly bitsPerSample: number;
  /** JPEG: the start-of-frame marker (0xc0 baseline, 0xc1 extended, 0xc3 lossless, 0xf7 JPEG-LS); 0 for JPEG 2000. */
  readonly process: number;
  /** False when the stream stops before its end: such a frame must not be shown as whole. */
  readonly whole: boolean;
}

const START_OF_FRAME = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7]);

/** Facts of a JPEG or JPEG-LS stream, or null when it is neither. Source: ITU-T T.81 annex B, T.87 annex C. */
export function jpegFacts(bytes: Uint8Array): CodestreamFacts | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (START_OF_FRAME.has(marker) && at + 10 <= bytes.length) {
      return {
        bitsPerSample: bytes[at + 4]!,
        rows: u16(bytes, at + 5),
        columns: u16(bytes, at + 7),
        components: bytes[at + 9]!,
        process: marker,
        whole: endsWithMarker(bytes, 0xd9),
      };
    }
    at += 2 + u16(bytes, at + 2);
  }
  return null;
}

/** Writers pad a fragment to an even length, some with more than one byte. */
const MAX_PADDING_BYTES = 64;

function endsWithMarker(bytes: Uint8Array, marker: number): boolean {
  for (let at = bytes.length - 2; at >= 0 && at >= bytes.length - MAX_PADDING_BYTES; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === marker) return true;
  }
  return false;
}

/** Facts of a JPEG 2000 or HTJ2K code stream, bare or in a JP2 box, or null. Source: ITU-T T.800 annexes A and I. */
export function j2kFacts(bytes: Uint8Array): CodestreamFacts | null {
  const start = codestreamStart(bytes);
  if (start < 0 || u16(bytes, start + 2) !== 0xff51 || start + 45 > bytes.length) return null;
  const siz = start + 2;
  // Size of the first component: one that is sampled more coarsely than the image is not the picture that the header announces.
  const [stepX, stepY] = [bytes[siz + 41]!, bytes[siz + 42]!];
  if (stepX === 0 || stepY === 0) return null;
  return {
    columns: Math.ceil(u32(bytes, siz + 6) / stepX) - Math.ceil(u32(bytes, siz + 14) / stepX),
    rows: Math.ceil(u32(bytes, siz + 10) / stepY) - Math.ceil(u32(bytes, siz + 18) / stepY),
    components: u16(bytes, siz + 38),
    bitsPerSample: (bytes[siz + 40]! & 0x7f) + 1,
    process: 0,
    whole: tilePartsComplete(bytes, start),
  };
}

/** Offset of SOC followed by SIZ; a JP2 file has boxes before it. */
export function codestreamStart(bytes: Uint8Array): number {
  if (bytes[0] === 0xff && bytes[1] === 0x4f) return 0;
  if (u32(bytes, 4) !== 0x6a502020) return -1;
  for (let at = 12; at + 4 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at;
  }
  return -1;
}

/** True when every tile-part lies within the bytes; the end marker itself may be missing. */
function tilePartsComplete(bytes: Uint8Array, start: number): boolean {
  let at = start + 2;
  let tileParts = 0;
  while (at + 2 <= bytes.length) {
    const marker = u16(bytes, at);
    if (marker === 0xffd9) return tileParts > 0;
    if (marker === 0xff90) {
      const length = u32(bytes, at + 6);
      tileParts++;
      if (length === 0) return endsWithMarker(bytes, 0xd9);
      if (length < 14 || at + length > bytes.length) return false;
      at += length;
    } else {
      if (marker >> 8 !== 0xff) return tileParts > 0;
      at += 2 + u16(bytes, at + 2);
    }
  }
  return tileParts > 0 && at <= bytes.length;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0;
}
