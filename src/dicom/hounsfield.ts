import type { PixelFormat } from './pixel-format';

/** Tables by what they depend on. Most studies need one; scanners that rescale each slice by itself need one a slice. */
const MAX_TABLES = 16;

/**
 * Turns the words of uncompressed 16-bit images into HU = round(slope x stored + intercept), clamped to Int16, by a table of all
 * 65,536 words: bits outside BitsStored, sign, rescale and clamp are met once, not once a voxel.
 */
export class HuTables {
  private readonly tables = new Map<string, Int16Array>();

  /** Writes the HU of words to `hu`, which is as long. Source of the layout: PS3.5 section 8.1.1; of the rescale: PS3.3 C.11.1.1.2. */
  convert(words: Uint16Array, format: PixelFormat, slope: number, intercept: number, hu: Int16Array): void {
    if (slope === 1 && isHu(format, intercept)) {
      hu.set(new Int16Array(words.buffer, words.byteOffset, words.length));
    } else if (slope !== 1 || !addInPairs(words, format, intercept, hu)) {
      const table = this.tableFor(format, slope, intercept);
      for (let n = 0; n < words.length; n++) hu[n] = table[words[n]!]!;
    }
  }

  private tableFor(format: PixelFormat, slope: number, intercept: number): Int16Array {
    const key = `${format.bitsStored} ${format.highBit} ${format.signed} ${slope} ${intercept}`;
    const known = this.tables.get(key);
    if (known !== undefined) return known;
    const table = makeTable(format, slope, intercept);
    if (this.tables.size >= MAX_TABLES) this.tables.clear();
    this.tables.set(key, table);
    return table;
  }
}

/** True where the words are HU as they stand. */
function isHu({ bitsStored, signed }: PixelFormat, intercept: number): boolean {
  return bitsStored === 16 && signed && intercept === 0;
}

/**
 * Adds the intercept to two words at a time, three times as fast as the table: for images of whole numbers, where no bit outside
 * BitsStored is set and nothing has to be clamped. Looks while it adds; false where that does not hold, and `hu` is worth nothing then.
 */
function addInPairs(words: Uint16Array, { bitsStored, highBit, signed }: PixelFormat, intercept: number, hu: Int16Array): boolean {
  if (words.byteOffset % 4 !== 0 || hu.byteOffset % 4 !== 0 || words.length % 2 !== 0 || highBit !== bitsStored - 1) return false;
  if (!Number.isInteger(intercept) || Math.abs(intercept) > 0x7fff || (!signed && (bitsStored === 16 || (1 << bitsStored) + intercept > 0x8000))) return false;
  const pairs = new Int32Array(words.buffer, words.byteOffset, words.length / 2);
  const sums = new Int32Array(hu.buffer, hu.byteOffset, pairs.length);
  const twice = (word: number): number => (word & 0xffff) | (word << 16);
  const add = twice(intercept);
  const low = add & 0x7fff7fff;
  // A signed word moved up by half its range has no bit above BitsStored when its sign was extended.
  const half = twice(signed && bitsStored < 16 ? 1 << (bitsStored - 1) : 0);
  const above = twice(bitsStored < 16 ? -1 << bitsStored : 0);
  let wrong = 0;
  for (let n = 0; n < pairs.length; n++) {
    const pair = pairs[n]!;
    const sum = ((pair & 0x7fff7fff) + low) ^ ((pair ^ add) & 0x80008000);
    const moved = ((pair & 0x7fff7fff) + (half & 0x7fff7fff)) ^ ((pair ^ half) & 0x80008000);
    // Two numbers of one sign with a sum of the other one: beyond Int16. An unsigned word below zero is none of these.
    wrong |= (moved & above) | (signed ? (pair ^ sum) & (add ^ sum) & 0x80008000 : 0);
    sums[n] = sum;
  }
  return wrong === 0;
}

function makeTable({ bitsStored, highBit, signed }: PixelFormat, slope: number, intercept: number): Int16Array {
  const table = new Int16Array(1 << 16);
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  for (let word = 0; word < table.length; word++) {
    const stored = signed ? (word << up) >> down : (word << up) >>> down;
    table[word] = toHu(stored, slope, intercept);
  }
  return table;
}

/** HU of one stored value, clamped to Int16. */
export function toHu(stored: number, slope: number, intercept: number): number {
  const value = Math.round(slope * stored + intercept);
  return value < -32768 ? -32768 : value > 32767 ? 32767 : value;
}
