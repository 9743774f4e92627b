import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { issue } from '../core/issue';
import type { PackManifest } from '../core/models';
import type { Patch, Reading, Score } from '../core/reading';
import { length } from '../core/vector';
import { indexToLps } from '../core/grid';
import { patchGrid } from './patch-grid';
import { reportOf } from './report';

const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object);

const score = (task: Score['task'], probability: number): Score => ({
  task, probability, logits: [0, 1], phases: ['A', 'V'], threshold: { name: 'argmax', value: 0.5 }, modelId: `${task}-any`,
});

const patch: Patch = {
  phase: 'A', volumeId: '1.2', hu: new Float32Array(4), tensor: new Float32Array(4), sizePx: 2, firstPixelLpsMm: [1, 2, 3],
  columnStepLpsMm: [0.6, 0.8, 0], rowStepLpsMm: [-0.8, 0.6, 0], outsideShare: 0, sliceK: 4, centreVoxelIjk: [1, 1, 4], indexNearInteger: false,
};

const read: Reading = {
  status: 'read',
  centre: { pointLpsMm: [1, 2, 3], source: 'automatic', massId: 1 },
  masses: [{ id: 1, label: 'tumour', side: 'left', centreLpsMm: [1, 2, 3], volumeMl: 12, diametersMm: [30, 25, 28], meanHu: { A: 120 }, touchesBorder: false }],
  phases: ['A', 'V'], segmentedPhase: 'A',
  scores: [score('malignancy', 0.9), score('aggressiveness', 0.3)],
  subsetScores: [score('malignancy', 0.8)],
  registration: [{
    phase: 'V', outcome: 'rejected', map: null,
    found: { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translationMm: [0, 0, 5], centreLpsMm: [1, 2, 3], similarityBefore: 0.4, similarityAfter: 0.3 },
  }],
  patches: [patch],
  heatmaps: [{ method: 'grad-cam', task: 'malignancy', classIndex: 1, phase: 'A', rows: 1, columns: 1, map: Float32Array.of(1), stridePx: 2, shareInsideLesion: 0.4 }],
  aggressivenessScore: 3,
  anatomy: [{ task: 'malignancy', probability: 0.8, interval95: [0.7, 0.9], imputed: ['ageYears'], statement: 'from size and shape' }],
  preset: 'paper', pack: { id: 'tiny', version: '0.0.1', status: 'demonstration' },
  timingsMs: { segment: 1234.5 },
  issues: [issue('registration-identity', 'note'), issue('several-masses', 'warning', undefined, { count: 2 })],
};

const manifest = {
  id: 'tiny', version: '0.0.1', title: 'Tiny', status: 'demonstration', licence: { spdx: 'Apache-2.0', nonCommercial: false },
  provenance: { kind: 'project', statement: 'by hand' },
  files: [{ path: 'a.onnx', bytes: 3, sha256: '0'.repeat(64), role: 'onnx' }],
} as unknown as PackManifest;

const report = (reading: Reading) =>
  reportOf({
    reading, manifest, assignment: { A: '1.2', V: '1.3' }, origins: { A: { source: 'guess', probability: 0.97 } }, facts: [],
    backend: 'node', threads: 2, issues: [issue('not-an-image', 'note', 'report.dcm')], files: { labels: 'labels.nii.gz', patches: true },
  });

describe('report.json', () => {
  it('fits its schema when a mass was read', () => {
    const made = report(read);
    validate(JSON.parse(JSON.stringify(made)));
    expect(validate.errors).toBeNull();
    expect(made).toMatchObject({
      status: 'read',
      probabilities: { malignancy: { malignant: 0.9 }, aggressiveness: { aggressive: 0.3, indolent: 0.7 } },
      score: 3,
      phases: [{ phase: 'A', source: 'guess', probability: 0.97 }, { phase: 'V', source: 'by-hand' }],
      heatmaps: [{ file: 'cam-malignancy-malignant-A.nii.gz' }],
      registration: [{ phase: 'V', outcome: 'rejected', used: false, found: { translationMm: [0, 0, 5] } }],
      timingsMs: { segment: 1235 },
    });
    expect((made['issues'] as readonly { code: string }[]).map(({ code }) => code)).toEqual(['not-an-image', 'registration-identity', 'several-masses']);
  });

  it('fits its schema when there is no mass', () => {
    const made = report({ ...read, status: 'no-mass', centre: null, masses: [], scores: [], subsetScores: [], patches: [], heatmaps: [], anatomy: [], aggressivenessScore: null });
    validate(JSON.parse(JSON.stringify(made)));
    expect(validate.errors).toBeNull();
    expect(made).toMatchObject({ status: 'no-mass', masses: [], probabilities: null, score: null });
  });

  it('names a task that the pack has no network for', () => {
    expect(report({ ...read, scores: [score('aggressiveness', 0.3)] })['probabilities']).toEqual({ malignancy: null, aggressiveness: { aggressive: 0.3, indolent: 0.7 } });
  });

  it('is refused by the schema when a field is missing or unknown', () => {
    const made = JSON.parse(JSON.stringify(report(read))) as Record<string, unknown>;
    expect(validate({ ...made, extra: 1 })).toBe(false);
    delete made['backend'];
    expect(validate(made)).toBe(false);
  });
});

describe('patchGrid', () => {
  it('puts each pixel where the patch has it', () => {
    const grid = patchGrid(patch, 5);
    expect(grid.spacingMm.map((s) => Math.round(s * 1e9) / 1e9)).toEqual([1, 1, 5]);
    expect(length(grid.axesLps[2])).toBeCloseTo(1, 12);
    // Row 1, column 1: one step along both.
    indexToLps(grid, [1, 1, 0]).forEach((x, axis) => expect(x).toBeCloseTo([0.8, 3.4, 3][axis]!, 9));
  });
});
