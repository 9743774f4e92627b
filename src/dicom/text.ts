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
export function characterSets(dataSet: DataSet): readonly string[] {
  const element = dataSet.elements[TAG.SpecificCharacterSet];
  if (element === undefined || element.length <= 0) return [''];
  const text = String.fromCharCode(...(dataSet.byteArray as Uint8Array).subarray(element.dataOffset, element.dataOffset + Math.min(element.length, 256)));
  return text.split('\\').map((term) => term.replaceAll('\0', '').trim().replace(/^ISO 2022 IR /, 'ISO_IR ').replace('ISO-IR', 'ISO_IR'));
}

/**
 * Decodes bytes by the character sets of the data set. UTF-8 is preferred where the bytes are valid UTF-8 beyond ASCII,
 * since files say Latin-1 and hold UTF-8; where they say nothing or Latin-1 but hold Chinese double bytes, GB18030 is tried.
 */
export function decodeText(bytes: Uint8Array, sets: readonly string[]): string {
  if (bytes.every((byte) => byte < 0x80 && byte !== 0x1b)) return decodeAs('utf-8', bytes) ?? '';
  const declared = ENCODINGS[sets[0] ?? ''] ?? ENCODINGS[sets.find((set) => ENCODINGS[set] !== undefined) ?? ''] ?? 'iso-8859-1';
  if (bytes.includes(0x1b)) return decodeIso2022(bytes, declared);
  if (!['gb18030', 'gbk', 'shift_jis'].includes(declared)) {
    const utf8 = decodeAs('utf-8', bytes, true);
    if (utf8 !== null) return utf8;
  }
  if (declared === 'iso-8859-1') {
    const chinese = decodeAs('gb18030', bytes, true);
    if (chinese !== null && looksChinese(chinese)) return chinese;
  }
  return decodeAs(declared, bytes) ?? decodeAs('iso-8859-1', bytes) ?? '';
}

/** Nothing but ideographs beyond ASCII, and at least two of them: Latin-1 words never decode to that. */
function looksChinese(text: string): boolean {
  const beyond = Array.from(text).filter((character) => character > '\u007f');
  return beyond.length >= 2 && beyond.every((character) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(character));
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
