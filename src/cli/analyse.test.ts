import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../core/npy';
import { readNifti } from '../nifti/read-nifti';
import { boxKidneys, writeTinyPack } from '../packs/fixtures/box-kidneys';

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
  writeTinyPack(at('pack'));
  writeFileSync(at('a.nii.gz'), boxKidneys(400));
  writeFileSync(at('v.nii.gz'), boxKidneys(350));
  writeFileSync(at('healthy.nii.gz'), boxKidneys(null));
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
    ['a centre outside the images', ['a.nii.gz', '--centre-lps', '900,0,0']],
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
