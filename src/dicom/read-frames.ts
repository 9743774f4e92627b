import { issue } from '../core/issue';
import type { ByteSource } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { CodecHost } from './decode/codec-host';
import { decodeFrame, decodeNative } from './decode/decode-frame';
import { splitFrames } from './decode/fragments';
import { bitsOf, type StoredFrame } from './decode/samples';
import { inflateBounded } from './inflate';
import { frameBytes, frameSamples, type PixelFormat } from './pixel-format';
import { MAX_INFLATED_BYTES, type PixelDataPlace } from './read-header';
import { readMeta } from './read-meta';
import { TAG } from './tags';
import type { PixelCoding, TransferSyntax } from './transfer-syntaxes';

/** What is needed to decode an object's frames later, without its header. */
export interface PixelSource {
  readonly source: ByteSource;
  readonly place: PixelDataPlace;
  readonly syntax: TransferSyntax;
  readonly format: PixelFormat;
  /** From ExtendedOffsetTable; empty without one. */
  readonly extendedOffsets: readonly number[];
}

/** The frames of one object, decoded one by one. */
export interface FrameReader {
  frame(index: number): Promise<Result<StoredFrame>>;
}

/**
 * Opens an object's pixel data. Uncompressed frames are read from the file one at a time; compressed objects are read whole.
 * Sizes are checked against the file before anything is allocated.
 * Issues: `unsupported-pixel-format`, `truncated-file`, `decode-failed`, `unreadable-file`.
 */
export async function openFrames(pixels: PixelSource, codecs: CodecHost): Promise<Result<FrameReader>> {
  const opened = await openUnnamed(pixels, codecs);
  if (!opened.ok) return failure({ ...opened.issue, where: pixels.source.name });
  return success({
    async frame(index) {
      const frame = await opened.value.frame(index);
      return frame.ok ? frame : failure({ ...frame.issue, where: pixels.source.name });
    },
  });
}

async function openUnnamed(pixels: PixelSource, codecs: CodecHost): Promise<Result<FrameReader>> {
  const { place, syntax, format, source } = pixels;
  if (place.tag !== TAG.PixelData) return failure(issue('unsupported-pixel-format', 'error', undefined, { attribute: 'FloatPixelData', value: 32 }));
  const encapsulated = syntax.coding !== 'native';
  // A defined length under an encapsulated syntax is met in the field: raw samples that were never compressed.
  if (place.length !== null) return encapsulated && place.length !== nativeBytes(format) ? failed('not-encapsulated') : openNative(pixels);
  if (!encapsulated) return failed('undefined-length');
  const value = await source.read(place.offset, source.sizeBytes);
  const frames = splitFrames(value, format.frames, pixels.extendedOffsets);
  if (!frames.ok) return frames;
  return success({
    frame: (index) => {
      const bytes = frames.value[index];
      return bytes === undefined ? Promise.resolve(failed('frame-missing')) : decodeCompressed(bytes, syntax.coding, format, codecs);
    },
  });
}

/** Codings that cost less to undo than to send to another thread. */
export const CHEAP_CODINGS = new Set<PixelCoding>(['native-fragments', 'rle', 'deflated-frame']);

function decodeCompressed(bytes: Uint8Array, coding: PixelCoding, format: PixelFormat, codecs: CodecHost): Promise<Result<StoredFrame>> {
  return codecs.pool === undefined || CHEAP_CODINGS.has(coding) ? decodeFrame(bytes, coding, format, codecs) : codecs.pool.decode(bytes, coding, format);
}

function nativeBytes(format: PixelFormat): number {
  const bytes = Math.ceil(frameBytes(format) * format.frames);
  return bytes + (bytes % 2);
}

async function openNative(pixels: PixelSource): Promise<Result<FrameReader>> {
  const { place, syntax, format, source } = pixels;
  const wanted = Math.ceil(frameBytes(format) * format.frames);
  if (place.length !== null && place.length < wanted) return failure(issue('truncated-file', 'error'));
  const whole = syntax.deflated ? await inflated(source) : null;
  if (syntax.deflated && whole === null) return failed('deflate');
  const available = whole?.length ?? source.sizeBytes;
  const lost = place.offset + wanted - available;
  if (lost > 0 && !isTailOfRow(lost, format)) return failure(issue('truncated-file', 'error'));
  const plain = async (from: number, to: number): Promise<Uint8Array> => whole?.subarray(from, to) ?? (await source.read(from, to));
  const range = syntax.bigEndian && place.vr === 'OW' && format.bitsAllocated <= 8 ? inWords(plain, place.offset) : plain;
  return success({
    async frame(index) {
      if (format.bitsAllocated === 1) return success(await singleBits(index, pixels, range));
      const from = place.offset + index * frameBytes(format);
      const bytes = await range(from, from + frameBytes(format));
      if (lost <= 0) return decodeNative(bytes, format, syntax.bigEndian);
      const filled = new Uint8Array(frameBytes(format));
      filled.set(bytes);
      const frame = decodeNative(filled, format, syntax.bigEndian);
      return frame.ok ? success(frame.value, [issue('truncated-file', 'warning', source.name, { lostBytes: lost })]) : frame;
    },
  });
}

type ReadRange = (from: number, to: number) => Promise<Uint8Array>;

/** Samples of 8 bits that big endian files hold as words: of each two, the second comes first. Source: PS3.5 2016b, 8.1.1 and annex D. */
function inWords(plain: ReadRange, start: number): ReadRange {
  return async (from, to) => {
    const first = from - ((from - start) % 2);
    const words = await plain(first, to + ((to - start) % 2));
    return Uint8Array.from(words, (byte, n) => words[n ^ 1] ?? byte).subarray(from - first, to - first);
  };
}

/**
 * Some exporters lose the very end of a file. Less than one row of whole samples of a single frame is filled with zeros and
 * told as a warning; anything more, or a cut within a sample, is no image.
 */
function isTailOfRow(lost: number, format: PixelFormat): boolean {
  const sampleBytes = format.bitsAllocated / 8;
  return format.frames === 1 && lost % sampleBytes === 0 && sampleBytes >= 1 && lost < format.columns * format.samplesPerPixel * sampleBytes;
}

/** Frames of single bits follow each other without padding, so one may start within a byte. */
async function singleBits(index: number, pixels: PixelSource, range: ReadRange): Promise<StoredFrame> {
  const samples = frameSamples(pixels.format);
  const firstBit = index * samples;
  const bytes = await range(pixels.place.offset + (firstBit >> 3), pixels.place.offset + Math.ceil((firstBit + samples) / 8));
  return bitsOf(bytes, firstBit & 7, samples);
}

async function inflated(source: ByteSource): Promise<Uint8Array | null> {
  const bytes = await source.read(0, source.sizeBytes);
  const start = readMeta(bytes);
  return start === null ? null : inflateBounded(bytes.subarray(start.dataSetOffset), MAX_INFLATED_BYTES);
}

function failed(reason: string): Result<never> {
  return failure(issue('decode-failed', 'error', undefined, { reason }));
}
