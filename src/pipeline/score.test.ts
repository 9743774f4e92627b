import { describe, expect, it } from 'vitest';
import type { ClassifierModel, PackManifest } from '../core/models';
import type { ReadPhase } from '../core/phase';
import { aggressivenessScore, scoreOf } from './score';
import { chooseClassifier, subsetsOf } from './subsets';

function model(id: string, phases: readonly ReadPhase[] | 'any', part: Partial<ClassifierModel> = {}): ClassifierModel {
  const named = phases === 'any' ? (['N', 'A', 'V'] as const) : phases;
  return {
    id,
    task: 'malignancy',
    phases: phases === 'any' ? { mode: 'any-subset' } : { mode: 'fixed', set: phases },
    file: `${id}.onnx`,
    inputs: named.map((phase) => ({ name: phase, phase, shape: [1, 1, 224, 224], dtype: 'float32' as const })),
    outputs: [{ name: 'logits', role: 'logits', shape: [1, 2], dtype: 'float32' }],
    classes: ['benign', 'malignant'],
    cam: { kind: 'none', score: 'logit', layer: 'layer4', stride: 32, windowPx: 48 },
    calibration: { method: 'none', temperature: 1, fittedOn: '' },
    thresholds: [],
    ...part,
  };
}

const pack = (...classifiers: readonly ClassifierModel[]): PackManifest => ({ classifiers }) as unknown as PackManifest;

describe('scores', () => {
  const output = { shape: [1, 2], data: Float32Array.from([0.4, 1.6]) };

  it('are the softmax of the logits, through the temperature', () => {
    expect(scoreOf({ model: model('m', ['A']), output, phases: ['A'] }).probability).toBeCloseTo(1 / (1 + Math.exp(-1.2)), 6);
    const warm = model('m', ['A'], { calibration: { method: 'temperature', temperature: 2, fittedOn: 'validation' } });
    expect(scoreOf({ model: warm, output, phases: ['A'] })).toMatchObject({ threshold: { name: 'argmax', value: 0.5 }, modelId: 'm', phases: ['A'] });
    expect(scoreOf({ model: warm, output, phases: ['A'] }).probability).toBeCloseTo(1 / (1 + Math.exp(-0.6)), 6);
  });

  it('are the probability itself where the network ends in a softmax', () => {
    const soft = model('s', ['A'], { outputs: [{ name: 'p', role: 'probabilities', shape: [1, 2], dtype: 'float32' }], thresholds: [{ name: 'youden', value: 0.37, fittedOn: 'validation' }] });
    const score = scoreOf({ model: soft, output: { shape: [1, 2], data: Float32Array.from([0.25, 0.75]) }, phases: ['A'] });
    expect(score.probability).toBe(0.75);
    expect(score.threshold).toEqual({ name: 'youden', value: 0.37 });
    expect(score.logits[1] - score.logits[0]).toBeCloseTo(Math.log(3), 6);
    const sure = scoreOf({ model: soft, output: { shape: [1, 2], data: Float32Array.from([0, 1]) }, phases: ['A'] });
    expect(Number.isFinite(sure.logits[0])).toBe(true);
  });

  it('become 0 to 10 to one decimal', () => {
    expect([0, 0.4449, 0.445, 0.9999, 1].map(aggressivenessScore)).toEqual([0, 4.4, 4.5, 10, 10]);
  });
});

describe('choice of networks', () => {
  it('knows the seven subsets', () => {
    expect(subsetsOf(['V', 'N', 'A']).map((s) => s.join(''))).toEqual(['A', 'V', 'N', 'AV', 'NA', 'NV', 'NAV']);
    expect(subsetsOf(['V'])).toEqual([['V']]);
    expect(subsetsOf([])).toEqual([]);
  });

  it('takes the exact subset, else the largest, with A first, then V', () => {
    const all = pack(model('N', ['N']), model('V', ['V']), model('A', ['A']), model('NV', ['N', 'V']), model('NA', ['N', 'A']), model('AV', ['A', 'V']), model('NAV', ['N', 'A', 'V']));
    const chosen = (manifest: PackManifest, ...phases: readonly ReadPhase[]): string | undefined => chooseClassifier(manifest, 'malignancy', phases)?.model.id;
    expect(chosen(all, 'N', 'A', 'V')).toBe('NAV');
    expect(chosen(all, 'V', 'N')).toBe('NV');
    const poor = pack(model('N', ['N']), model('V', ['V']), model('A', ['A']), model('NV', ['N', 'V']), model('NA', ['N', 'A']));
    expect(chosen(poor, 'N', 'A', 'V')).toBe('NA');
    expect(chosen(poor, 'A', 'V')).toBe('A');
    expect(chosen(pack(model('N', ['N']), model('V', ['V'])), 'N', 'V')).toBe('V');
    expect(chosen(pack(model('A', ['A'])), 'V')).toBeUndefined();
    expect(chooseClassifier(all, 'aggressiveness', ['A'])).toBeNull();
  });

  it('gives a network for any subset what is there, and a fixed one the preference', () => {
    expect(chooseClassifier(pack(model('any', 'any')), 'malignancy', ['V', 'N'])).toMatchObject({ model: { id: 'any' }, phases: ['N', 'V'] });
    expect(chooseClassifier(pack(model('any', 'any'), model('AV', ['A', 'V'])), 'malignancy', ['A', 'V'])?.model.id).toBe('AV');
    expect(chooseClassifier(pack(model('any', 'any'), model('A', ['A'])), 'malignancy', ['A', 'V'])?.model.id).toBe('any');
  });
});
