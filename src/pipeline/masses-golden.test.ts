import { describe, expect, test } from 'vitest';
import { PRESETS } from '../core/presets';
import golden from '../measure/golden.json' with { type: 'json' };
import { findMasses } from './masses';

// The size-and-shape model was fitted on the Python's diameter: the page's own must be the same number.
describe('findMasses and the Python of the size-and-shape model', () => {
  test.each(golden.scenes.map((scene, n) => ({ scene, n })))('agree on scene $n', ({ scene }) => {
    const [ni, nj, nk] = scene.sizeIjk as [number, number, number];
    const [si, sj, sk] = scene.spacingMm as [number, number, number];
    const { masses } = findMasses({
      labelMap: {
        volumeId: 'golden',
        grid: {
          sizeIjk: [ni, nj, nk],
          spacingMm: [si, sj, sk],
          originLpsMm: [0, 0, 0],
          axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        },
        labels: Uint8Array.from(scene.labels, Number),
      },
      volumes: {},
      constants: PRESETS.paper,
    });
    expect(masses[0]!.diametersMm[0]).toBeCloseTo(scene.expected.axialDiameterMm, 9);
    expect(masses[0]!.volumeMl).toBeCloseTo(scene.expected.volumeMl, 9);
  });
});
