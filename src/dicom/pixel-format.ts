import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import { codeOf, u16Of } from './attributes';
import type { DataSet } from './parser';
import { TAG } from './tags';

/** How one frame's samples are stored. Source: PS3.3 C.7.6.3. */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly photometric: string;
  readonly planar: boolean;
  readonly bitsAllocated: 1 | 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** No CT frame has more samples; above it a header is taken for nonsense before anything is allocated. */
const MAX_FRAME_SAMPLES = 1 << 28;
/** Frames of the largest objects met are some thousands. */
const MAX_FRAMES = 1 << 20;

/** Reads the image pixel module. Issue: `unsupported-pixel-format` with the keyword that is to blame in `data.attribute`. */
export function readPixelFormat(dataSet: DataSet): Result<PixelFormat> {
  const rows = u16Of(dataSet, TAG.Rows) ?? 0;
  const columns = u16Of(dataSet, TAG.Columns) ?? 0;
  const frames = frameCount(dataSet);
  const bitsAllocated = u16Of(dataSet, TAG.BitsAllocated) ?? 0;
  const bitsStored = u16Of(dataSet, TAG.BitsStored) ?? bitsAllocated;
  const highBit = u16Of(dataSet, TAG.HighBit) ?? bitsStored - 1;
  const samplesPerPixel = u16Of(dataSet, TAG.SamplesPerPixel) ?? 1;
  if (rows === 0) return refused('Rows', rows);
  if (columns === 0) return refused('Columns', columns);
  if (frames < 1 || frames > MAX_FRAMES) return refused('NumberOfFrames', frames);
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16) return refused('BitsAllocated', bitsAllocated);
  if (bitsStored < 1 || bitsStored > bitsAllocated) return refused('BitsStored', bitsStored);
  if (highBit < bitsStored - 1 || highBit >= bitsAllocated) return refused('HighBit', highBit);
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3 && samplesPerPixel !== 4) return refused('SamplesPerPixel', samplesPerPixel);
  if (rows * columns * samplesPerPixel > MAX_FRAME_SAMPLES) return refused('Rows', rows);
  return success({
    rows,
    columns,
    frames,
    samplesPerPixel,
    photometric: codeOf(dataSet, TAG.PhotometricInterpretation),
    planar: samplesPerPixel > 1 && u16Of(dataSet, TAG.PlanarConfiguration) === 1,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: u16Of(dataSet, TAG.PixelRepresentation) === 1,
  });
}

function frameCount(dataSet: DataSet): number {
  const text = codeOf(dataSet, TAG.NumberOfFrames);
  return text === '' ? 1 : /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

function refused(attribute: string, value: number): Result<never> {
  return failure(issue('unsupported-pixel-format', 'error', undefined, { attribute, value }));
}

/** Samples of one frame. */
export function frameSamples(format: PixelFormat): number {
  return format.rows * format.columns * format.samplesPerPixel;
}

/** Bytes of one uncompressed frame; a frame of single bits may end within a byte. */
export function frameBytes(format: PixelFormat): number {
  return (frameSamples(format) * format.bitsAllocated) / 8;
}
