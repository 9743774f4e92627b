import { describe, expect, test } from 'vitest';
import type { Grid } from '../core/grid';
import golden from './golden.json' with { type: 'json' };
import { measureMassShape, type MassShape } from './mass-shape';

function gridOf(sizeIjk: readonly number[], spacingMm: readonly number[]): Grid {
  return {
    sizeIjk: [sizeIjk[0]!, sizeIjk[1]!, sizeIjk[2]!],
    spacingMm: [spacingMm[0]!, spacingMm[1]!, spacingMm[2]!],
    originLpsMm: [0, 0, 0],
    axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  };
}

/** A ball of the given radius in mm on an anisotropic grid, everything round it kidney below the middle slice. */
function ball(radiusMm: number, spacingMm: readonly [number, number, number]): MassShape {
  const size = spacingMm.map((s) => Math.ceil((2 * radiusMm) / s) + 4);
  const grid = gridOf(size, spacingMm);
  const [ni, nj, nk] = grid.sizeIjk;
  const components = new Int32Array(ni * nj * nk);
  const labels = new Uint8Array(components.length).fill(1);
  let at = 0;
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      for (let i = 0; i < ni; i += 1, at += 1) {
        const r = Math.hypot(
          (i - (ni - 1) / 2) * spacingMm[0],
          (j - (nj - 1) / 2) * spacingMm[1],
          (k - (nk - 1) / 2) * spacingMm[2],
        );
        if (r <= radiusMm) {
          components[at] = 4;
          labels[at] = 2;
        }
      }
    }
  }
  return measureMassShape({ grid, labels, components: { firstOffset: 0, ids: components }, id: 4, normalAxis: 2 })!;
}

describe('measureMassShape', () => {
  test.each(golden.scenes.map((scene, n) => ({ scene, n })))('repeats the Python on golden scene $n', ({ scene }) => {
    const shape = measureMassShape({
      grid: gridOf(scene.sizeIjk, scene.spacingMm),
      labels: Uint8Array.from(scene.labels, Number),
      components: { firstOffset: 0, ids: Int32Array.from(scene.mass, (digit) => Number(digit) * 7) },
      id: 7,
      normalAxis: 2,
    })!;
    for (const key of ['volumeMl', 'surfaceMm2', 'sphericity', 'circularity', 'kidneyContactShare'] as const) {
      expect(shape[key]).toBeCloseTo(scene.expected[key], 9);
    }
  });

  test.each([[[1, 1, 1]], [[0.8, 0.8, 5]], [[0.6, 0.9, 2.5]]] as const)(
    'a ball is round and all in contact, on spacing %j',
    (spacingMm) => {
      const shape = ball(20, spacingMm);
      expect(Math.abs(shape.volumeMl / (((4 / 3) * Math.PI * 8000) / 1000) - 1)).toBeLessThan(0.03);
      expect(Math.abs(shape.sphericity - 1)).toBeLessThan(0.03);
      expect(Math.abs(shape.circularity - 1)).toBeLessThan(0.03);
      expect(shape.kidneyContactShare).toBe(1);
    },
  );

  test('does not depend on which grid axis the slices lie across', () => {
    const scene = golden.scenes[1]!;
    const [ni, nj, nk] = scene.sizeIjk as [number, number, number];
    const turned = { labels: new Uint8Array(ni * nj * nk), components: { firstOffset: 0, ids: new Int32Array(ni * nj * nk) } };
    let at = 0;
    for (let k = 0; k < nk; k += 1) {
      for (let j = 0; j < nj; j += 1) {
        for (let i = 0; i < ni; i += 1, at += 1) {
          const to = k + nk * (i + ni * j);
          turned.labels[to] = Number(scene.labels[at]);
          turned.components.ids[to] = Number(scene.mass[at]);
        }
      }
    }
    const [si, sj, sk] = scene.spacingMm as [number, number, number];
    const shape = measureMassShape({ grid: gridOf([nk, ni, nj], [sk, si, sj]), ...turned, id: 1, normalAxis: 0 })!;
    expect(shape.circularity).toBeCloseTo(scene.expected.circularity, 9);
    expect(shape.surfaceMm2).toBeCloseTo(scene.expected.surfaceMm2, 6);
    expect(shape.kidneyContactShare).toBeCloseTo(scene.expected.kidneyContactShare, 9);
  });

  test('an absent id measures nothing', () => {
    const grid = gridOf([2, 2, 2], [1, 1, 1]);
    expect(
      measureMassShape({ grid, labels: new Uint8Array(8), components: { firstOffset: 0, ids: new Int32Array(8) }, id: 1, normalAxis: 2 }),
    ).toBeNull();
  });
});
