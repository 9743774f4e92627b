import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HuTables } from './hounsfield';
import type { PixelFormat } from './pixel-format';

const format = (bitsStored: number, highBit: number, signed: boolean): PixelFormat => ({
  ...{ rows: 1, columns: 1, frames: 1, samplesPerPixel: 1, photometric: 'MONOCHROME2', planar: false, bitsAllocated: 16 },
  ...{ bitsStored, highBit, signed },
});

/** By the letter of PS3.5 8.1.1 and PS3.3 C.11.1.1.2, one word. */
function expected(word: number, { bitsStored, highBit, signed }: PixelFormat, slope: number, intercept: number): number {
  const bits = (word >> (highBit + 1 - bitsStored)) & (2 ** bitsStored - 1);
  const stored = signed && bits >= 2 ** (bitsStored - 1) ? bits - 2 ** bitsStored : bits;
  return Int16Array.of(Math.min(32767, Math.max(-32768, Math.round(slope * stored + intercept))))[0]!;
}

const intercepts = fc.oneof(fc.constantFrom(0, -1024, -1000, 1, -32768, 32767, -40000, 0.5), fc.integer({ min: -33000, max: 33000 }));
const slopes = fc.oneof(fc.constant(1), fc.constantFrom(2, 0.5, -1, 0.0123));

describe('words to HU', () => {
  it('are as the standard has it, whatever the bits, signs and rescale', () => {
    const layouts = fc.integer({ min: 1, max: 16 }).chain((bits) => fc.record({ bits: fc.constant(bits), highBit: fc.integer({ min: bits - 1, max: 15 }), signed: fc.boolean() }));
    fc.assert(
      fc.property(layouts, slopes, intercepts, fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 1, maxLength: 40 }), fc.boolean(), (layout, slope, intercept, raw, clean) => {
        const laid = format(layout.bits, layout.highBit, layout.signed);
        // Clean files, which take the fast way, set no bit outside and extend the sign.
        const top = 2 ** layout.bits - 1;
        const words = clean ? raw.map((word) => (layout.signed ? (((word & top) << (32 - layout.bits)) >> (32 - layout.bits)) & 0xffff : word & top)) : raw;
        const own = clean ? format(layout.bits, layout.bits - 1, layout.signed) : laid;
        const hu = new Int16Array(words.length);
        new HuTables().convert(Uint16Array.from(words), own, slope, intercept, hu);
        expect([...hu]).toEqual(words.map((word) => expected(word, own, slope, intercept)));
      }),
      { numRuns: 3000 },
    );
  });

  it('are left alone where they are HU already', () => {
    const words = Uint16Array.from([0, 65535, 32768, 100]);
    const hu = new Int16Array(words.length);
    new HuTables().convert(words, format(16, 15, true), 1, 0, hu);
    expect([...hu]).toEqual([0, -1, -32768, 100]);
  });
});
