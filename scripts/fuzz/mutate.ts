import { zipSync } from 'fflate';
import type { Random } from './random';

type Bytes = Uint8Array<ArrayBuffer>;
type Mutation = (bytes: Bytes, random: Random, others: readonly Bytes[]) => Bytes;

/** Lengths that parsers trip over. */
const LENGTHS = [0, 1, 2, 0xff, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const VALUE_REPRESENTATIONS = ['SQ', 'UN', 'OB', 'OW', 'UT', 'OV', 'AT', 'FD', 'ZZ', '\0\0'];

const truncate: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length + 1));

const flipBytes: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  for (let n = 0; n <= random.below(16); n++) changed[random.below(changed.length)] = random.below(256);
  return changed;
};

/** Bytes of the header are where structure is; most of a file is pixels. */
const flipHeader: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  for (let n = 0; n <= random.below(6); n++) changed[132 + random.below(Math.max(1, Math.min(2000, changed.length - 132)))] = random.below(256);
  return changed;
};

/** Overwrites the length of a random element with a bad one: explicit lengths follow two capital letters. */
const badLength: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  const places: number[] = [];
  for (let at = 132; at + 12 < Math.min(changed.length, 20_000); at += 1) {
    if (isCapital(changed[at]!) && isCapital(changed[at + 1]!) && changed[at - 3] === 0) places.push(at + 2);
  }
  if (places.length === 0) return flipHeader(bytes, random, []);
  const view = new DataView(changed.buffer);
  const at = random.pick(places);
  if (random.below(2) === 0) view.setUint16(at, random.pick(LENGTHS) & 0xffff, true);
  else if (at + 6 <= changed.length) view.setUint32(at + 2, random.pick(LENGTHS), true);
  return changed;
};

const badVr: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  for (let tries = 0; tries < 200; tries++) {
    const at = 132 + random.below(Math.max(1, Math.min(changed.length - 134, 4000)));
    if (!isCapital(changed[at]!) || !isCapital(changed[at + 1]!)) continue;
    const vr = random.pick(VALUE_REPRESENTATIONS);
    changed[at] = vr.charCodeAt(0);
    changed[at + 1] = vr.charCodeAt(1);
    break;
  }
  return changed;
};

/** Sequences within sequences, as deep as asked, put before the rest of a data set. */
const nest: Mutation = (bytes, random) => {
  const depth = 1 + random.below(3000);
  const level = Uint8Array.of(0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff);
  const at = Math.min(bytes.length, 132 + 200);
  const nested = new Uint8Array(bytes.length + depth * level.length);
  nested.set(bytes.subarray(0, at));
  for (let n = 0; n < depth; n++) nested.set(level, at + n * level.length);
  nested.set(bytes.subarray(at), at + depth * level.length);
  return nested;
};

/** The start of one file with the end of another. */
const splice: Mutation = (bytes, random, others) => {
  const other = random.pick(others);
  const [a, b] = [random.below(bytes.length + 1), random.below(other.length + 1)];
  const spliced = new Uint8Array(a + other.length - b);
  spliced.set(bytes.subarray(0, a));
  spliced.set(other.subarray(b), a);
  return spliced;
};

const repeatPart: Mutation = (bytes, random) => {
  const from = random.below(bytes.length);
  const part = bytes.slice(from, from + 1 + random.below(300));
  const repeated = new Uint8Array(bytes.length + part.length);
  repeated.set(bytes.subarray(0, from));
  repeated.set(part, from);
  repeated.set(bytes.subarray(from), from + part.length);
  return repeated;
};

/** An archive of the file, then damaged: in its directory as often as anywhere. */
const zipped: Mutation = (bytes, random) => {
  const archive = zipSync({ 'a/IM1': bytes.subarray(0, 20_000), 'b.zip': zipSync({ c: bytes.subarray(0, 100) }) }, { level: 1 });
  const tail = Math.min(archive.length, 300);
  for (let n = 0; n <= random.below(8); n++) {
    const at = random.below(2) === 0 ? archive.length - 1 - random.below(tail) : random.below(archive.length);
    archive[at] = random.below(3) === 0 ? 0xff : random.below(256);
  }
  return random.below(4) === 0 ? truncate(archive, random, []) : archive;
};

const noise: Mutation = (_, random) => Uint8Array.from({ length: random.below(2000) }, () => random.below(256));

const MUTATIONS: readonly Mutation[] = [truncate, flipBytes, flipBytes, flipHeader, flipHeader, badLength, badLength, badVr, nest, splice, repeatPart, zipped, noise];

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Input number `seed`: one of the seeds' files with one to three mutations. */
export function mutatedInput(random: Random, files: readonly Bytes[]): Bytes {
  let bytes = random.pick(files);
  for (let n = 0; n <= random.below(3) && bytes.length > 0; n++) bytes = random.pick(MUTATIONS)(bytes, random, files);
  return bytes;
}
