import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Mass } from '../core/reading';
import { anatomyFacts } from './anatomy-facts';
import { evaluateAnatomy, readAnatomyModel, type AnatomyModel } from './anatomy-model';
import golden from './golden.json' with { type: 'json' };

function goldenModel(): AnatomyModel {
  const read = readAnatomyModel(golden.model);
  if (!read.ok) throw new Error(read.issue.code);
  return read.value;
}

describe('evaluateAnatomy', () => {
  test.each(golden.answers.map((answer, n) => ({ answer, n })))('repeats the Python for golden patient $n', ({ answer }) => {
    const scores = evaluateAnatomy(goldenModel(), answer.facts);
    expect(scores.map((score) => score.task)).toEqual(['malignancy', 'aggressiveness']);
    for (const score of scores) {
      const expected = answer.tasks[score.task];
      expect(score.probability).toBeCloseTo(expected.probability, 10);
      expect(score.interval95[0]).toBeCloseTo(expected.interval95[0]!, 10);
      expect(score.interval95[1]).toBeCloseTo(expected.interval95[1]!, 10);
      expect(score.imputed).toEqual(answer.imputed);
    }
  });

  test('a diameter of nothing is imputed, not turned into minus infinity', () => {
    const [first] = evaluateAnatomy(goldenModel(), { axialDiameterMm: 0 });
    expect(first!.imputed).toContain('axialDiameterMm');
    expect(Number.isFinite(first!.probability)).toBe(true);
  });
});

describe('readAnatomyModel', () => {
  test.each([
    ['another schema', { ...golden.model, schema: 'renalens-anatomy/9' }, 'schema'],
    ['no features', { ...golden.model, features: [] }, 'features'],
    ['a task without coefficients', { ...golden.model, tasks: { malignancy: {} } }, 'tasks.malignancy.coefficients'],
    ['an sd of zero', { ...golden.model, features: golden.model.features.map((f) => ({ ...f, sd: 0 })) }, 'features'],
  ])('refuses %s', (_, document, field) => {
    const read = readAnatomyModel(document);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.issue).toMatchObject({ code: 'pack-manifest-invalid', data: { field } });
  });

  const shipped = new URL('../../public/models/renalens-demo/anatomy.json', import.meta.url);
  test.skipIf(!existsSync(shipped))('the default pack: a larger, older, male patient is likelier aggressive', () => {
    const read = readAnatomyModel(JSON.parse(readFileSync(shipped, 'utf8')));
    if (!read.ok) throw new Error(read.issue.code);
    const mass = (diameterMm: number): Mass => ({
      id: 1, label: 'tumour', side: 'left', centreLpsMm: [0, 0, 0], volumeMl: 10,
      diametersMm: [diameterMm, diameterMm, diameterMm], meanHu: {}, touchesBorder: false,
    });
    const shape = { volumeMl: 10, surfaceMm2: 1, sphericity: 0.9, circularity: 0.85, kidneyContactShare: 0.4 };
    const ask = (facts: Parameters<typeof anatomyFacts>[0]): number =>
      evaluateAnatomy(read.value, anatomyFacts(facts)).find((score) => score.task === 'aggressiveness')!.probability;
    const small = ask({ mass: mass(20), shape, ageYears: 50, sex: 'F' });
    const large = ask({ mass: mass(90), shape, ageYears: 70, sex: 'M' });
    expect(small).toBeLessThan(0.3);
    expect(large).toBeGreaterThan(0.5);
    const unknown = evaluateAnatomy(read.value, anatomyFacts({ mass: mass(40), shape: null, ageYears: null, sex: null }));
    expect(unknown[0]!.imputed).toEqual(['circularity', 'kidneyContactShare', 'ageYears', 'male']);
    expect(unknown[0]!.interval95[0]).toBeLessThan(unknown[0]!.probability);
  });
});
