import { describe, expect, it } from 'vitest';
import { phaseOrigins } from './phase-origins';

const guess = (volumeId: string, phase: 'N' | 'A' | 'V', probability: number) => ({ volumeId, phase, probability, evidence: [] });

describe('origin of the phases', () => {
  it('is the guess, also where it now says another phase, unless the user chose', () => {
    const { origins, issues } = phaseOrigins({
      assignment: { N: 'n', A: 'a', V: 'v' },
      guesses: [guess('n', 'N', 0.97), guess('a', 'V', 0.9), guess('v', 'A', 0.8)],
      byHand: ['V'],
    });
    expect(origins).toEqual({ N: { source: 'guess', probability: 0.97 }, A: { source: 'guess', probability: 0 }, V: { source: 'by-hand', probability: 1 } });
    expect(issues).toMatchObject([{ code: 'phase-unconfirmed', severity: 'warning', where: 'a', data: { phase: 'A' } }]);
  });

  it('says nothing of a volume without a guess', () => {
    expect(phaseOrigins({ assignment: { A: 'a' }, guesses: [], byHand: [] })).toEqual({ origins: {}, issues: [] });
  });
});
