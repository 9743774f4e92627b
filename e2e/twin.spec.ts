import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { analyseToEnd, choose, expectIdle, expectPanes, keep, openPage, savedReport, scores, setCentreAt, type Report } from './support/reading';
import { sharedFolder } from './support/shared-data';
import { smallStudyFiles, writeStudy } from './support/small-study';

const REPOSITORY = resolve(import.meta.dirname, '..');
/** Bytes before the voxels of a NIfTI file as we write it. */
const NIFTI_HEAD = 352;

function terminal(script: 'inspect' | 'analyse', args: readonly string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', `src/cli/${script}.ts`, ...args], { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

/** Share of voxels that two label maps have in common; their headers must be equal. */
function agreement(a: Buffer, b: Buffer): number {
  const [left, right] = [gunzipSync(a), gunzipSync(b)];
  expect(left.length).toBe(right.length);
  expect(left.subarray(0, NIFTI_HEAD).equals(right.subarray(0, NIFTI_HEAD))).toBe(true);
  let same = 0;
  for (let at = NIFTI_HEAD; at < left.length; at += 1) if (left[at] === right[at]) same += 1;
  return same / (left.length - NIFTI_HEAD);
}

let out = '';
test.beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'renalens-twin-'));
});
test.afterEach(() => rmSync(out, { recursive: true, force: true }));

const STUDIES = [
  { name: 'a small study', folder: () => writeStudy(join(out, 'study'), smallStudyFiles()) },
  { name: 'tcga-ay-4070a', folder: () => sharedFolder('real-ct', 'tcga-ay-4070a') },
];

for (const { name, folder: makeFolder } of STUDIES) {
  test(`page and terminal give the same numbers: ${name}`, async ({ page }) => {
    const folder = makeFolder();
    await openPage(page);
    await choose(page, 'Open folder', folder);
    await expectPanes(page, 1);
    await analyseToEnd(page);
    await setCentreAt(page, 0, [0.35, 0.55]);
    await scores(page);
    await expectIdle(page);
    const shown = await savedReport(page);
    const labels = await keep(page, 'Label map');
    const point = shown.centre!.pointLpsMm;

    const inspected = JSON.parse(terminal('inspect', [folder])) as { series: { phase: { guess: string }; grid: { sizeVoxels: number[] } }[] };
    expect(inspected.series.map((series) => series.phase.guess)).toEqual(shown.phases.map(({ phase }) => phase));
    await expect(page.locator('.pane-slice').first()).toContainText(`/${inspected.series[0]!.grid.sizeVoxels[2]}`);

    const result = join(out, 'result');
    terminal('analyse', [folder, '--out', result, '--threads', '2', '--centre-lps', point.join(',')]);
    const written = JSON.parse(readFileSync(join(result, 'report.json'), 'utf8')) as Report;
    expect(written.status).toBe(shown.status);
    expect(written.phases).toEqual(shown.phases);
    expect(written.segmentedPhase).toBe(shown.segmentedPhase);
    expect(written.preset).toBe(shown.preset);
    expect(written.masses).toEqual(shown.masses);
    expect(written.score).toBe(shown.score);
    expect(written.scores.map(({ task }) => task)).toEqual(shown.scores.map(({ task }) => task));
    written.scores.forEach((score, n) => expect(score.probability).toBeCloseTo(shown.scores[n]!.probability, 5));
    expect(written.subsetScores.length).toBe(shown.subsetScores.length);
    expect(written.heatmaps).toEqual(shown.heatmaps);
    expect(agreement(readFileSync(join(result, 'labels.nii.gz')), labels)).toBe(1);
  });
}
