/**
 * Packs one DICOM series as it is shipped in the gallery: every file transcoded from JPEG-LS to lossless HTJ2K, its header
 * otherwise byte for byte as it was, in one zip that stores without compressing.
 *
 *     node --import tsx scripts/gallery/pack-case.ts --from ../shared/real-ct/acrin-unenhanced --to public/samples/acrin-unenhanced/dicom.zip
 *
 * Each frame is decoded again after encoding and compared with the source's decoded frame; one differing byte stops the script.
 */
import { createRequire } from 'node:module';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync, type Zippable } from 'fflate';

interface Parsed {
  readonly elements: Readonly<Record<string, { readonly dataOffset: number; readonly length: number; readonly fragments?: readonly unknown[] }>>;
  uint16(tag: string): number;
  string(tag: string): string;
}
interface Coder {
  getEncodedBuffer(length?: number): Uint8Array;
  getDecodedBuffer(frame?: object): Uint8Array;
  setQuality(lossless: boolean, step: number): void;
  encode(): void;
  decode(): void;
  delete(): void;
}
type Codec = Record<'HTJ2KEncoder' | 'HTJ2KDecoder' | 'JpegLSDecoder', new () => Coder>;

const require = createRequire(import.meta.url);
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201';
/** Zip entries carry a time; a fixed one keeps the archive's bytes the same from run to run. */
const ZIP_TIME = new Date('2000-01-01T00:00:00');

const parser = require('dicom-parser') as {
  parseDicom(bytes: Uint8Array): Parsed;
  readEncapsulatedPixelDataFromFragments(set: Parsed, element: unknown, first: number, count: number): Uint8Array;
};

async function codec(name: string, wasm: string): Promise<Codec> {
  const factory = require(name) as (options: object) => Promise<Codec>;
  return factory({ wasmBinary: await readFile(require.resolve(wasm)) });
}

const ht = await codec('@cornerstonejs/codec-openjph', '@cornerstonejs/codec-openjph/wasm');
const ls = await codec('@cornerstonejs/codec-charls', '@cornerstonejs/codec-charls/wasm');

/** The file in HTJ2K. Only the transfer syntax, the length of the meta group and the pixel data differ from `bytes`. */
function transcode(bytes: Uint8Array, name: string): Uint8Array {
  const set = parser.parseDicom(bytes);
  if (set.string('x00020010') !== JPEG_LS) throw new Error(`${name}: not JPEG-LS lossless`);
  const pixels = set.elements['x7fe00010'];
  if (!pixels?.fragments) throw new Error(`${name}: no encapsulated pixel data`);
  const decoder = new ls.JpegLSDecoder();
  const source = parser.readEncapsulatedPixelDataFromFragments(set, pixels, 0, pixels.fragments.length);
  decoder.getEncodedBuffer(source.length).set(source);
  decoder.decode();
  const frame = Uint8Array.from(decoder.getDecodedBuffer());
  decoder.delete();

  const encoder = new ht.HTJ2KEncoder();
  const shape = {
    width: set.uint16('x00280011'), height: set.uint16('x00280010'), bitsPerSample: set.uint16('x00280101'),
    componentCount: 1, isSigned: set.uint16('x00280103') === 1, isUsingColorTransform: false,
  };
  encoder.getDecodedBuffer(shape).set(frame);
  encoder.setQuality(true, 0);
  encoder.encode();
  const coded = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();

  const check = new ht.HTJ2KDecoder();
  check.getEncodedBuffer(coded.length).set(coded);
  check.decode();
  if (Buffer.compare(Buffer.from(check.getDecodedBuffer()), Buffer.from(frame)) !== 0) throw new Error(`${name}: pixels differ`);
  check.delete();

  const syntax = set.elements['x00020010'];
  if (!syntax) throw new Error(`${name}: no transfer syntax`);
  // The pixel data element: tag, OB, reserved, undefined length (12 bytes) before its items.
  const pixelStart = pixels.dataOffset - 12;
  if (bytes[pixelStart] !== 0xe0 || bytes[pixelStart + 1] !== 0x7f) throw new Error(`${name}: pixel data not where expected`);
  const head = Buffer.from(bytes.subarray(0, pixelStart));
  const uid = Buffer.from(`${HTJ2K_LOSSLESS}\0`, 'latin1');
  const uidAt = syntax.dataOffset;
  const uidLength = Buffer.alloc(2);
  uidLength.writeUInt16LE(uid.length);
  const grown = Buffer.concat([head.subarray(0, uidAt - 2), uidLength, uid, head.subarray(uidAt + syntax.length)]);
  grown.writeUInt32LE(grown.readUInt32LE(140) + uid.length - syntax.length, 140);
  const even = coded.length + (coded.length % 2);
  const item = Buffer.alloc(12 + 8 + 8 + even + 8);
  item.set([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff], 0);
  item.set([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0], 12); // empty offset table
  item.set([0xfe, 0xff, 0x00, 0xe0], 20);
  item.writeUInt32LE(even, 24);
  item.set(coded, 28);
  item.set([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0], 28 + even);
  return Buffer.concat([grown, item]);
}

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
if (!values.from || !values.to) throw new Error('--from FOLDER --to FILE.zip');
const entries: Zippable = {};
for (const name of (await readdir(values.from)).filter((file) => file.endsWith('.dcm')).sort()) {
  entries[basename(name)] = [transcode(await readFile(join(values.from, name)), name), { level: 0, mtime: ZIP_TIME }];
}
await mkdir(dirname(values.to), { recursive: true });
const zip = zipSync(entries);
await writeFile(values.to, zip);
process.stdout.write(`${values.to}: ${Object.keys(entries).length} files, ${(zip.length / 1e6).toFixed(2)} MB\n`);
