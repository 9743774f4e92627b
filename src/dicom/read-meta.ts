/** What stands before the data set: where it starts and which transfer syntax the file claims. */
export interface FileStart {
  /** True when the file has the DICM prefix: then it is DICOM, readable or not. */
  readonly hasPrefix: boolean;
  readonly transferSyntaxUid: string;
  readonly dataSetOffset: number;
}

/** Value representations of PS3.5 table 6.2-1. */
const VALUE_REPRESENTATIONS = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' '),
);
/** Value representations whose length takes four bytes after two reserved ones. */
export const LONG_LENGTH = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** True when two bytes at `at` are a value representation, as explicit syntaxes have it. */
export function isVrAt(bytes: Uint8Array, at: number): boolean {
  return VALUE_REPRESENTATIONS.has(String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0));
}

/**
 * Finds the data set: preamble and meta header, meta header alone, or a bare data set. Group lengths are not trusted;
 * the meta header ends where group 0002 ends, explicit or (wrongly, but met in the field) implicit.
 * Null when nothing at the start looks like DICOM. Source: PS3.10 section 7.1.
 */
export function readMeta(bytes: Uint8Array): FileStart | null {
  const prefixAt = hasPrefixAt(bytes, 128) ? 128 : hasPrefixAt(bytes, 0) ? 0 : -1;
  if (prefixAt < 0 && !looksLikeDataSet(bytes)) return null;
  let at = prefixAt < 0 ? 0 : prefixAt + 4;
  let transferSyntaxUid = '';
  while (at + 8 <= bytes.length && u16(bytes, at) === 0x0002) {
    const element = u16(bytes, at + 2);
    const { valueAt, length } = elementExtent(bytes, at);
    if (element === 0x0010) transferSyntaxUid = asciiUid(bytes, valueAt, length);
    // A length past the end cannot be the meta header's: leave the rest to the data set's reader, which says so.
    if (valueAt + length > bytes.length) break;
    at = valueAt + length;
  }
  return { hasPrefix: prefixAt >= 0, transferSyntaxUid, dataSetOffset: at };
}

function elementExtent(bytes: Uint8Array, at: number): { valueAt: number; length: number } {
  if (!isVrAt(bytes, at + 4)) return { valueAt: at + 8, length: u32(bytes, at + 4) };
  const vr = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!);
  return LONG_LENGTH.has(vr) ? { valueAt: at + 12, length: u32(bytes, at + 8) } : { valueAt: at + 8, length: u16(bytes, at + 6) };
}

function hasPrefixAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
}

/** A bare data set starts with group 0002 or 0008 and a sane first element. */
function looksLikeDataSet(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const little = u16(bytes, 0);
  const big = (bytes[0]! << 8) | bytes[1]!;
  const elementLittle = u16(bytes, 2);
  const elementBig = (bytes[2]! << 8) | bytes[3]!;
  if (isVrAt(bytes, 4)) return ((little === 2 || little === 8) && elementLittle < 0x1200) || ((big === 2 || big === 8) && elementBig < 0x1200);
  return (little === 2 || little === 8) && elementLittle < 0x1200 && u32(bytes, 4) < 0x10000;
}

function asciiUid(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let n = at; n < Math.min(at + length, bytes.length, at + 80); n++) if (bytes[n]! > 32) text += String.fromCharCode(bytes[n]!);
  return text;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}
