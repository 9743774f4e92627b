import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeSlice } from '../../src/dicom/fixtures/make-object';
import { writeNifti } from '../../src/nifti/write-nifti';

/** Larger files spend the run on pixels rather than on structure. */
const MAX_SEED_BYTES = 150_000;

/** Files to start from: what the tests make themselves and, where it is there, the conformance corpus. */
export function seedFiles(corpus = '../shared/dicom-conformance'): readonly Uint8Array<ArrayBuffer>[] {
  const own = [
    makeSlice({ positionLpsMm: [0, 0, 0], rowAxis: [1, 0, 0], columnAxis: [0, 1, 0], spacingMm: [1, 1], rows: 16, columns: 16, hu: ([x]) => x }),
    writeNifti({ sizeIjk: [4, 4, 4], spacingMm: [1, 1, 1], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }, new Int16Array(64), { gzip: false }),
  ];
  if (!existsSync(corpus)) return own;
  const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.map((name) => join(corpus, name)).filter((path) => statSync(path).isFile() && statSync(path).size > 0 && statSync(path).size < MAX_SEED_BYTES);
  return [...own, ...files.map((path) => new Uint8Array(readFileSync(path)))];
}
