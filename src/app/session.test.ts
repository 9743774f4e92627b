import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LABEL } from '../core/label-map';
import type { CaseEvent, StudyWorker } from '../worker/protocol';
import { analyse, cancel, changeMasks, openFiles, openingsBegun, setCentre, setPhase, startSession, undo } from './session';
import { askSecondOpinion } from './packs/pack-session';
import { usePackShelf } from './packs/shelf';
import { useApp } from './store/store';
import { fakeFacts, fakeGrid } from './testing/fake-study';
import type { PackManifest } from '../core/models';
import type { Reading } from '../core/reading';
import { tinyManifest } from '../packs/fixtures/tiny-pack';
import type { HeldCase } from '../worker/protocol';
import { labelMapInUse } from './volumes';

const link = vi.hoisted(() => {
  // The store asks for the languages of the browser as soon as it is there.
  vi.stubGlobal('navigator', { languages: ['en'] });
  return { tell: null as ((event: unknown) => void) | null };
});
const nothing = (): Promise<void> => Promise.resolve();
/** What the page asked the worker for, in order. */
const asked: { readonly what: string; readonly caseId: number; readonly detail: unknown }[] = [];
const noted = (what: string) => (caseId: number, detail: unknown): Promise<void> => {
  asked.push({ what, caseId, detail });
  return Promise.resolve();
};
const study: StudyWorker = { setup: nothing, usePack: (files) => noted('usePack')(0, files), useDefaultPack: () => noted('useDefaultPack')(0, null), secondOpinion: nothing, open: nothing, restore: noted('restore'), join: nothing, analyse: noted('analyse'), reread: noted('reread'), cancel: nothing, close: nothing };

vi.mock('./worker-link', () => ({
  startWorker: (listener: (event: unknown) => void) => {
    link.tell = listener;
    return Promise.resolve({ study, stop: () => undefined });
  },
}));

const grid = fakeGrid({ columns: 4, slices: 3 }, 0);
const MANIFEST = { ...tinyManifest(), id: 'tiny' } as unknown as PackManifest;
const READING: Reading = {
  ...{ status: 'read', centre: null, masses: [], phases: ['N', 'A', 'V'], segmentedPhase: 'A', scores: [], subsetScores: [], registration: [] },
  ...{ patches: [], heatmaps: [], aggressivenessScore: null, anatomy: [], preset: 'paper', pack: { id: 'tiny', version: '1', status: 'demonstration' }, timingsMs: {}, issues: [] },
};
const tell = (event: CaseEvent): void => link.tell?.(event);

describe('session', () => {
  beforeEach(() => startSession());

  it('takes over outlines that came with the files as one edit, which can be taken back', () => {
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    openFiles([new File(['x'], 'a.dcm')]);
    const caseId = openingsBegun();
    const volume = { id: 'a', grid, hu: new Int16Array(0) };
    const voxels = grid.sizeIjk[0] * grid.sizeIjk[1] * grid.sizeIjk[2];
    tell({ kind: 'volume', caseId, volume, facts: fakeFacts(volume, 'a', 1) });
    tell({ kind: 'phases', caseId, guesses: [{ volumeId: 'a', phase: 'A', probability: 1, evidence: [] }] });
    tell({ kind: 'outlines-offered', caseId, labelMap: { volumeId: 'a', grid, labels: new Uint8Array(voxels).fill(LABEL.cyst) } });
    tell({ kind: 'opened', caseId, volumes: 1 });
    expect(useApp.getState().offered).toEqual(['a']);
    const { runId } = useApp.getState();
    tell({ kind: 'segmented', caseId, runId, phase: 'A', labelMap: { volumeId: 'a', grid, labels: new Uint8Array(voxels).fill(LABEL.kidney) } });
    tell({ kind: 'reading', caseId, runId, reading: READING });
    changeMasks({ kind: 'from-files' });
    expect(labelMapInUse()?.labels.every((label) => label === LABEL.cyst)).toBe(true);
    expect(useApp.getState().maskVersion).toBe(1);
    expect(asked.at(-1)).toMatchObject({ what: 'reread', caseId });
    undo();
    expect(labelMapInUse()?.labels.every((label) => label === LABEL.kidney)).toBe(true);
  });

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

  /** A case of three phases, read on its arterial phase. */
  function readCase(): { readonly caseId: number; readonly labels: Uint8Array } {
    openFiles([new File(['x'], 'a.dcm')]);
    const caseId = openingsBegun();
    for (const [n, id] of ['n', 'a', 'v'].entries()) {
      const volume = { id, grid, hu: new Int16Array(48).fill(30) };
      tell({ kind: 'volume', caseId, volume, facts: fakeFacts(volume, id, n) });
    }
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    tell({ kind: 'phases', caseId, guesses: (['N', 'A', 'V'] as const).map((phase) => ({ volumeId: phase.toLowerCase(), phase, probability: 1, evidence: [] })) });
    tell({ kind: 'opened', caseId, volumes: 3 });
    const labels = new Uint8Array(48).fill(LABEL.tumour);
    outlined(caseId, 'a', labels);
    return { caseId, labels };
  }

  function outlined(caseId: number, volumeId: string, labels: Uint8Array): void {
    const { runId } = useApp.getState();
    tell({ kind: 'segmented', caseId, runId, phase: volumeId === 'a' ? 'A' : 'V', labelMap: { volumeId, grid, labels } });
    readAt(caseId);
  }

  function readAt(caseId: number): void {
    const { runId } = useApp.getState();
    tell({ kind: 'reading', caseId, runId, reading: { ...READING, centre: { pointLpsMm: [1, 2, 3], source: 'automatic', massId: 1 } } });
  }

  const last = (): (typeof asked)[number] | undefined => asked.at(-1);

  it('reads again without a new segmentation when the outlined volume stays', () => {
    readCase();
    asked.length = 0;
    setPhase('v', 'off');
    expect(asked.map(({ what }) => what)).toEqual(['reread']);
    expect(last()?.detail).toMatchObject({ centre: { nearLpsMm: [1, 2, 3] }, phases: { N: 'n', A: 'a' } });
    expect(labelMapInUse()).not.toBeNull();
  });

  it('keeps edits through a change of the outlined volume and back', () => {
    const { caseId, labels } = readCase();
    useApp.setState(({ brush }) => ({ brush: { ...brush, label: 'tumour' } }));
    const [a, b] = grid.sizeIjk;
    changeMasks({ kind: 'cyst', pointLpsMm: grid.originLpsMm, label: 'tumour' });
    const edited = labels.slice();
    expect(edited[0]).toBe(LABEL.cyst);
    expect(useApp.getState().maskVersion).toBe(1);
    readAt(caseId);

    setPhase('a', 'off');
    expect(last()?.what).toBe('analyse');
    expect(useApp.getState().maskVersion).toBe(0);
    outlined(caseId, 'v', new Uint8Array(a * b * grid.sizeIjk[2]));
    expect(labelMapInUse()?.volumeId).toBe('v');

    undo();
    expect(last()?.what).toBe('analyse');
    expect(useApp.getState().maskVersion).toBe(1);
    outlined(caseId, 'a', new Uint8Array(48).fill(LABEL.tumour));
    expect(labelMapInUse()?.labels).toEqual(edited);
    // The worker's own outlines are automatic; those with the edits are read next.
    expect(last()).toMatchObject({ what: 'reread', detail: { labels: edited } });

    readAt(caseId);
    undo();
    expect(useApp.getState().maskVersion).toBe(0);
    expect(labelMapInUse()?.labels[0]).toBe(LABEL.tumour);
  });

  it('hands the case to a new worker when the one before was lost, and says so', () => {
    const { caseId, labels } = readCase();
    const before = labels.slice();
    changeMasks({ kind: 'cyst', pointLpsMm: grid.originLpsMm, label: 'tumour' });
    asked.length = 0;
    tell({ kind: 'worker-lost' });
    expect(last()).toMatchObject({ what: 'restore', caseId });
    const held = last()?.detail as HeldCase;
    expect(held.volumes.map(({ volume }) => volume.id)).toEqual(['n', 'a', 'v']);
    expect(held.labelMap?.labels).toEqual(before);
    expect(useApp.getState()).toMatchObject({ activity: 'idle', failure: { code: 'worker-lost' }, caseId });
    expect(useApp.getState().reading).not.toBeNull();
    // Its pack is announced again, which is no reason to read again.
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    expect(asked).toHaveLength(1);
  });

  it('starts the next case with the heatmap put away and its first task', () => {
    readCase();
    useApp.setState(({ heatmap }) => ({ heatmap: { ...heatmap, on: true, task: 'aggressiveness', phase: 'V' } }));
    readCase();
    expect(useApp.getState().heatmap).toMatchObject({ on: false, task: 'malignancy', classIndex: 1, phase: null });
  });

  it('reads a centre that was set by hand again after other phases were analysed', () => {
    const { caseId } = readCase();
    setCentre([5, 5, 5]);
    readAt(caseId);
    useApp.setState({ centre: { pointLpsMm: [5, 5, 5], source: 'by-hand', massId: null } });
    setPhase('a', 'off');
    outlined(caseId, 'v', new Uint8Array(48));
    expect(last()).toMatchObject({ what: 'reread', detail: { centre: { pointLpsMm: [5, 5, 5] } } });
  });

  it('takes the scores back with a first centre that is undone', () => {
    const { caseId } = readCase();
    useApp.setState({ centre: null, masses: [] });
    setCentre([5, 5, 5]);
    tell({ kind: 'reading', caseId, runId: useApp.getState().runId, reading: { ...READING, centre: { pointLpsMm: [5, 5, 5], source: 'by-hand', massId: null } } });
    undo();
    expect(useApp.getState().centre).toBeNull();
    expect(last()).toMatchObject({ what: 'reread', detail: { centre: 'automatic' } });
  });

  it('does not break an analysis off when a centre is undone meanwhile', () => {
    const { caseId } = readCase();
    setCentre([5, 5, 5]);
    readAt(caseId);
    analyse();
    asked.length = 0;
    undo();
    expect(asked).toEqual([]);
    expect(useApp.getState().activity).toBe('analysing');
    outlined(caseId, 'a', new Uint8Array(48).fill(LABEL.tumour));
    expect(asked.map(({ what }) => what)).toEqual(['reread']);
  });

  it('no longer waits for a second opinion once the centre moves or the worker is lost', () => {
    const { caseId } = readCase();
    askSecondOpinion(null);
    expect(usePackShelf.getState().asked).toBe(true);
    setCentre([5, 5, 5]);
    expect(usePackShelf.getState().asked).toBe(false);
    readAt(caseId);
    askSecondOpinion(null);
    expect(usePackShelf.getState().asked).toBe(true);
    tell({ kind: 'worker-lost' });
    expect(usePackShelf.getState().asked).toBe(false);
  });

  it('analyses a case on screen anew when the first pack to come is not the one that read it', () => {
    readCase();
    useApp.setState({ pack: null });
    asked.length = 0;
    tell({ kind: 'pack', sha256: '0', manifest: { ...MANIFEST, id: 'other', version: '1' } as unknown as PackManifest });
    expect(asked.map(({ what }) => what)).toEqual(['analyse']);
  });

  it('gives the pack of the user to a new worker, and nothing is read by another meanwhile', () => {
    readCase();
    const files = [new File(['{}'], 'manifest.json')];
    const own = { ...MANIFEST, id: 'own', version: '1' } as unknown as PackManifest;
    openFiles(files);
    tell({ kind: 'pack', sha256: '1', manifest: own, foreign: true });
    asked.length = 0;
    tell({ kind: 'worker-lost' });
    expect(asked.map(({ what }) => what)).toEqual(['usePack', 'restore']);
    expect(asked[0]?.detail).toEqual(files);
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    tell({ kind: 'pack', sha256: '1', manifest: own, foreign: true });
    expect(asked).toHaveLength(2);
    expect(useApp.getState().pack).toEqual(own);
    expect(usePackShelf.getState()).toMatchObject({ foreign: true, inUse: { sha256: '1' } });

    tell({ kind: 'worker-lost' });
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    tell({ kind: 'pack-refused', issue: { code: 'unreadable-file', severity: 'error' } });
    expect(last()?.what).toBe('useDefaultPack');
    tell({ kind: 'pack', sha256: '0', manifest: MANIFEST });
    expect(useApp.getState().pack).toEqual(MANIFEST);
  });

  it('begins an analysis anew that another pack broke off', () => {
    const { caseId } = readCase();
    analyse();
    const { runId } = useApp.getState();
    tell({ kind: 'cancelled', caseId, runId });
    asked.length = 0;
    tell({ kind: 'pack', sha256: '2', manifest: { ...MANIFEST, id: 'third' } as unknown as PackManifest, foreign: true });
    expect(asked.map(({ what }) => what)).toEqual(['analyse']);
  });

  it('leaves an analysis alone that the user stopped, whatever pack comes', () => {
    const { caseId } = readCase();
    analyse();
    void cancel();
    tell({ kind: 'cancelled', caseId, runId: useApp.getState().runId });
    asked.length = 0;
    tell({ kind: 'pack', sha256: '3', manifest: { ...MANIFEST, id: 'fourth' } as unknown as PackManifest, foreign: true });
    expect(asked).toEqual([]);
    analyse();
    expect(asked.map(({ what }) => what)).toEqual(['analyse']);
  });

  it('takes a worker that did not answer Stop for stopped, and hands the case to the next', () => {
    const { caseId } = readCase();
    analyse();
    void cancel();
    asked.length = 0;
    tell({ kind: 'worker-lost', onStop: true });
    expect(useApp.getState()).toMatchObject({ activity: 'idle', stopped: true, failure: null, caseId });
    expect(asked.map(({ what }) => what)).toEqual(['restore']);
  });

  it('reads nothing anew when a zipped pack was refused', () => {
    readCase();
    openFiles([new File(['x'], 'pack.zip')]);
    asked.length = 0;
    tell({ kind: 'pack-refused', issue: { code: 'pack-file-checksum', severity: 'error' } });
    tell({ kind: 'opened', caseId: openingsBegun(), volumes: 0 });
    expect(asked).toEqual([]);
    expect(useApp.getState()).toMatchObject({ activity: 'idle', opening: null });
    expect(useApp.getState().reading).not.toBeNull();
  });
});
