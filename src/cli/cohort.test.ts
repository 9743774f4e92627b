import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxKidneys, writeTinyPack } from '../packs/fixtures/box-kidneys';
import type { CohortRow } from './cohort-row';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

function cohort(...args: readonly string[]) {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/cohort.ts', ...args], { encoding: 'utf8' });
  return { code: run.status, err: run.stderr, rows: run.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as CohortRow) };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cohort-'));
  writeTinyPack(at('pack'));
  mkdirSync(at('cases/broken'), { recursive: true });
  writeFileSync(at('cases/broken/notes.txt'), 'no image');
  writeFileSync(at('cases/mass.nii.gz'), boxKidneys(400));
  mkdirSync(at('cases/healthy'));
  writeFileSync(at('cases/healthy/ct.nii.gz'), boxKidneys(null));
  writeFileSync(at('cases/readme.md'), 'not a case');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('cohort', () => {
  it('reads what can be read, names what cannot, and reads nothing twice', () => {
    const args = [at('cases'), '--out', at('out'), '--pack', at('pack'), '--threads', '1'];
    const first = cohort(...args);
    expect(first.code).toBe(1);
    expect(first.rows).toMatchObject([
      { case: 'broken', status: 'refused', code: 'nothing-readable', malignant: null },
      { case: 'healthy', status: 'no-mass', code: null, masses: 0, score: null },
      { case: 'mass.nii.gz', status: 'read', label: 'tumour', side: 'left', pack: expect.stringContaining(' ') as string },
    ]);
    const [, , read] = first.rows;
    expect(read?.malignant).toBeGreaterThan(0);
    expect(read?.longestMm).toBeGreaterThan(30);
    const written = statSync(at('out/mass/report.json')).mtimeMs;
    expect(JSON.parse(readFileSync(at('out/mass/report.json'), 'utf8'))).toMatchObject({ status: 'read' });

    const again = cohort(...args);
    const { seconds, ...asBefore } = read!;
    expect(seconds).toBeGreaterThan(0);
    expect(again.rows[2]).toEqual(asBefore);
    expect(statSync(at('out/mass/report.json')).mtimeMs).toBe(written);
  });

  it('reads folders that are links, and keeps cases of one name apart', () => {
    mkdirSync(at('linked'));
    symlinkSync(at('cases/healthy'), at('linked/same'));
    symlinkSync(at('absent'), at('linked/nowhere'));
    writeFileSync(at('linked/same.nii.gz'), boxKidneys(400));
    // Results among the cases are no case of the next run.
    const args = [at('linked'), '--out', at('linked/results'), '--pack', at('pack'), '--threads', '1'];
    const [{ rows }, again] = [cohort(...args), cohort(...args)];
    expect(again.rows.map((row) => row.case)).toEqual(['same', 'same.nii.gz']);
    expect(rows).toMatchObject([
      { case: 'same', status: 'no-mass' },
      { case: 'same.nii.gz', status: 'read' },
    ]);
  });

  it.each([
    ['no folder', ['absent', '--out', 'x']],
    ['a centre for all', ['cases', '--out', 'x', '--centre-lps', '1,2,3']],
    ['no place for results', ['cases']],
    ['no pack', ['cases', '--out', 'x', '--pack', 'absent']],
  ])('says in one line why not: %s', (_, args) => {
    const run = cohort(...args.map((arg) => (/^[a-z]+$/.test(arg) ? at(arg) : arg)));
    expect(run).toMatchObject({ code: 1, rows: [] });
    expect(run.err.trim().split('\n')).toHaveLength(1);
  });
});
