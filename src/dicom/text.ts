import type { DataSet } from './parser';
import { TAG } from './tags';

/** Encodings by DICOM's defined terms. Labels of the WHATWG Encoding Standard. Source: PS3.3 C.12.1.1.2. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '': 'iso-8859-1',
  'ISO_IR 6': 'iso-8859-1',
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences of ISO 2022 (after ESC) to an encoding that reads the bytes behind them. */
const ESCAPES: readonly (readonly [escape: string, encoding: string])[] = [
  ['(B', 'iso-8859-1'],
  ['-A', 'iso-8859-1'],
  ['-B', 'iso-8859-2'],
  ['-C', 'iso-8859-3'],
  ['-D', 'iso-8859-4'],
  ['-L', 'iso-8859-5'],
  ['-G', 'iso-8859-6'],
  ['-F', 'iso-8859-7'],
  ['-H', 'iso-8859-8'],
  ['-M', 'iso-8859-9'],
  ['-b', 'iso-8859-15'],
  [')I', 'shift_jis'],
  ['(J', 'shift_jis'],
  ['-T', 'windows-874'],
  ['$B', 'iso-2022-jp'],
  ['$(D', 'iso-2022-jp'],
  ['$)C', 'euc-kr'],
  ['$)A', 'gbk'],
];

/** Texts longer than this are cut: no attribute that is shown needs more. */
const MAX_TEXT_CHARACTERS = 1024;

/** Text of an element in the data set's character set: decoded, control characters removed, trimmed; '' when absent. Never throws. */
export function textOf(dataSet: DataSet, tag: string): string {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length <= 0 || element.items !== undefined) return '';
  const end = Math.min(element.dataOffset + Math.min(element.length, 4 * MAX_TEXT_CHARACTERS), dataSet.byteArray.length);
  const bytes = (dataSet.byteArray as Uint8Array).subarray(element.dataOffset, end);
  return tidy(decodeText(bytes, characterSets(dataSet)));
}

/** The values of SpecificCharacterSet in their order; repertoires under the newer spelling 'ISO 2022 IR n' count as 'ISO_IR n'. */
function characterSets(dataSet: DataSet): readonly string[] {
  const element = dataSet.elements[TAG.SpecificCharacterSet];
  if (element === undefined || element.length <= 0) return [''];
  const text = String.fromCharCode(...(dataSet.byteArray as Uint8Array).subarray(element.dataOffset, element.dataOffset + Math.min(element.length, 256)));
  return text.split('\\').map((term) => term.replaceAll('\0', '').trim().replace(/^ISO 2022 IR /, 'ISO_IR ').replace('ISO-IR', 'ISO_IR'));
}

/**
 * Decodes bytes by the character sets of the data set. UTF-8 is preferred where the bytes are valid UTF-8 beyond ASCII,
 * since files say Latin-1 and hold UTF-8; where they say nothing or Latin-1, runs of high bytes that no Latin word has are
 * read as Chinese or Russian.
 */
export function decodeText(bytes: Uint8Array, sets: readonly string[]): string {
  if (bytes.every((byte) => byte < 0x80 && byte !== 0x1b)) return decodeAs('utf-8', bytes) ?? '';
  const declared = ENCODINGS[sets[0] ?? ''] ?? ENCODINGS[sets.find((set) => ENCODINGS[set] !== undefined) ?? ''] ?? 'iso-8859-1';
  if (bytes.includes(0x1b)) return decodeIso2022(bytes, declared);
  if (!['gb18030', 'gbk', 'shift_jis'].includes(declared)) {
    const utf8 = decodeAs('utf-8', bytes, true);
    if (utf8 !== null && !UNLIKELY_LETTERS.test(utf8)) return utf8;
  }
  const encoding = declared === 'iso-8859-1' ? (undeclared(bytes) ?? declared) : declared;
  return decodeAs(encoding, bytes) ?? decodeAs('iso-8859-1', bytes) ?? '';
}

/** Letters of no language that reports are written in: Chinese double bytes that happen to be valid UTF-8 give them. */
const UNLIKELY_LETTERS = /[\u0180-\u02ff]/;

/** Four high bytes in a row: no Latin word has four accented letters together. */
const FOREIGN_RUN_BYTES = 4;

/**
 * What bytes are that claim to be Latin-1, when they are something else; null when they may well be Latin-1. Common Chinese
 * characters have first bytes B0 to D7 in GB 2312, with second bytes from A1; Russian letters are C0 to FF, mostly above D7.
 */
function undeclared(bytes: Uint8Array): 'gb18030' | 'windows-1251' | null {
  const runs: Uint8Array[] = [];
  for (let at = 0, from = -1; at <= bytes.length; at++) {
    const high = at < bytes.length && bytes[at]! >= 0x80;
    if (high && from < 0) from = at;
    if (!high && from >= 0) {
      runs.push(bytes.subarray(from, at));
      from = -1;
    }
  }
  if (!runs.some((run) => run.length >= FOREIGN_RUN_BYTES)) return null;
  if (runs.every((run) => run.length % 2 === 0 && run.every((byte) => byte >= 0xa1))) {
    const firsts = runs.flatMap((run) => Array.from(run).filter((_, n) => n % 2 === 0));
    const common = firsts.filter((byte) => byte >= 0xb0 && byte <= 0xd7).length;
    if (common / firsts.length >= 0.8) return 'gb18030';
  }
  return runs.every((run) => run.every((byte) => byte >= 0xc0 || byte === 0xa8 || byte === 0xb8)) ? 'windows-1251' : null;
}

function decodeIso2022(bytes: Uint8Array, initial: string): string {
  let text = '';
  let encoding = initial;
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x1b) continue;
    text += segment(bytes.subarray(from, at), encoding);
    const after = String.fromCharCode(...bytes.subarray(at + 1, at + 4));
    const known = ESCAPES.find(([escape]) => after.startsWith(escape));
    encoding = known?.[1] ?? initial;
    // Japanese double bytes are decoded with their escape, which that encoding needs to see.
    from = known === undefined || encoding === 'iso-2022-jp' ? at : at + 1 + known[0].length;
    if (known === undefined) from = at + 1;
  }
  return text;
}

function segment(bytes: Uint8Array, encoding: string): string {
  return decodeAs(encoding, bytes) ?? decodeAs('iso-8859-1', bytes) ?? '';
}

/** Null when the platform does not know the encoding, or the bytes do not fit it and `fatal` is set. */
function decodeAs(encoding: string, bytes: Uint8Array, fatal = false): string | null {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}

function tidy(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim().slice(0, MAX_TEXT_CHARACTERS);
}
