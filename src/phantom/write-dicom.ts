/** Value representations that the writer knows. US takes numbers, OW bytes, SQ items, the rest text. */
export type WrittenVr =
  | 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'LT' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI' | 'US' | 'OB' | 'OW' | 'SQ';

/** One data element: tag as group * 65536 + element. */
export interface WrittenElement {
  readonly tag: number;
  readonly vr: WrittenVr;
  readonly value: string | readonly number[] | Uint8Array | readonly (readonly WrittenElement[])[];
}

/** Explicit VR Little Endian. */
const TRANSFER_SYNTAX = '1.2.840.10008.1.2.1';
/** VRs whose length takes four bytes behind two reserved ones (PS3.5, 7.1.2). */
const LONG = new Set<WrittenVr>(['OB', 'OW', 'SQ']);

/**
 * One file of DICOM Part 10 in Explicit VR Little Endian: preamble, file meta information, data set.
 * @param elements the data set; SOPClassUID and SOPInstanceUID are repeated in the meta information
 * @param implementation ImplementationClassUID and ImplementationVersionName
 * Text is written as it is; the caller keeps to ASCII. Source: PS3.10 section 7, PS3.5 section 7.
 */
export function writeDicom(elements: readonly WrittenElement[], implementation: { readonly uid: string; readonly version: string }): Uint8Array<ArrayBuffer> {
  const text = (tag: number): string => {
    const value = elements.find((element) => element.tag === tag)?.value;
    return typeof value === 'string' ? value : '';
  };
  const meta = joined([
    encode({ tag: 0x00020001, vr: 'OB', value: new Uint8Array([0, 1]) }),
    encode({ tag: 0x00020002, vr: 'UI', value: text(0x00080016) }),
    encode({ tag: 0x00020003, vr: 'UI', value: text(0x00080018) }),
    encode({ tag: 0x00020010, vr: 'UI', value: TRANSFER_SYNTAX }),
    encode({ tag: 0x00020012, vr: 'UI', value: implementation.uid }),
    encode({ tag: 0x00020013, vr: 'SH', value: implementation.version }),
  ]);
  const head = new Uint8Array(132 + 12);
  head.set(ascii('DICM'), 128);
  head.set(ascii('UL'), 136);
  const view = new DataView(head.buffer);
  view.setUint16(132, 0x0002, true);
  view.setUint16(138, 4, true);
  view.setUint32(140, meta.length, true);
  const ordered = [...elements].sort((a, b) => a.tag - b.tag);
  return joined([head, meta, ...ordered.map(encode)]);
}

function encode(element: WrittenElement): Uint8Array {
  const { tag, vr } = element;
  const body = bodyOf(element);
  const head = new Uint8Array(LONG.has(vr) ? 12 : 8);
  const view = new DataView(head.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  head.set(ascii(vr), 4);
  if (LONG.has(vr)) view.setUint32(8, body.length, true);
  else view.setUint16(6, body.length, true);
  return joined([head, body]);
}

function bodyOf({ vr, value }: WrittenElement): Uint8Array {
  if (typeof value === 'string') {
    // Odd lengths are padded: UIDs with zero, text with a space (PS3.5, 6.2).
    const bytes = new Uint8Array(value.length + (value.length % 2)).fill(vr === 'UI' ? 0 : 0x20);
    bytes.set(ascii(value));
    return bytes;
  }
  if (value instanceof Uint8Array) return value;
  if (vr === 'SQ') return joined((value as readonly (readonly WrittenElement[])[]).map(item));
  const numbers = value as readonly number[];
  const bytes = new Uint8Array(numbers.length * 2);
  numbers.forEach((number, n) => new DataView(bytes.buffer).setUint16(2 * n, number, true));
  return bytes;
}

function item(elements: readonly WrittenElement[]): Uint8Array {
  const body = joined([...elements].sort((a, b) => a.tag - b.tag).map(encode));
  const head = new Uint8Array([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  new DataView(head.buffer).setUint32(4, body.length, true);
  return joined([head, body]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
