import { expect, it } from 'vitest';
import { shelfHears, usePackShelf } from './shelf';

it('gives a second opinion up when another centre is read: the end of the overtaken run is never heard', () => {
  usePackShelf.setState({ asked: true });
  shelfHears({ kind: 'masses', caseId: 1, runId: 2, masses: [], centre: null });
  expect(usePackShelf.getState()).toMatchObject({ asked: false, second: null });
});
