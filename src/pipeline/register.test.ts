import { describe, expect, it } from 'vitest';
import { containsLps, indexToLps, lpsToIndex, type Grid } from '../core/grid';
import { issue } from '../core/issue';
import type { RegistrationEngine, RigidMap } from '../core/ports';
import { failure, success } from '../core/result';
import type { Vec3 } from '../core/vector';
import { linearVolume, turnedAxes } from './orient.fixture';
import { alignPhase } from './register';
import { sampleBox, voiGrid } from './voi';

const GRID: Grid = { sizeIjk: [90, 90, 30], spacingMm: [2, 2.2, 4], originLpsMm: [-80, -90, 100], axesLps: turnedAxes(8, -3, 5) };
const CENTRE: Vec3 = indexToLps(GRID, [44, 46, 14]);

const found = (before: number, after: number): RigidMap => ({
  rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translationMm: [1, 2, 3], centreLpsMm: CENTRE, similarityBefore: before, similarityAfter: after,
});

const answering = (map: RigidMap | null): RegistrationEngine => ({
  align: () => Promise.resolve(map === null ? failure(issue('registration-identity', 'warning')) : success(map)),
});

function align(engine: RegistrationEngine) {
  const volume = { id: 'v', grid: GRID, hu: linearVolume(GRID, [0, 0, 0], 40).data };
  return alignPhase({ reference: volume, moving: { ...volume, id: 'm' }, phase: 'V', centreLpsMm: CENTRE, engine });
}

describe('alignment of a phase', () => {
  it('is used when the phases are more alike after it', async () => {
    const result = await align(answering(found(1.05, 1.3)));
    expect(result).toMatchObject({ ok: true, issues: [], value: { outcome: 'aligned', map: { translationMm: [1, 2, 3] } } });
  });

  it('is used when it costs no more than reading between voxels does', async () => {
    expect(await align(answering(found(1.5566, 1.5558)))).toMatchObject({ value: { outcome: 'aligned' }, issues: [] });
  });

  it('is rejected, and said so, when it makes them less alike', async () => {
    const result = await align(answering(found(1.3, 1.2)));
    expect(result).toMatchObject({ ok: true, value: { outcome: 'rejected', map: null, found: { similarityAfter: 1.2 } }, issues: [{ code: 'registration-rejected', where: 'm', data: { phase: 'V' } }] });
  });

  it('leaves the phases as scanned when the engine fails', async () => {
    expect(await align(answering(null))).toMatchObject({ ok: true, value: { outcome: 'failed', map: null }, issues: [{ code: 'registration-identity' }] });
  });

  it('hands over boxes with the reference axes, the moving one larger', async () => {
    const seen: { fixed: Grid; moving: Grid }[] = [];
    await align({
      align: (fixed, moving) => {
        seen.push({ fixed: fixed.grid, moving: moving.grid });
        return Promise.resolve(success(found(1, 1)));
      },
    });
    const { fixed, moving } = seen[0]!;
    expect(fixed.axesLps).toEqual(moving.axesLps);
    expect(fixed.spacingMm).toEqual([1.5, 1.5, 1.5]);
    expect(fixed.sizeIjk[0]).toBe(94);
    expect(moving.sizeIjk[0]).toBeGreaterThan(fixed.sizeIjk[0]);
  });
});

describe('box around the mass', () => {
  it('stays in the volume and equals a linear field in it', () => {
    const gradient: Vec3 = [2, -1, 3];
    const box = voiGrid({ reference: GRID, covered: GRID, centreLpsMm: CENTRE, marginMm: 0 });
    for (const corner of [[0, 0, 0], box.sizeIjk.map((n) => n - 1) as unknown as Vec3] as const) expect(containsLps(GRID, indexToLps(box, corner))).toBe(true);
    const hu = sampleBox({ id: 'v', grid: GRID, hu: linearVolume(GRID, gradient, 10).data }, box);
    const [ni, nj, nk] = box.sizeIjk;
    let worst = 0;
    for (let k = 2; k < nk - 2; k += 7)
      for (let j = 2; j < nj - 2; j += 9)
        for (let i = 2; i < ni - 2; i += 11) {
          const q = lpsToIndex(GRID, indexToLps(box, [i, j, k]));
          const value = 10 + gradient[0] * q[0] + gradient[1] * q[1] + gradient[2] * q[2];
          if (value > -180 && value < 380) worst = Math.max(worst, Math.abs(hu[i + ni * (j + nj * k)]! - value));
        }
    expect(worst).toBeLessThan(1e-3);
  });
});
