import { issue, type Issue } from '../core/issue';
import type { ByteSource } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import { inflateBounded } from './inflate';
import { emptyDataSet, openStream, readElement, type DataSet } from './parser';
import { isVrAt, readMeta, type FileStart } from './read-meta';
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
export function parseHeader(bytes: Uint8Array, start: FileStart, complete: boolean): Result<Header> | 'need-more' {
  const claimed = findTransferSyntax(start.transferSyntaxUid);
  if (claimed?.deflated === true) {
    if (!complete) return 'need-more';
    const inflated = inflateBounded(bytes.subarray(start.dataSetOffset), MAX_INFLATED_BYTES);
    if (inflated === null) return failure(unreadable('deflate'));
    return parseDataSet(inflated, 0, start, claimed, true);
  }
  if (bytes.length < start.dataSetOffset + 8) return complete ? failure(truncatedOrForeign(start)) : 'need-more';
  return parseDataSet(bytes, start.dataSetOffset, start, actualSyntax(bytes, start, claimed), complete);
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
  const seen = seenSyntax(bytes, offset);
  const dataSet = emptyDataSet(bytes, seen.bigEndian);
  const stream = openStream(bytes, seen.bigEndian, offset);
  let pixelData: PixelDataPlace | null = null;
  try {
    while (pixelData === null && stream.position + 8 <= bytes.length) {
      const at = stream.position;
      const group = peekU16(bytes, at, seen.bigEndian);
      // Trailing padding, or the zeros that media writers leave behind.
      if (group === 0xfffc || (group === 0 && at > offset)) break;
      if (group === 0x7fe0 && peekU16(bytes, at + 2, seen.bigEndian) >= 8) {
        pixelData = pixelDataPlace(bytes, at, seen);
        if (pixelData !== null && PIXEL_ELEMENTS.has(pixelData.tag)) break;
        pixelData = null;
      }
      const element = readElement(stream, seen.explicitVr);
      if (stream.position > bytes.length) return complete ? failure(truncatedOrForeign(start)) : 'need-more';
      if (UNAMBIGUOUS.has(element.tag) && contradicts(dataSet, element.tag, bytes, element.dataOffset, element.length)) {
        return failure(unreadable('contradicting-element'));
      }
      dataSet.elements[element.tag] = element;
    }
  } catch {
    return complete ? failure(truncatedOrForeign(start)) : 'need-more';
  }
  if (pixelData === null && !complete) return 'need-more';
  if (!isCredible(dataSet, start)) return failure(issue('not-dicom', 'note'));
  const endedInSequence = pixelData === null && stream.warnings.some((warning) => warning.startsWith('eof encountered'));
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

function pixelDataPlace(bytes: Uint8Array, at: number, syntax: TransferSyntax): PixelDataPlace | null {
  const tag = `x7fe0${peekU16(bytes, at + 2, syntax.bigEndian).toString(16).padStart(4, '0')}`;
  // VR OB and OW keep their length in the four bytes after two reserved ones; a VR with a short length is wrong here but readable.
  const long = !syntax.explicitVr ? at + 4 : isVrAt(bytes, at + 4) ? at + 8 : -1;
  if (long < 0 || long + 4 > bytes.length) return null;
  const length = peekU32(bytes, long, syntax.bigEndian);
  return { tag, offset: long + 4, length: length === 0xffffffff ? null : length };
}

function peekU16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  return bigEndian ? (bytes[at]! << 8) | bytes[at + 1]! : bytes[at]! | (bytes[at + 1]! << 8);
}

function peekU32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const low = peekU16(bytes, bigEndian ? at + 2 : at, bigEndian);
  const high = peekU16(bytes, bigEndian ? at : at + 2, bigEndian);
  return ((high << 16) | low) >>> 0;
}
