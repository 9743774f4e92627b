import { describe, expect, it } from 'vitest';
import type { Phase } from '../../core/phase';
import { PHASE_STRINGS } from './phase-strings.fixture';
import { readDelay, readText } from './read-text';

const cases = Object.entries(PHASE_STRINGS).flatMap(([phase, texts]) =>
  texts.map((text) => ({ expected: phase as Phase, text })),
);

/** A bare "delayed" is doubtful only where the study is of the liver. */
const studyOf = (text: string): string => (text === 'delayed' ? 'CT LIVER 3 PHASE' : '');

describe('phase from text', () => {
  it('names at least 97 of 100 descriptions rightly, and is never sure of a wrong phase', () => {
    const misses = cases.flatMap(({ expected, text }) => {
      const { phase } = readText(text, studyOf(text));
      return phase === expected ? [] : [`${text}: ${phase} instead of ${expected}`];
    });
    expect(misses).toEqual([]);
    expect(cases.length).toBeGreaterThan(200);
  });

  it('keeps its answer behind thickness, kernel and plane, in any case', () => {
    const suffixes = ['5.0', '1,25 mm', 'B30f', 'Br40d\\3', 'FC08', 'STD', 'ax', 'cor', 'sag'];
    const misses = cases
      .filter(({ expected }) => expected !== 'U')
      .flatMap(({ expected, text }) =>
        suffixes.flatMap((suffix) =>
          [`${text} ${suffix}`, `${text.toUpperCase()} ${suffix}`, `${text.toLowerCase()}_${suffix}`]
            .filter((full) => readText(full).phase !== expected)
            .map((full) => `${full}: ${readText(full).phase} instead of ${expected}`),
        ),
      );
    expect(misses).toEqual([]);
  });

  it.each([
    ['AbdWO', 'N'],
    ['Abd_NAT 5.0 B30f', 'N'],
    ['Non Contrast  5.0  Br40 S3', 'N'],
    ['ART.PHASE 1,5mm', 'A'],
    ['PORT VEN 5mm', 'V'],
    ['VEN 70S', 'V'],
    ['SpÃ¤t 10min', 'E'],
    ['UROGRAM COR MIP', 'E'],
    ['del 3.0', 'E'],
    ['ART + VEN', 'U'],
    ['estudio del abdomen', 'U'],
    ['C-spine', 'U'],
    ['national', 'U'],
    ['post contrast', 'U'],
    ['mit KM', 'U'],
    ['mono e 70 kev arterial', 'U'],
  ])('%s is %s', (text, phase) => {
    expect(readText(text).phase).toBe(phase);
  });

  it('leans to venous where the text says contrast and no more', () => {
    const { odds } = readText('CT abd W/ contrast');
    expect(odds!.V).toBeGreaterThan(odds!.A);
    expect(odds!.V).toBeLessThan(0.7);
  });

  it('tells delays from kernels, voltages and strengths', () => {
    expect(readDelay('VEN 70S')).toBe(70);
    expect(readDelay('遅延相 10分')).toBe(600);
    expect(readDelay('10dk')).toBe(600);
    for (const text of ['S70', 'B70f', '70kV', '1.25', '3 phase', '500s', '5.0 s']) expect(readDelay(text)).toBeNull();
  });
});
