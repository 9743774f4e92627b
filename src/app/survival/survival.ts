import type { LabelMap } from '../../core/label-map';
import type { Volume } from '../../core/volume';
import { automaticLabelMap, editedLabels } from '../mask-edits';
import { whenStarted } from '../asking';
import { restoreCase } from '../session';
import type { AppState } from '../store/state';
import { useApp } from '../store/store';
import { volumeById } from '../volumes';
import { caseBytes, caseFile, removeCaseFiles, writeCaseFile } from './case-files';
import { becomeKeeper, isKeptElsewhere, stopKeeping } from './one-keeper';
import { parseSnapshot, snapshotOf, voxelsOf, type Snapshot } from './snapshot';

const STATE = 'state.json';
const AUTOMATIC = 'labels-automatic.u8';
const EDITED = 'labels-edited.u8';
const volumeFile = (n: number): string => `volume-${n}.i16`;

/** Changes within this time are written together, ms. */
const CALM_MS = 600;

/** The case that is being kept, what of it is written already, and the writing in progress. */
let keeping: { readonly caseId: number; automatic: number; edited: number; lost?: true } | null = null;
let writing: Promise<void> = Promise.resolve();
let timer: ReturnType<typeof setTimeout> | undefined;

const get = useApp.getState;
const set = useApp.setState;

/** Looks whether a case was kept at an earlier visit; the first screen then offers it. Nothing of it is shown or read before. */
export async function lookForKeptCase(): Promise<void> {
  // What another tab is keeping is that tab's; it is offered once it is left.
  const snapshot = (await isKeptElsewhere()) ? null : await readSnapshot();
  set({ keptCase: snapshot ? { savedAt: snapshot.savedAt, series: snapshot.state.series.length } : null });
}

async function readSnapshot(): Promise<Snapshot | null> {
  const file = await caseFile(STATE);
  return file ? parseSnapshot(await file.text()) : null;
}

/**
 * Keeps the case on screen in the browser's private file system, on the user's word, and what is decided from now on with it.
 * It takes the place of the one kept before.
 */
export async function keepCase(): Promise<void> {
  const { caseId } = get();
  // Said at once: the tick must not fall back while the other tabs are asked.
  set({ keeping: 'writing' });
  if (!(await becomeKeeper(lose))) {
    set({ keeping: 'elsewhere' });
    return;
  }
  if (caseId === 0 || get().caseId !== caseId) {
    // The case was closed meanwhile.
    stopKeeping();
    set({ keeping: 'off' });
    return;
  }
  keeping = { caseId, automatic: -1, edited: -1 };
  writing = writing.then(writeVolumes);
  write();
}

/** Another tab took the place, because everything was forgotten there: this case is no longer kept. */
function lose(): void {
  if (keeping) keeping.lost = true;
  keeping = null;
  clearTimeout(timer);
  set({ keeping: 'off' });
}

/** Stops keeping, here or in another tab, and removes what was kept. */
export async function forgetKeptCase(): Promise<void> {
  await becomeKeeper(lose, true);
  keeping = null;
  clearTimeout(timer);
  await writing;
  await removeCaseFiles();
  stopKeeping();
  set({ keeping: 'off', keptCase: null });
}

/** Follows the store for as long as the page lives. */
export function watchForKeeping(): void {
  useApp.subscribe((now, before) => {
    if (!keeping) return;
    if (now.caseId !== keeping.caseId) {
      // Another case is on screen: it is private until the user says otherwise. The one kept stays as it was last.
      keeping = null;
      stopKeeping();
      set({ keeping: 'off' });
      return;
    }
    if (!changed(now, before)) return;
    if (now.keeping === 'kept') set({ keeping: 'writing' });
    clearTimeout(timer);
    timer = setTimeout(write, CALM_MS);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') write();
  });
}

function changed(now: AppState, before: AppState): boolean {
  return (['choices', 'guesses', 'centre', 'reading', 'maskVersion', 'segmented', 'activity'] as const).some((field) => now[field] !== before[field]);
}

function write(): void {
  clearTimeout(timer);
  if (!keeping) return;
  writing = writing.then(writeState).catch(async () => {
    // No room, or no such file system: half a case is worth nothing.
    keeping = null;
    await removeCaseFiles().catch(() => undefined);
    stopKeeping();
    set({ keeping: 'full', keptCase: null });
  });
}

async function writeVolumes(): Promise<void> {
  // Whatever was kept before is gone from here on.
  await removeCaseFiles();
  for (const [n, { volumeId }] of get().series.entries()) {
    const volume = volumeById(volumeId);
    if (volume && keeping) await writeCaseFile(volumeFile(n), volume.hu);
  }
}

/** Labels first, so that the state never speaks of outlines that are not there. A reading in progress is written when it is done. */
async function writeState(): Promise<void> {
  const state = get();
  if (keeping?.caseId !== state.caseId || state.activity !== 'idle') return;
  const own = keeping;
  const { segmented, maskVersion } = state;
  // Taken before anything is awaited: another case may come on screen meanwhile.
  const edited = maskVersion > 0 ? editedLabels() : undefined;
  if (segmented && own.automatic !== segmented.version) {
    const map = automaticLabelMap();
    if (map) await writeCaseFile(AUTOMATIC, map.labels);
    // What was forgotten elsewhere meanwhile must not come back.
    if (own.lost) return;
    own.automatic = segmented.version;
    own.edited = -1;
  }
  if (edited && own.edited !== maskVersion) {
    await writeCaseFile(EDITED, edited.slice());
    if (own.lost) return;
    own.edited = maskVersion;
  }
  await writeCaseFile(STATE, JSON.stringify(snapshotOf(state, new Date().toISOString())));
  // Another case may have come on screen meanwhile, which is not kept.
  if (keeping === own) set({ keeping: 'kept' });
}

/** Opens the kept case again as it was left. False when it could not be read; then it is removed. */
export async function openKeptCase(): Promise<boolean> {
  // Another tab may have begun to keep its case since this one was offered.
  const own = await becomeKeeper(lose);
  const snapshot = own ? await readSnapshot() : null;
  const held = snapshot ? await readArrays(snapshot) : null;
  if (!snapshot || !held) {
    if (own) await forgetKeptCase();
    else set({ keptCase: null });
    return false;
  }
  await whenStarted();
  const caseId = restoreCase({ ...held, state: snapshot.state, packName: snapshot.packId, sample: snapshot.sample });
  const { segmented, maskVersion } = get();
  keeping = { caseId, automatic: segmented?.version ?? -1, edited: maskVersion };
  set({ keeping: 'kept', keptCase: null });
  return true;
}

async function readArrays({ state }: Snapshot): Promise<{ volumes: Volume[]; labelMap: LabelMap | null; edited: Uint8Array | null } | null> {
  const volumes: Volume[] = [];
  for (const [n, { volumeId, grid }] of state.series.entries()) {
    const buffer = await caseBytes(volumeFile(n), 2 * voxelsOf(grid));
    if (!buffer) return null;
    volumes.push({ id: volumeId, grid, hu: new Int16Array(buffer) });
  }
  const outlined = volumes.find(({ id }) => id === state.segmented?.volumeId);
  if (!outlined) return { volumes, labelMap: null, edited: null };
  const labelsIn = async (name: string): Promise<Uint8Array | null> => {
    const buffer = await caseBytes(name, voxelsOf(outlined.grid));
    // Labels are changed here and sent to the worker as copies: memory of the page's own.
    return buffer ? new Uint8Array(buffer).slice() : null;
  };
  const labels = await labelsIn(AUTOMATIC);
  if (!labels) return null;
  return { volumes, labelMap: { volumeId: outlined.id, grid: outlined.grid, labels }, edited: state.maskVersion > 0 ? await labelsIn(EDITED) : null };
}
