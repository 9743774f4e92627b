import { issue, type Issue } from '../core/issue';
import type { ByteSource } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import { inflateBounded } from './inflate';
import { emptyDataSet, openStream, readElement, type DataSet, type Element } from './parser';
import { isVrAt, LONG_LENGTH, readMeta, type FileStart } from './read-meta';
import { TAG } from './tags';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  findTransferSyntax,
  IMPLICIT_LITTLE_ENDIAN,
  type TransferSyntax,
} from './transfer-syntaxes';

/** Where the value of the pixel data starts; offsets count in the inflated data set when the syntax is deflated. */
export interface PixelDataPlace {
  readonly tag: string;
  /** Value representation; empty where the syntax does not write it. */
  readonly vr: string;
  readonly offset: number;
  /** Null for an undefined length: the value is a sequence of fragments. */
  readonly length: number | null;
}

/** Everything before the pixel data. */
export interface Header {
  readonly dataSet: DataSet;
  /** As the file says it; '' when it says nothing. */
  readonly transferSyntaxUid: string;
  /** How the file is really written; null when its syntax is not one that is read. */
  readonly syntax: TransferSyntax | null;
  readonly pixelData: PixelDataPlace | null;
  /** True when the file ended inside a sequence: what follows is lost. */
  readonly endedInSequence: boolean;
}

/** First read of a file; grown eightfold until the header fits. Most CT headers take less than 8 KiB. */
const FIRST_READ_BYTES = 1 << 15;
/** A header larger than this is not one of an image. */
const MAX_HEADER_BYTES = 1 << 28;
/** Limit for deflated data sets: 2 GiB arrays do not exist in every browser, and no CT object needs them. */
export const MAX_INFLATED_BYTES = 1 << 29;

/** Attributes that must not appear twice with different values: the image could be read in two ways. */
const UNAMBIGUOUS = new Set<string>([
  TAG.Rows,
  TAG.Columns,
  TAG.BitsAllocated,
  TAG.BitsStored,
  TAG.HighBit,
  TAG.PixelRepresentation,
  TAG.SamplesPerPixel,
  TAG.NumberOfFrames,
]);
/** dicom-parser's warnings for a sequence or item whose end was not found. */
const UNENDED = /^eof encountered before finding (sequence |item |sequence item )delimit/;
/** Value representations of 64-bit integers came after dicom-parser's list. */
const UNKNOWN_TO_PARSER = new Set(['OV', 'SV', 'UV']);
const PIXEL_ELEMENTS = new Set<string>([TAG.PixelData, TAG.FloatPixelData, TAG.DoubleFloatPixelData]);

/**
 * Reads a file up to its pixel data. Issues: `not-dicom`, `truncated-file`, `unreadable-file`.
 */
export async function readHeader(source: ByteSource): Promise<Result<Header>> {
  for (let wanted = FIRST_READ_BYTES; ; wanted *= 8) {
    const size = Math.min(source.sizeBytes, wanted);
    const bytes = await source.read(0, size);
    if (bytes.length < size) return failure(issue('truncated-file', 'error', source.name));
    const complete = size >= source.sizeBytes;
    const start = readMeta(bytes);
    if (start === null) return failure(issue('not-dicom', 'note', source.name));
    const parsed = parseHeader(bytes, start, complete);
    if (parsed !== 'need-more') return located(parsed, source.name);
    if (complete) return failure(issue('truncated-file', 'error', source.name));
    if (wanted > MAX_HEADER_BYTES) return failure(issue('unreadable-file', 'error', source.name, { reason: 'header-size' }));
    if (findTransferSyntax(start.transferSyntaxUid)?.deflated === true) wanted = Math.max(wanted, Math.ceil(source.sizeBytes / 8));
  }
}

function located(result: Result<Header>, where: string): Result<Header> {
  return result.ok ? result : failure({ ...result.issue, where });
}

/**
 * Parses the start of a file. 'need-more' when the bytes end before the header does and the file goes on.
 * Pure; `readHeader` drives it.
 */
function parseHeader(bytes: Uint8Array, start: FileStart, complete: boolean): Result<Header> | 'need-more' {
  const claimed = findTransferSyntax(start.transferSyntaxUid);
  if (claimed?.deflated === true) {
    if (!complete) return 'need-more';
    const inflated = inflateBounded(bytes.subarray(start.dataSetOffset), MAX_INFLATED_BYTES);
    if (inflated === null) return failure(unreadable('deflate'));
    return parseDataSet(inflated, 0, start, claimed, true);
  }
  const syntax = bytes.length < start.dataSetOffset + 8 ? null : actualSyntax(bytes, start, claimed);
  return parseDataSet(bytes, start.dataSetOffset, start, syntax, complete);
}

/** Headers lie; the first element of the data set does not. Unknown claimed syntaxes stay unknown but are still parsed. */
function actualSyntax(bytes: Uint8Array, start: FileStart, claimed: TransferSyntax | null): TransferSyntax | null {
  if (claimed === null && start.transferSyntaxUid !== '') return null;
  const seen = seenSyntax(bytes, start.dataSetOffset);
  const native = claimed === null || claimed.coding === 'native';
  return native ? seen : claimed;
}

function seenSyntax(bytes: Uint8Array, at: number): TransferSyntax {
  const little = bytes[at]! | (bytes[at + 1]! << 8);
  const big = (bytes[at]! << 8) | bytes[at + 1]!;
  if (!isVrAt(bytes, at + 4)) return IMPLICIT_LITTLE_ENDIAN;
  return big < little ? EXPLICIT_BIG_ENDIAN : EXPLICIT_LITTLE_ENDIAN;
}

function parseDataSet(
  bytes: Uint8Array,
  offset: number,
  start: FileStart,
  syntax: TransferSyntax | null,
  complete: boolean,
): Result<Header> | 'need-more' {
  // A deflated data set may be empty, too.
  if (bytes.length < offset + 8) return complete ? failure(truncatedOrForeign(start)) : 'need-more';
  const seen = seenSyntax(bytes, offset);
  const dataSet = emptyDataSet(bytes, seen.bigEndian);
  const stream = openStream(bytes, seen.bigEndian, offset);
  let pixelData: PixelDataPlace | null = null;
  while (stream.position + 8 <= bytes.length) {
    const at = stream.position;
    const group = peekU16(bytes, at, seen.bigEndian);
    // Trailing padding, or the zeros that media writers leave behind.
    if (group === 0xfffc || (group === 0 && at > offset)) break;
    const extent = elementExtent(bytes, at, seen);
    if (PIXEL_ELEMENTS.has(extent.tag)) {
      pixelData = { tag: extent.tag, vr: extent.vr, offset: extent.valueAt, length: extent.length };
      break;
    }
    const element = elementAt(stream, extent, seen.explicitVr, bytes.length);
    if (element === null) return complete ? failure(truncatedOrForeign(start)) : 'need-more';
    if (UNAMBIGUOUS.has(element.tag) && contradicts(dataSet, element.tag, bytes, element.dataOffset, element.length)) {
      return failure(unreadable('contradicting-element'));
    }
    dataSet.elements[element.tag] = element;
  }
  if (syntax?.deflated === true && pixelData !== null && !endsWell(bytes, pixelData, seen)) return failure(unreadable('deflate'));
  if (pixelData === null && !complete) return 'need-more';
  if (!isCredible(dataSet, start)) return failure(issue('not-dicom', 'note'));
  const endedInSequence = pixelData === null && stream.warnings.some((warning) => UNENDED.test(warning));
  return success({ dataSet, transferSyntaxUid: start.transferSyntaxUid, syntax, pixelData, endedInSequence });
}

/** Without the DICM prefix, a file is DICOM only when it carries what every object must. */
function isCredible(dataSet: DataSet, start: FileStart): boolean {
  return start.hasPrefix || [TAG.SOPClassUID, TAG.SOPInstanceUID, TAG.Rows, TAG.Modality, TAG.StudyInstanceUID].some((tag) => dataSet.elements[tag] !== undefined);
}

function truncatedOrForeign(start: FileStart): Issue {
  return start.hasPrefix ? issue('truncated-file', 'error') : issue('not-dicom', 'note');
}

function unreadable(reason: string): Issue {
  return issue('unreadable-file', 'error', undefined, { reason });
}

function contradicts(dataSet: DataSet, tag: string, bytes: Uint8Array, at: number, length: number): boolean {
  const first = dataSet.elements[tag];
  if (first === undefined) return false;
  if (first.length !== length) return true;
  for (let n = 0; n < length; n++) if (bytes[first.dataOffset + n] !== bytes[at + n]) return true;
  return false;
}

/** Where an element's value lies, read without dicom-parser. */
interface ElementExtent {
  readonly tag: string;
  readonly vr: string;
  readonly valueAt: number;
  /** Null for an undefined length. */
  readonly length: number | null;
}

function elementExtent(bytes: Uint8Array, at: number, { bigEndian, explicitVr }: TransferSyntax): ElementExtent {
  const hex = (offset: number): string => peekU16(bytes, offset, bigEndian).toString(16).padStart(4, '0');
  const tag = `x${hex(at)}${hex(at + 2)}`;
  const vr = explicitVr ? String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!) : '';
  const short = explicitVr && !LONG_LENGTH.has(vr);
  const lengthAt = explicitVr ? (short ? at + 6 : at + 8) : at + 4;
  const length = short ? peekU16(bytes, lengthAt, bigEndian) : peekU32(bytes, lengthAt, bigEndian);
  return { tag, vr, valueAt: lengthAt + (short ? 2 : 4), length: length === 0xffffffff ? null : length };
}

/**
 * The element at the stream's position; the stream moves behind it. Null when it runs past the end. Elements of known length
 * that dicom-parser cannot take apart (a sequence that is none, a value representation it does not know) are kept unparsed.
 */
function elementAt(stream: ReturnType<typeof openStream>, extent: ElementExtent, explicitVr: boolean, end: number): Element | null {
  const { tag, vr, valueAt, length } = extent;
  const plain = (): Element | null => {
    if (length === null || valueAt + length > end) return null;
    stream.seek(valueAt + length - stream.position);
    return { tag, vr, length, dataOffset: valueAt };
  };
  if (UNKNOWN_TO_PARSER.has(vr)) return plain();
  const at = stream.position;
  try {
    const element = readElement(stream, explicitVr);
    return stream.position > end ? null : element;
  } catch {
    stream.seek(at - stream.position);
    return plain();
  }
}

/** Deflate has no checksum: a damaged stream shows in a data set that does not end where its last element does. */
function endsWell(bytes: Uint8Array, { offset, length }: PixelDataPlace, syntax: TransferSyntax): boolean {
  if (length === null) return true;
  let at = offset + length;
  while (at + 8 <= bytes.length) {
    const extent = elementExtent(bytes, at, syntax);
    if (extent.length === null || extent.tag < TAG.PixelData) return false;
    at = extent.valueAt + extent.length;
  }
  return at === bytes.length;
}

function peekU16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  return bigEndian ? (bytes[at]! << 8) | bytes[at + 1]! : bytes[at]! | (bytes[at + 1]! << 8);
}

function peekU32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const low = peekU16(bytes, bigEndian ? at + 2 : at, bigEndian);
  const high = peekU16(bytes, bigEndian ? at : at + 2, bigEndian);
  return ((high << 16) | low) >>> 0;
}
