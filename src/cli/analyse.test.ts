import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grid } from '../core/grid';
import { readNpy } from '../core/npy';
import { readNifti } from '../nifti/read-nifti';
import { writeNifti } from '../nifti/write-nifti';
import { fixture, tinyManifest } from '../packs/fixtures/tiny-pack';

const GRID: Grid = { sizeIjk: [120, 100, 30], spacingMm: [3, 3, 5], originLpsMm: [-178.5, -148.5, -75], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

function phantom(massHu: number | null): Uint8Array {
  const [ni, nj, nk] = GRID.sizeIjk;
  const hu = new Int16Array(ni * nj * nk).fill(-1000);
  for (let k = 0, at = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        const [x, y, z] = [GRID.originLpsMm[0] + 3 * i, GRID.originLpsMm[1] + 3 * j, GRID.originLpsMm[2] + 5 * k];
        if ((x / 150) ** 2 + (y / 110) ** 2 < 1) hu[at] = 30;
        if (((Math.abs(x) - 70) / 30) ** 2 + ((y - 30) / 28) ** 2 + (z / 55) ** 2 < 1) hu[at] = 200;
        if (massHu !== null && ((x - 75) / 25) ** 2 + ((y - 20) / 25) ** 2 + (z / 25) ** 2 < 1) hu[at] = massHu;
      }
  return writeNifti(GRID, hu, { gzip: true });
}

let folder: string;
const at = (name: string): string => join(folder, name);

interface Made { readonly [key: string]: unknown; readonly status: string; readonly heatmaps: readonly { readonly file: string }[]; readonly issues: readonly { readonly code: string }[] }

/** Runs the command; stdout must stay empty, for results are files. */
function analyse(...args: readonly string[]) {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/analyse.ts', ...args, '--pack', at('pack'), '--threads', '1'], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

const report = (name: string): Made => JSON.parse(readFileSync(at(`${name}/report.json`), 'utf8')) as Made;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'analyse-'));
  mkdirSync(at('pack'));
  writeFileSync(at('pack/manifest.json'), JSON.stringify(tinyManifest()));
  for (const { path } of tinyManifest().files) writeFileSync(at(`pack/${path}`), fixture(path));
  writeFileSync(at('a.nii.gz'), phantom(400));
  writeFileSync(at('v.nii.gz'), phantom(350));
  writeFileSync(at('healthy.nii.gz'), phantom(null));
  writeFileSync(at('notes.txt'), 'no image');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('analyse', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object);

  it('writes report, labels, heatmaps and patches of two phases', () => {
    const run = analyse('--phase', `A=${at('a.nii.gz')}`, '--phase', `V=${at('v.nii.gz')}`, '--out', at('two'), '--save-patches');
    expect(run).toEqual({ code: 0, out: '', err: '' });
    const made = report('two');
    expect(validate(made)).toBe(true);
    expect(made).toMatchObject({ status: 'read', segmentedPhase: 'A', backend: 'node', masses: [{ label: 'tumour', side: 'left' }] });
    expect(readdirSync(at('two')).sort()).toEqual([
      ...made.heatmaps.map(({ file }) => file), 'input-A.npy', 'input-V.npy', 'labels.nii.gz', 'patch-A.npy', 'patch-V.npy', 'report.json',
    ].sort());
    expect(made.heatmaps).toHaveLength(8);
    const labels = readNifti(new Uint8Array(readFileSync(at('two/labels.nii.gz'))), 'labels.nii.gz');
    const input = readNifti(new Uint8Array(readFileSync(at('a.nii.gz'))), 'a.nii.gz');
    expect(labels.ok && labels.value.volume.grid).toEqual(input.ok && input.value.volume.grid);
    const patch = readNpy(new Uint8Array(readFileSync(at('two/patch-A.npy'))), 'patch-A.npy');
    expect(patch.ok && [patch.value.shape, Math.max(...patch.value.data)]).toEqual([[224, 224], 400]);
  });

  it('reports no mass, and then replaces the results of the run before', () => {
    expect(analyse(at('healthy.nii.gz'), '--out', at('none')).code).toBe(0);
    expect(report('none')).toMatchObject({ status: 'no-mass', masses: [], probabilities: null, score: null, labels: 'labels.nii.gz' });
    expect(validate(report('none'))).toBe(true);
    writeFileSync(at('none/mine.txt'), 'kept');
    expect(analyse(at('healthy.nii.gz'), '--out', at('none'), '--centre-lps', '70,30,0').code).toBe(0);
    expect(report('none')).toMatchObject({ status: 'read', centre: { source: 'by-hand' } });
    expect(analyse(at('healthy.nii.gz'), '--out', at('none')).code).toBe(0);
    expect(readdirSync(at('none')).sort()).toEqual(['labels.nii.gz', 'mine.txt', 'report.json']);
  });

  it.each<[string, readonly string[]]>([
    ['a text file', ['notes.txt']],
    ['nothing at that path', ['absent']],
    ['an unknown series', ['a.nii.gz', '--phase', 'A=1.2.3']],
    ['a bad centre', ['a.nii.gz', '--centre-lps', '1,2']],
    ['an unknown option', ['a.nii.gz', '--fast']],
    ['a pack that is none', ['a.nii.gz', '--pack', 'absent']],
  ])('says in one line why not: %s', (_, args) => {
    const resolved = args.map((arg) => (/\.|absent/.test(arg) && !arg.includes('=') && !arg.includes(',') ? at(arg) : arg));
    const run = args.includes('--pack')
      ? spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/analyse.ts', ...resolved, '--out', at('refused')], { encoding: 'utf8' })
      : null;
    const { code, out, err } = run === null ? analyse(...resolved, '--out', at('refused')) : { code: run.status, out: run.stdout, err: run.stderr };
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(at('refused'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('says before it begins that a file is no folder to write to, and leaves it', () => {
    for (const out of ['v.nii.gz', 'v.nii.gz/result']) {
      const before = readFileSync(at('v.nii.gz'));
      const run = analyse(at('absent.nii'), '--out', at(out));
      expect(run).toEqual({ code: 1, out: '', err: `--out ${at(out)}: not a folder.\n` });
      expect(readFileSync(at('v.nii.gz'))).toEqual(before);
    }
  });
});
