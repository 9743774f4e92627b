import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LABEL } from '../core/label-map';
import type { CaseEvent, StudyWorker } from '../worker/protocol';
import { analyse, openFiles, openingsBegun, startSession } from './session';
import { useApp } from './store/store';
import { fakeFacts, fakeGrid } from './testing/fake-study';
import { labelMapInUse } from './volumes';

const link = vi.hoisted(() => {
  // The store asks for the languages of the browser as soon as it is there.
  vi.stubGlobal('navigator', { languages: ['en'] });
  return { tell: null as ((event: unknown) => void) | null };
});
const nothing = (): Promise<void> => Promise.resolve();
const study: StudyWorker = { setup: nothing, usePack: nothing, open: nothing, analyse: nothing, reread: nothing, cancel: nothing, close: nothing };

vi.mock('./worker-link', () => ({
  startWorker: (listener: (event: unknown) => void) => {
    link.tell = listener;
    return Promise.resolve({ study, stop: () => undefined });
  },
}));

const grid = fakeGrid({ columns: 4, slices: 3 }, 0);
const tell = (event: CaseEvent): void => link.tell?.(event);

describe('session', () => {
  beforeEach(() => startSession());

  it('lets outlines, masses and the automatic centre go when a new analysis starts', () => {
    const begun = openingsBegun();
    openFiles([new File(['x'], 'a.dcm')]);
    expect(openingsBegun()).toBe(begun + 1);
    const caseId = openingsBegun();
    const volume = { id: 'a', grid, hu: new Int16Array(0) };
    tell({ kind: 'volume', caseId, volume, facts: fakeFacts(volume, 'a', 1) });
    tell({ kind: 'phases', caseId, guesses: [{ volumeId: 'a', phase: 'A', probability: 1, evidence: [] }] });
    tell({ kind: 'opened', caseId, volumes: 1 });
    const { runId } = useApp.getState();
    expect(useApp.getState().activity).toBe('analysing');
    const labels = new Uint8Array(grid.sizeIjk[0] * grid.sizeIjk[1] * grid.sizeIjk[2]).fill(LABEL.tumour);
    tell({ kind: 'segmented', caseId, runId, phase: 'A', labelMap: { volumeId: 'a', grid, labels } });
    tell({ kind: 'masses', caseId, runId, masses: [], centre: { pointLpsMm: [1, 2, 3], source: 'automatic', massId: 1 } });
    expect(labelMapInUse()?.labels).toBe(labels);
    expect(useApp.getState().automaticCentre).not.toBeNull();

    analyse();
    expect(labelMapInUse()).toBeNull();
    expect(useApp.getState()).toMatchObject({ segmented: null, masses: [], maskVersion: 0, centre: null, automaticCentre: null, activity: 'analysing' });
  });
});
