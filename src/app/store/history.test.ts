import { describe, expect, it } from 'vitest';
import { EMPTY_HISTORY, remember, stepBack, stepForward, withoutMasks, type Decisions } from './history';
import { assignmentOf, choosePhase } from './phase-choices';

const at = (x: number): Decisions => ({ choices: { a: 'A' }, centre: { pointLpsMm: [x, 0, 0], source: 'by-hand', massId: null }, masks: 0 });

describe('history', () => {
  it('goes back and forth over the same decisions', () => {
    const history = remember(remember(EMPTY_HISTORY, at(0), at(1)), at(1), at(2));
    const back = stepBack(history, at(2))!;
    expect(back.present).toEqual(at(1));
    const further = stepBack(back.history, back.present)!;
    expect(further.present).toEqual(at(0));
    expect(stepBack(further.history, further.present)).toBeNull();
    expect(stepForward(further.history, further.present)!.present).toEqual(at(1));
  });

  it('holds no empty steps, and a new decision ends the future', () => {
    expect(remember(EMPTY_HISTORY, at(1), at(1))).toBe(EMPTY_HISTORY);
    const back = stepBack(remember(EMPTY_HISTORY, at(0), at(1)), at(1))!;
    expect(remember(back.history, at(0), at(9)).future).toEqual([]);
  });
});

describe('withoutMasks', () => {
  it('leaves no step that only edited the masks', () => {
    const edited = { ...at(0), masks: 1 };
    const history = remember(remember(EMPTY_HISTORY, at(0), edited), edited, { ...at(1), masks: 1 });
    expect(withoutMasks(history)).toEqual({ past: [at(0)], future: [] });
  });
});

describe('choosePhase', () => {
  it('takes the phase from whoever had it', () => {
    const choices = choosePhase({ a: 'A', b: 'V', c: 'off' }, 'c', 'A');
    expect(choices).toEqual({ a: 'off', b: 'V', c: 'A' });
    expect(assignmentOf(choices)).toEqual({ A: 'c', V: 'b' });
  });
});
