import { describe, expect, it } from 'vitest';
import { issue } from '../core/issue';
import type { ClassifierModel, PackManifest, Task } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { Monitor, NetworkEngine, Tensor } from '../core/ports';
import { PRESETS } from '../core/presets';
import type { Patch } from '../core/reading';
import { failure, success } from '../core/result';
import { readAllPhases, readSubsets } from './classify';

const patch = (phase: ReadPhase, value: number): Patch => ({
  phase, volumeId: phase, hu: new Float32Array(4), tensor: new Float32Array(4).fill(value), sizePx: 2, firstPixelLpsMm: [0, 0, 0],
  columnStepLpsMm: [1, 0, 0], rowStepLpsMm: [0, 1, 0], outsideShare: 0, sliceK: 0, centreVoxelIjk: [0, 0, 0], indexNearInteger: false,
});

/** A network for exactly these phases; its file's name says which. */
function fixed(task: Task, set: readonly ReadPhase[]): ClassifierModel {
  return {
    id: `${task}-${set.join('')}`, task, phases: { mode: 'fixed', set }, file: `${task}-${set.join('')}.onnx`,
    inputs: set.map((phase) => ({ name: phase, phase, shape: [1, 1, 2, 2], dtype: 'float32' })),
    outputs: [{ name: 'p', role: 'probabilities', shape: [1, 2], dtype: 'float32' }],
    classes: task === 'malignancy' ? ['benign', 'malignant'] : ['indolent', 'aggressive'],
    cam: { kind: 'none', score: 'probability', layer: 'layer4', stride: 32, windowPx: 48 },
    calibration: { method: 'none', temperature: 1, fittedOn: 'none' },
    thresholds: [{ name: 'youden', value: 0.4, fittedOn: 'validation' }],
  };
}

/** Answers with the mean of what it was fed as probability of class 1, and notes which files were run on what. */
function engine(ran: Map<string, readonly string[]>): NetworkEngine {
  return {
    backend: 'node', threads: 1, release: () => Promise.resolve(),
    open: (file) =>
      Promise.resolve(
        success({
          run: (inputs: Readonly<Record<string, Tensor>>) => {
            ran.set(file, Object.keys(inputs));
            const values = Object.values(inputs).flatMap(({ data }) => [...data]);
            const p = values.reduce((sum, x) => sum + x, 0) / values.length;
            return Promise.resolve(success({ p: { shape: [1, 2], data: Float32Array.of(1 - p, p) } }));
          },
        }),
      ),
  };
}

const monitor: Monitor = { progress: () => undefined, issue: () => undefined, cancelled: () => false, nowMs: () => 0, breathe: () => Promise.resolve() };
const manifestOf = (classifiers: readonly ClassifierModel[]): PackManifest => ({ classifiers }) as unknown as PackManifest;
const common = { lesions: new Map(), constants: PRESETS.paper, normalisation: 'maximum' } as const;

describe('networks for fixed phases', () => {
  const patches = [patch('N', 0.2), patch('A', 0.6), patch('V', 0.8)];

  it('runs the one that fits the phases present, on its own inputs only', async () => {
    const ran = new Map<string, readonly string[]>();
    const manifest = manifestOf([fixed('malignancy', ['A']), fixed('malignancy', ['N', 'A', 'V']), fixed('aggressiveness', ['A', 'V'])]);
    const full = await readAllPhases({ manifest, engine: engine(ran), patches, ...common });
    if (!full.ok) throw new Error(full.issue.code);
    expect(Object.fromEntries(ran)).toEqual({ 'malignancy-NAV.onnx': ['N', 'A', 'V'], 'aggressiveness-AV.onnx': ['A', 'V'] });
    const [malignant, aggressive] = full.value.scores;
    expect(malignant).toMatchObject({ phases: ['N', 'A', 'V'], threshold: { name: 'youden', value: 0.4 } });
    expect(malignant!.probability).toBeCloseTo(1.6 / 3, 6);
    expect(aggressive).toMatchObject({ phases: ['A', 'V'] });
    // One task was read with fewer phases than there are, and 0.7 against 0.53 is no sense of the two tasks.
    expect(full.value.issues).toEqual([
      issue('phase-subset-missing', 'note', 'aggressiveness', { phases: 'A + V' }),
      issue('tasks-contradict', 'warning'),
    ]);
    expect(full.value.heatmaps).toEqual([]);
    const subsets = await readSubsets({ manifest, engine: engine(ran), patches, full: full.value.scores, monitor });
    expect(subsets.ok && subsets.value.map((score) => score.modelId)).toEqual(['malignancy-A', 'aggressiveness-AV', 'malignancy-NAV']);
  });

  it('says when a task has no network at all, and reads the other', async () => {
    const full = await readAllPhases({ manifest: manifestOf([fixed('malignancy', ['V'])]), engine: engine(new Map()), patches, ...common });
    expect(full).toMatchObject({ ok: true, value: { scores: [{ task: 'malignancy', phases: ['V'] }] } });
    expect(full.ok && full.value.issues.map(({ where, severity }) => [where, severity])).toEqual([['malignancy', 'note'], ['aggressiveness', 'warning']]);
  });

  it('passes on what the engine refuses', async () => {
    const refusing: NetworkEngine = { ...engine(new Map()), open: (file) => Promise.resolve(failure(issue('pack-self-test-failed', 'error', file))) };
    const full = await readAllPhases({ manifest: manifestOf([fixed('malignancy', ['V'])]), engine: refusing, patches, ...common });
    expect(full).toMatchObject({ ok: false, issue: { code: 'pack-self-test-failed', where: 'malignancy-V.onnx' } });
  });
});
