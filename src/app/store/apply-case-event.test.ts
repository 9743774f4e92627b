import { describe, expect, it } from 'vitest';
import { issue } from '../../core/issue';
import type { PhaseGuess } from '../../core/phase';
import { fakeFacts, fakeGrid } from '../testing/fake-study';
import { applyCaseEvent, EMPTY_CASE } from './apply-case-event';
import type { StoreEvent } from './case-event';
import type { CaseState } from './state';

const grid = fakeGrid({ columns: 64, slices: 20 }, 0);
const volume = (caseId: number, volumeId: string): StoreEvent => ({
  kind: 'volume',
  caseId,
  volumeId,
  grid,
  facts: fakeFacts({ id: volumeId, grid, hu: new Int16Array(0) }, volumeId, 1),
});
const guess = (volumeId: string, phase: PhaseGuess['phase'], probability: number): PhaseGuess => ({ volumeId, phase, probability, evidence: [] });
const opening = (state: CaseState, caseId: number): CaseState => ({ ...state, opening: { caseId, files: 3, steps: {}, issues: [] } });
const play = (state: CaseState, ...events: StoreEvent[]): CaseState => events.reduce(applyCaseEvent, state);

describe('applyCaseEvent', () => {
  const first = play(opening(EMPTY_CASE, 1), volume(1, 'a'), volume(1, 'b'), { kind: 'opened', caseId: 1, volumes: 2 });

  it('keeps what was said of a dropped pack when the site\'s own comes after it', () => {
    const manifest = { id: 'own' } as unknown as NonNullable<CaseState['pack']>;
    const own: StoreEvent = { kind: 'pack', manifest, sha256: 'a' };
    const refused: StoreEvent = { kind: 'pack-refused', issue: issue('pack-file-checksum', 'error', 'x.onnx') };
    expect(play(EMPTY_CASE, refused, own)).toMatchObject({ pack: manifest, packRefusal: { code: 'pack-file-checksum' } });
    expect(play(EMPTY_CASE, own, refused, { ...own, foreign: true }).packRefusal).toBeNull();
    expect(play(EMPTY_CASE, own, refused, own).packRefusal).toBeNull();
  });

  it('keeps the case shown until the new one has a volume', () => {
    const waiting = play(opening(first, 2), { kind: 'issue', caseId: 2, issue: issue('truncated-file', 'warning', 'x') });
    expect(waiting.caseId).toBe(1);
    expect(waiting.series).toHaveLength(2);
    const refused = play(waiting, { kind: 'failed', caseId: 2, issue: issue('nothing-readable', 'error') });
    expect(refused).toMatchObject({ caseId: 1, opening: null, refusal: { code: 'nothing-readable' } });
    const replaced = play(waiting, volume(2, 'c'));
    expect(replaced.caseId).toBe(2);
    expect(replaced.series.map((row) => row.volumeId)).toEqual(['c']);
    expect(replaced.issues.map((met) => met.code)).toEqual(['truncated-file']);
  });

  it('drops what an older case or run still tells', () => {
    const now = { ...first, runId: 5 };
    expect(play(now, volume(7, 'z'))).toBe(now);
    expect(play(now, { kind: 'masses', caseId: 1, runId: 4, masses: [], centre: null })).toBe(now);
  });

  it('waits for the user unless every guess is certain', () => {
    const sure = play(first, { kind: 'phases', caseId: 1, guesses: [guess('a', 'A', 0.97), guess('b', 'V', 0.9)] });
    expect(sure.confirmed).toBe(true);
    expect(sure.choices).toEqual({ a: 'A', b: 'V' });
    const unsure = play(first, { kind: 'phases', caseId: 1, guesses: [guess('a', 'A', 0.97), guess('b', 'V', 0.89)] });
    expect(unsure.confirmed).toBe(false);
  });

  it('lets the likelier of two volumes have a phase', () => {
    const state = play(first, { kind: 'phases', caseId: 1, guesses: [guess('a', 'V', 0.7), guess('b', 'V', 0.9)] });
    expect(state.choices).toEqual({ a: 'off', b: 'V' });
  });

  it('never overrides what the user chose when guesses are refined', () => {
    const chosen = { ...first, choices: { a: 'N', b: 'V' } as const, confirmed: true };
    expect(play(chosen, { kind: 'phases', caseId: 1, guesses: [guess('a', 'A', 1), guess('b', 'V', 1)] }).choices).toEqual({ a: 'N', b: 'V' });
  });

  it('suggests for the volumes without a choice when one was set before all were there', () => {
    const chosen = { ...first, choices: { a: 'A' } as const, confirmed: true };
    const filled = play(chosen, { kind: 'phases', caseId: 1, guesses: [guess('a', 'N', 1), guess('b', 'V', 0.97)] });
    expect(filled).toMatchObject({ choices: { a: 'A', b: 'V' }, confirmed: true });
    const unsure = play(chosen, { kind: 'phases', caseId: 1, guesses: [guess('a', 'N', 1), guess('b', 'V', 0.6)] });
    expect(unsure).toMatchObject({ choices: { a: 'A', b: 'V' }, confirmed: false });
    const same = play(chosen, { kind: 'phases', caseId: 1, guesses: [guess('a', 'N', 1), guess('b', 'A', 1)] });
    expect(same.choices).toEqual({ a: 'A', b: 'off' });
  });

  it('keeps the automatic centre and its reading beside one set by hand', () => {
    const automatic = { pointLpsMm: [1, 2, 3], source: 'automatic', massId: 1 } as const;
    const found = play({ ...first, runId: 1 }, { kind: 'masses', caseId: 1, runId: 1, masses: [], centre: automatic });
    const byHand = play(found, { kind: 'masses', caseId: 1, runId: 1, masses: [], centre: { ...automatic, source: 'by-hand' } });
    expect(byHand.automaticCentre).toEqual(automatic);
    expect(byHand.centre?.source).toBe('by-hand');
  });

  it('leaves a study that is being opened alone when the run before is stopped', () => {
    const busy = opening({ ...first, activity: 'analysing' }, 2);
    const after = play(busy, { kind: 'cancelled', caseId: 1 });
    expect(after.opening?.caseId).toBe(2);
    expect(after.activity).toBe('idle');
  });

  it('ends a run that an opening stopped, not one that a newer run overtook', () => {
    const busy: CaseState = { ...first, activity: 'rereading', runId: 5 };
    expect(play(busy, { kind: 'cancelled', caseId: 1, runId: 4 })).toBe(busy);
    expect(play(opening(busy, 2), { kind: 'cancelled', caseId: 1, runId: 5 })).toMatchObject({ activity: 'idle', stopped: true, opening: { caseId: 2 } });
  });

  it('leaves whole volumes usable when their opening is stopped', () => {
    const half = play(opening(EMPTY_CASE, 1), volume(1, 'a'));
    expect(play(half, { kind: 'cancelled', caseId: 1 })).toMatchObject({ opening: null, complete: true, series: [{ volumeId: 'a' }] });
  });

  it('keeps a study that was dropped just before the one on screen was complete', () => {
    const next = { caseId: 2, files: 1, steps: {}, issues: [] };
    const after = applyCaseEvent({ ...EMPTY_CASE, caseId: 1, opening: next }, { kind: 'opened', caseId: 1, volumes: 1 });
    expect(after).toMatchObject({ opening: next, complete: true });
  });
});
