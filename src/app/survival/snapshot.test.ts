import { beforeAll, describe, expect, it, vi } from 'vitest';
import { EMPTY_CASE } from '../store/apply-case-event';
import type { AppState } from '../store/state';
import { fakeFacts, fakeGrid } from '../testing/fake-study';
import { packName, parseSnapshot, snapshotOf, voxelsOf } from './snapshot';

const grid = fakeGrid({ columns: 4, slices: 3 }, 0);
const row = { volumeId: 'a', grid, facts: fakeFacts({ id: 'a', grid, hu: new Int16Array(48) }, 'a', 1) };
const state = { ...EMPTY_CASE, caseId: 7, series: [row], centre: { pointLpsMm: [1, 2, 3], source: 'by-hand', massId: null }, maskVersion: 2, samples: { 7: 'phantom' } } as unknown as AppState;

describe('snapshot of a case', () => {
  beforeAll(() => {
    vi.stubGlobal('__APP_VERSION__', '1.2.3');
  });

  it('comes back as it was written, without what belongs to the page', () => {
    const written = snapshotOf(state, '2026-01-02T03:04:05.000Z');
    const read = parseSnapshot(JSON.stringify(written));
    expect(read).toEqual(written);
    expect(read).toMatchObject({ sample: 'phantom', state: { centre: { source: 'by-hand' }, maskVersion: 2, series: [{ volumeId: 'a' }] } });
    expect(read?.state).not.toHaveProperty('caseId');
    expect(read?.state).not.toHaveProperty('backend');
  });

  it('is not read when damaged, empty, or of another version', () => {
    const text = JSON.stringify(snapshotOf(state, ''));
    expect(parseSnapshot(text.slice(0, -5))).toBeNull();
    expect(parseSnapshot(JSON.stringify(snapshotOf({ ...state, series: [] }, '')))).toBeNull();
    expect(parseSnapshot(text.replace('1.2.3', '1.2.4'))).toBeNull();
  });

  it('names pack and size', () => {
    expect(packName({ pack: null })).toBeNull();
    expect(voxelsOf(grid)).toBe(48);
  });
});
