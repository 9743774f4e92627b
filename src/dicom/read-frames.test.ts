import { describe, expect, it } from 'vitest';
import type { CodecHost } from './decode/codec-host';
import type { PixelFormat } from './pixel-format';
import { openFrames } from './read-frames';
import { TAG } from './tags';
import { EXPLICIT_BIG_ENDIAN } from './transfer-syntaxes';

/** Two bytes of header, then two frames of three samples each: words of big endian order hold them in pairs, second first. */
const FILE = Uint8Array.of(99, 99, 2, 1, 4, 3, 6, 5);
const FORMAT: PixelFormat = { rows: 1, columns: 3, frames: 2, samplesPerPixel: 1, photometric: 'MONOCHROME2', planar: false, bitsAllocated: 8, bitsStored: 8, highBit: 7, signed: false };

async function frames(vr: string): Promise<readonly (readonly number[])[]> {
  const opened = await openFrames(
    {
      source: { name: 'made', sizeBytes: FILE.length, read: (from, to) => Promise.resolve(FILE.slice(from, to)) },
      place: { tag: TAG.PixelData, vr, offset: 2, length: 6 },
      syntax: EXPLICIT_BIG_ENDIAN,
      format: FORMAT,
      extendedOffsets: [],
    },
    {} as CodecHost,
  );
  if (!opened.ok) throw new Error(opened.issue.code);
  const read = await Promise.all([0, 1].map((n) => opened.value.frame(n)));
  return read.map((frame) => (frame.ok ? [...frame.value] : []));
}

describe('big endian samples of 8 bits', () => {
  it('are paired within words, also where a frame begins in the middle of one', async () => {
    expect(await frames('OW')).toEqual([[1, 2, 3], [4, 5, 6]]);
  });

  it('are as they lie in a string of bytes', async () => {
    expect(await frames('OB')).toEqual([[2, 1, 4], [3, 6, 5]]);
  });
});
