import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEEP_ALIGNMENT_MM } from '../core/presets';
import { length, subtract, type Vec3 } from '../core/vector';
import { registrationAnchor } from './registration-anchor';

const point = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -400, max: 400, noNaN: true })) as [fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>]);

describe('registrationAnchor', () => {
  it('is the nearest automatic mass within reach', () => {
    const masses: Vec3[] = [[0, 0, 0], [30, 0, 0]];
    expect(registrationAnchor([20, 0, 0], masses)).toEqual([30, 0, 0]);
    expect(registrationAnchor([0, 34.9, 0], masses)).toEqual([0, 0, 0]);
  });

  it('is a point of the lattice elsewhere, the same for a centre that moves a little', () => {
    expect(registrationAnchor([0, 200, 0], [[0, 0, 0]])).toEqual([0, 200, 0]);
    expect(registrationAnchor([3, 207, -6], [])).toEqual(registrationAnchor([-4, 196, 5], []));
  });

  it('never lies farther from the centre than an alignment reaches', () => {
    fc.assert(fc.property(point, fc.array(point, { maxLength: 4 }), (centre, masses) => {
      expect(length(subtract(registrationAnchor(centre, masses), centre))).toBeLessThanOrEqual(KEEP_ALIGNMENT_MM);
    }));
  });
});
