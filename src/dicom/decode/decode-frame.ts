import { Decoder as LosslessDecoder } from '@cornerstonejs/jpeg-lossless-decoder-js';
import { issue } from '../../core/issue';
import { failure, success, type Result } from '../../core/result';
import { inflateBounded } from '../inflate';
import { frameBytes, frameSamples, type PixelFormat } from '../pixel-format';
import type { PixelCoding } from '../transfer-syntaxes';
import type { CodecHost, CodecName } from './codec-host';
import { codestreamStart, j2kFacts, jpegFacts, type CodestreamFacts } from './codestream';
import { codecModule } from './emscripten';
import { decodeJpegExtended } from './jpeg-extended';
import { decodeRle } from './rle';
import { bitsOf, interleaved, toStored, wordsOf, type RawFrame, type StoredFrame } from './samples';
import { decodeWith } from './with-codec';

/**
 * Decodes the bytes of one frame to stored values. Issues: `truncated-file` when the bytes stop early,
 * `decode-failed` with `data.reason` when the stream contradicts the header or the codec refuses it.
 */
export async function decodeFrame(bytes: Uint8Array, coding: PixelCoding, format: PixelFormat, codecs: CodecHost): Promise<Result<StoredFrame>> {
  switch (coding) {
    case 'native':
    case 'native-fragments':
      return decodeNative(bytes, format, false);
    case 'deflated-frame': {
      const inflated = inflateBounded(bytes, Math.ceil(frameBytes(format)) + 1);
      return inflated === null ? failed('deflate') : decodeNative(inflated, format, false);
    }
    case 'rle': {
      const raw = decodeRle(bytes, format);
      return raw === null ? failed('rle') : success(toStored(raw, format, format.highBit));
    }
    case 'jpeg-2000':
    case 'htj2k':
      return decodeStream(j2kFacts(bytes), bytes, coding, format, codecs);
    default:
      return decodeStream(jpegFacts(bytes), bytes, coding, format, codecs);
  }
}

/** The library that most frames of a coding need; JPEG Lossless and what is our own need none. */
const LIBRARY: Readonly<Partial<Record<PixelCoding, CodecName>>> = {
  'jpeg-ls': 'charls',
  'jpeg-2000': 'openjpeg',
  htj2k: 'openjph',
  'jpeg-baseline': 'libjpeg-turbo',
};

/** Begins to load the decoder of a coding. A failure shows when a frame needs it. */
export function prepareCodec(coding: PixelCoding, codecs: CodecHost): void {
  const library = LIBRARY[coding];
  if (library !== undefined) codecModule(codecs, library).catch(() => undefined);
}

/** Uncompressed samples of one frame; `bigEndian` swaps 16-bit samples. */
export function decodeNative(bytes: Uint8Array, format: PixelFormat, bigEndian: boolean): Result<StoredFrame> {
  const samples = frameSamples(format);
  if (bytes.length < frameBytes(format)) return failure(issue('truncated-file', 'error'));
  if (format.bitsAllocated === 1) return success(bitsOf(bytes, 0, samples));
  const raw = format.bitsAllocated === 16 ? wordsOf(bytes, samples, bigEndian) : bytes.subarray(0, samples);
  return success(toStored(format.planar ? interleaved(raw, format.samplesPerPixel) : raw, format, format.highBit));
}

async function decodeStream(
  facts: CodestreamFacts | null,
  bytes: Uint8Array,
  coding: PixelCoding,
  format: PixelFormat,
  codecs: CodecHost,
): Promise<Result<StoredFrame>> {
  if (facts === null) return failed('not-a-code-stream');
  if (facts.rows !== format.rows || facts.columns !== format.columns) return failed('size-mismatch');
  if (facts.components !== format.samplesPerPixel) return failed('component-mismatch');
  if (!facts.whole) return failure(issue('truncated-file', 'error'));
  const raw = await decodeRaw(facts, bytes, coding, format, codecs);
  if (raw === null || raw.length !== frameSamples(format)) return failed('codec');
  return success(toStored(widened(raw, format), format, format.bitsStored - 1));
}

/** JPEG streams are decoded by what they are, since headers mix up the processes; the syntax only names the family. */
async function decodeRaw(
  facts: CodestreamFacts,
  bytes: Uint8Array,
  coding: PixelCoding,
  format: PixelFormat,
  codecs: CodecHost,
): Promise<RawFrame | null> {
  const samples = frameSamples(format);
  if (coding === 'jpeg-2000') return decodeWith(codecs, 'openjpeg', 'J2KDecoder', bytes, samples);
  if (coding === 'htj2k') return decodeWith(codecs, 'openjph', 'HTJ2KDecoder', bytes.subarray(codestreamStart(bytes)), samples);
  if (facts.process === 0xf7) return decodeWith(codecs, 'charls', 'JpegLSDecoder', bytes, samples);
  if (facts.process === 0xc3) return decodeLossless(bytes);
  if (facts.bitsPerSample === 12) return decodeJpegExtended(bytes);
  if (facts.bitsPerSample === 8) return decodeWith(codecs, 'libjpeg-turbo', 'JPEGDecoder', format.photometric === 'RGB' ? saidToBeRgb(bytes) : bytes, samples);
  return null;
}

function decodeLossless(bytes: Uint8Array): RawFrame | null {
  try {
    const decoder = new LosslessDecoder();
    const buffer = decoder.decompress(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    return decoder.numBytes === 1 ? new Uint8Array(buffer) : new Uint16Array(buffer);
  } catch {
    return null;
  }
}

/** An Adobe segment with transform 0: the components are RGB. Source: Adobe technical note 5116, section 18. */
const RGB_SEGMENT = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

/** Without a marker, decoders take three components for YCbCr; the DICOM header knows better. */
function saidToBeRgb(bytes: Uint8Array): Uint8Array {
  const said = new Uint8Array(bytes.length + RGB_SEGMENT.length);
  said.set(bytes.subarray(0, 2));
  said.set(RGB_SEGMENT, 2);
  said.set(bytes.subarray(2), 2 + RGB_SEGMENT.length);
  return said;
}

/** A stream of up to 8 bits in an image of 16 allocated, or the other way round. */
function widened(raw: RawFrame, format: PixelFormat): RawFrame {
  if (format.bitsAllocated === 16 && raw.BYTES_PER_ELEMENT === 1) return Uint16Array.from(raw);
  if (format.bitsAllocated !== 16 && raw.BYTES_PER_ELEMENT === 2) return Uint8Array.from(raw);
  return raw;
}

function failed(reason: string): Result<never> {
  return failure(issue('decode-failed', 'error', undefined, { reason }));
}
