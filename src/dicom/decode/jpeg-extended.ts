import { inverseDct } from './inverse-dct';
import { BitReader, buildHuffmanTable, readSigned, readSymbol, type HuffmanTable } from './jpeg-huffman';

/** Row-major index of the n-th coefficient of the zigzag. Source: ITU-T T.81 figure A.6. */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57,
  50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
] as const;

interface Tables {
  readonly quantisers: Map<number, Float64Array>;
  readonly huffman: Map<number, HuffmanTable>;
  restartInterval: number;
}

interface Frame {
  readonly bitsPerSample: number;
  readonly rows: number;
  readonly columns: number;
  readonly quantiser: number;
}

/**
 * Decodes a sequential, Huffman-coded JPEG of one component and up to 12 bits (processes 1, 2 and 4) to its samples, row by row.
 * Null when the stream is malformed or ends early. The codec family has no 12-bit decoder: docs/adr, 'twelve-bit JPEG'.
 * Source: ITU-T T.81 annexes B, C, F.
 */
export function decodeJpegExtended(bytes: Uint8Array): Uint16Array | null {
  const tables: Tables = { quantisers: new Map(), huffman: new Map(), restartInterval: 0 };
  let frame: Frame | null = null;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return null;
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xc0 || marker === 0xc1) frame = readFrame(segment);
    else if (marker === 0xc4 && !readHuffmanTables(segment, tables)) return null;
    else if (marker === 0xdb && !readQuantisers(segment, tables)) return null;
    else if (marker === 0xdd) tables.restartInterval = (segment[0]! << 8) | segment[1]!;
    else if (marker === 0xda) return frame === null ? null : decodeScan(bytes, end, segment, frame, tables);
    at = end;
  }
  return null;
}

function readFrame(segment: Uint8Array): Frame | null {
  if (segment.length < 9 || segment[5] !== 1) return null;
  const bitsPerSample = segment[0]!;
  if (bitsPerSample !== 8 && bitsPerSample !== 12) return null;
  return { bitsPerSample, rows: (segment[1]! << 8) | segment[2]!, columns: (segment[3]! << 8) | segment[4]!, quantiser: segment[8]! };
}

/** Class and identifier of a table share one byte: 0x00 to 0x03 for DC, 0x10 to 0x13 for AC. */
function readHuffmanTables(segment: Uint8Array, tables: Tables): boolean {
  for (let at = 0; at + 17 <= segment.length; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (at + 17 + total > segment.length) return false;
    const table = buildHuffmanTable(counts, segment.subarray(at + 17, at + 17 + total));
    if (table === null) return false;
    tables.huffman.set(segment[at]!, table);
    at += 17 + total;
  }
  return true;
}

function readQuantisers(segment: Uint8Array, tables: Tables): boolean {
  for (let at = 0; at < segment.length; ) {
    const wide = segment[at]! >> 4 !== 0;
    const size = wide ? 128 : 64;
    if (at + 1 + size > segment.length) return false;
    const quantiser = new Float64Array(64);
    for (let n = 0; n < 64; n++) quantiser[ZIGZAG[n]!] = wide ? (segment[at + 1 + 2 * n]! << 8) | segment[at + 2 + 2 * n]! : segment[at + 1 + n]!;
    tables.quantisers.set(segment[at]! & 15, quantiser);
    at += 1 + size;
  }
  return true;
}

function decodeScan(bytes: Uint8Array, dataAt: number, header: Uint8Array, frame: Frame, tables: Tables): Uint16Array | null {
  const selectors = header[2]!;
  const dcTable = tables.huffman.get(selectors >> 4);
  const acTable = tables.huffman.get(0x10 | (selectors & 15));
  const quantiser = tables.quantisers.get(frame.quantiser);
  if (header[0] !== 1 || dcTable === undefined || acTable === undefined || quantiser === undefined) return null;
  const { rows, columns } = frame;
  const out = new Uint16Array(rows * columns);
  const blocksAcross = Math.ceil(columns / 8);
  const blocks = blocksAcross * Math.ceil(rows / 8);
  const reader = new BitReader(bytes, dataAt);
  const coefficients = new Float64Array(64);
  const samples = new Float64Array(64);
  let dc = 0;
  for (let block = 0; block < blocks; block++) {
    if (tables.restartInterval > 0 && block > 0 && block % tables.restartInterval === 0) {
      if (!reader.restart()) return null;
      dc = 0;
    }
    const difference = readBlock(reader, dcTable, acTable, quantiser, coefficients);
    if (difference === null || reader.exhausted) return null;
    dc += difference;
    coefficients[0] = dc * quantiser[0]!;
    inverseDct(coefficients, samples);
    put(samples, out, frame, 8 * (block % blocksAcross), 8 * Math.floor(block / blocksAcross));
  }
  return out;
}

/** Reads one block's AC coefficients, dequantised, and gives the DC difference; null when the bits are no block. */
function readBlock(reader: BitReader, dcTable: HuffmanTable, acTable: HuffmanTable, quantiser: Float64Array, coefficients: Float64Array): number | null {
  coefficients.fill(0);
  const size = readSymbol(reader, dcTable);
  if (size < 0 || size > 15) return null;
  const difference = readSigned(reader, size);
  for (let n = 1; n < 64; n++) {
    const symbol = readSymbol(reader, acTable);
    if (symbol < 0) return null;
    const run = symbol >> 4;
    const bits = symbol & 15;
    if (bits === 0) {
      if (run !== 15) break;
      n += 15;
      continue;
    }
    n += run;
    if (n > 63) return null;
    const index = ZIGZAG[n]!;
    coefficients[index] = readSigned(reader, bits) * quantiser[index]!;
  }
  return difference;
}

function put(samples: Float64Array, out: Uint16Array, { rows, columns, bitsPerSample }: Frame, left: number, top: number): void {
  const middle = 1 << (bitsPerSample - 1);
  const greatest = 2 * middle - 1;
  const width = Math.min(8, columns - left);
  const height = Math.min(8, rows - top);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = Math.round(samples[8 * y + x]! + middle);
      out[(top + y) * columns + left + x] = value < 0 ? 0 : value > greatest ? greatest : value;
    }
  }
}
