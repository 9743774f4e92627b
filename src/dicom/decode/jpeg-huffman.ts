/** Reads the entropy-coded bits of a JPEG scan; stuffed zero bytes are dropped, a marker ends the data. */
export class BitReader {
  private hold = 0;
  private held = 0;
  /** True once bits were asked for that the data do not hold. */
  exhausted = false;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  /** Where the next unread byte is, after `align`. */
  get position(): number {
    return this.at;
  }

  /** The next `count` bits (at most 16) as an unsigned number. */
  bits(count: number): number {
    while (this.held < count) this.fill();
    this.held -= count;
    return (this.hold >>> this.held) & ((1 << count) - 1);
  }

  /** The next 16 bits without taking them. */
  peek16(): number {
    while (this.held < 16) this.fill();
    return (this.hold >>> (this.held - 16)) & 0xffff;
  }

  skip(count: number): void {
    this.held -= count;
  }

  /** Drops what is left of the last byte and everything read ahead: before a restart marker. */
  align(): void {
    this.hold = 0;
    this.held = 0;
  }

  /** Moves behind a restart marker; false when there is none. */
  restart(): boolean {
    this.align();
    while (this.at + 1 < this.bytes.length && !(this.bytes[this.at] === 0xff && this.bytes[this.at + 1]! >= 0xd0 && this.bytes[this.at + 1]! <= 0xd9)) this.at++;
    const marker = this.bytes[this.at + 1] ?? 0;
    if (marker < 0xd0 || marker > 0xd7) return false;
    this.at += 2;
    return true;
  }

  private ahead = 0;

  private fill(): void {
    const byte = this.bytes[this.at];
    const marker = byte === 0xff && this.bytes[this.at + 1] !== 0;
    if (byte === undefined || marker) {
      // Peeking beyond the end is allowed for a few bits; zeros that are really taken are not.
      this.hold = (this.hold << 8) & 0xffffff;
      this.held += 8;
      this.ahead += 8;
      if (this.ahead > 24) this.exhausted = true;
      return;
    }
    this.hold = ((this.hold << 8) | byte) & 0xffffff;
    this.held += 8;
    this.at += byte === 0xff ? 2 : 1;
  }
}

/** A Huffman table as a lookup over 16 bits: value in the low byte, code length above it; 0 for no code. */
export type HuffmanTable = Uint16Array;

/** Builds a table from the counts per length and the values; null when the counts are impossible. Source: ITU-T T.81 annex C. */
export function buildHuffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable | null {
  const table = new Uint16Array(1 << 16);
  let code = 0;
  let n = 0;
  for (let length = 1; length <= 16; length++) {
    for (let c = 0; c < counts[length - 1]!; c++, n++) {
      const from = code << (16 - length);
      if (from >= 1 << 16 || n >= values.length) return null;
      table.fill((length << 8) | values[n]!, from, from + (1 << (16 - length)));
      code++;
    }
    code <<= 1;
  }
  return table;
}

/** The next symbol, or -1 when the bits are no code. */
export function readSymbol(reader: BitReader, table: HuffmanTable): number {
  const entry = table[reader.peek16()]!;
  if (entry === 0) return -1;
  reader.skip(entry >> 8);
  return entry & 0xff;
}

/** The `size`-bit value behind a symbol, sign by its first bit. Source: T.81 figure F.12. */
export function readSigned(reader: BitReader, size: number): number {
  if (size === 0) return 0;
  const value = reader.bits(size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}
