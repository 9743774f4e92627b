import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseGallery, type GalleryCase } from '../../src/core/gallery';
import { buildIndex } from './gallery-folder';

const SAMPLES = 'public/samples';
const SOURCES: Readonly<Record<string, string>> = {
  'acrin-unenhanced': '../shared/real-ct/acrin-unenhanced',
  'tcga-ay-4070a': '../shared/real-ct/tcga-ay-4070a',
  'totalseg-example': '../shared/more-data/totalseg-example/example_ct.nii.gz',
};
/** Decoding is work for two seconds a case; shared machines may take much longer. */
const PATIENCE_MS = 900_000;
const run = promisify(execFile);

async function shippedCases(): Promise<readonly GalleryCase[]> {
  const read = parseGallery(JSON.parse(await readFile(join(SAMPLES, 'index.json'), 'utf8')));
  if (!read.ok) throw new Error(read.issue.code);
  expect(read.issues).toEqual([]);
  return read.value.cases.filter((one) => one.origin === 'shipped');
}

async function volumeHashes(path: string): Promise<string[]> {
  const { stdout } = await run('node', ['--import', 'tsx', 'src/cli/inspect.ts', path], { maxBuffer: 1e8 });
  return (JSON.parse(stdout) as { series: { volumeSha256: string }[] }).series.map((series) => series.volumeSha256);
}

describe('the shipped gallery', { timeout: PATIENCE_MS }, () => {
  it('holds the three cases, in forty megabytes at most, with their files as listed', async () => {
    const cases = await shippedCases();
    expect(cases.map((one) => one.id)).toEqual(Object.keys(SOURCES));
    expect(cases.reduce((sum, one) => sum + one.sizeBytes, 0)).toBeLessThan(40e6);
    for (const one of cases) {
      expect(one.doi).toMatch(/^10\./);
      expect(one.licence.url).toMatch(/^https:/);
      for (const file of one.files) {
        const bytes = await readFile(join(SAMPLES, one.id, file.path));
        expect(bytes.length).toBe(file.bytes);
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
      }
    }
  });

  it.each(Object.keys(SOURCES))('%s decodes to the stored volume hash', async (id) => {
    const one = (await shippedCases()).find((item) => item.id === id)!;
    expect(await volumeHashes(join(SAMPLES, id, one.files[0]!.path))).toEqual(one.volumes.map((volume) => volume.volumeSha256));
  });

  for (const [id, source] of Object.entries(SOURCES)) {
    it.skipIf(!existsSync(source))(`${id} has the volume of its source (skipped without ${source})`, async () => {
      const one = (await shippedCases()).find((item) => item.id === id)!;
      expect(await volumeHashes(source)).toEqual(one.volumes.map((volume) => volume.volumeSha256));
    });
  }
});

describe('building the index', () => {
  it('fills in hashes from a new folder and refuses an incomplete card', async () => {
    const root = await mkdtemp(join(tmpdir(), 'gallery-'));
    try {
      const words = { en: 'a', zh: 'b', de: 'c' };
      const card = {
        origin: 'fetched', title: words, tryThis: words, known: null, inTraining: false, licence: { name: 'CC BY 4.0', url: 'https://x' },
        citation: 'x', doi: '10.1/x', changes: words, volumes: [],
      };
      await mkdir(join(root, 'new-case'));
      await mkdir(join(root, 'no-card'));
      await writeFile(join(root, 'new-case', 'a.zip'), 'abc');
      await writeFile(join(root, 'new-case', 'case.json'), JSON.stringify(card));
      expect(await buildIndex(root)).toMatchObject([{ id: 'new-case', sizeBytes: 3, files: [{ path: 'a.zip', bytes: 3 }] }]);
      const read = parseGallery(JSON.parse(await readFile(join(root, 'index.json'), 'utf8')));
      expect(read).toMatchObject({ ok: true, issues: [], value: { cases: [{ id: 'new-case' }] } });
      await writeFile(join(root, 'new-case', 'case.json'), JSON.stringify({ ...card, doi: 7 }));
      await expect(buildIndex(root)).rejects.toThrow('case.json');
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
