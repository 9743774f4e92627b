import type { GalleryCase } from '../core/gallery';
import { issue } from '../core/issue';
import type { MassCentre } from '../core/reading';
import type { Vec3 } from '../core/vector';
import type { CaseEvent, RereadRequest, StudyWorker } from '../worker/protocol';
import { applyCaseEvent, EMPTY_CASE, isCurrent } from './store/apply-case-event';
import { EMPTY_HISTORY, remember, stepBack, stepForward, withoutMasks, type Decisions } from './store/history';
import { assignmentOf, choosePhase, sameChoice } from './store/phase-choices';
import type { PhaseChoice } from './store/state';
import { doMaskAction, editedLabels, goToMasks, takeStroke, type MaskAction } from './mask-edits';
import type { StrokePiece } from '../viewer/types';
import { useApp } from './store/store';
import { keepArrays, releaseArrays, releaseLabelMap } from './volumes';
import { startWorker } from './worker-link';

/** Asks the worker and keeps the store: everything that the user can do to a case passes here. */
let study: StudyWorker | null = null;
let stop: (() => void) | null = null;
let lastCase = 0;
let lastRun = 0;
/** A centre set while the outlines are still being found; it is read as soon as they are. */
let queuedCentre: Vec3 | null = null;
/** True when outlines were corrected while the analysis still ran; they are read as soon as it has ended. */
let queuedEdit = false;

const get = useApp.getState;
const set = useApp.setState;

/** Starts the worker and loads the default pack. */
export async function startSession(): Promise<void> {
  const link = await startWorker(hear);
  study = link.study;
  stop = link.stop;
}

function hear(event: CaseEvent): void {
  const state = get();
  if (!isCurrent(state, event)) return;
  set((now) => applyCaseEvent(now, keepArrays(event)));
  if (event.kind === 'volume' && state.caseId !== event.caseId) {
    set({ history: EMPTY_HISTORY, zoomedOnMass: false, carriedLpsMm: null, activeVolume: null, layout: 'side-by-side' });
    queuedCentre = null;
    queuedEdit = false;
  }
  if (event.kind === 'opened' && get().confirmed) analyse();
  if (event.kind === 'segmented') set(({ history }) => ({ history: withoutMasks(history) }));
  if (event.kind === 'masses' && event.centre?.source === 'automatic') set({ zoomedOnMass: true });
  // What is on screen was read by the pack before; its numbers must not stand under the new one's name.
  if (event.kind === 'pack' && get().reading !== null) analyse();
  if (event.kind === 'reading' || event.kind === 'failed' || event.kind === 'cancelled') readQueued();
}

/** Reads what the user set or corrected while an analysis ran, unless another study is being opened. */
function readQueued(): void {
  const { activity, opening } = get();
  if (activity !== 'idle' || opening !== null) return;
  const [point, edited] = [queuedCentre, queuedEdit];
  queuedCentre = null;
  queuedEdit = false;
  if (point) setCentre(point);
  else if (edited) rereadAfterEdit();
}

/**
 * Opens files as a new case, or as a model pack when they are one. The case shown stays until the new one has a volume.
 * `sample` says which sample the files are, so that what is known of it can be shown beside the reading.
 */
export function openFiles(files: readonly File[], sample?: GalleryCase | 'phantom'): void {
  set({ flyingOver: false, refusal: null });
  if (isPack(files)) {
    void study?.usePack(files);
    return;
  }
  if (files.length === 0) {
    set({ refusal: issue('nothing-readable', 'error') });
    return;
  }
  const caseId = ++lastCase;
  set(({ samples }) => ({
    opening: { caseId, files: files.length, steps: {}, issues: [] },
    ...(sample && { samples: { ...samples, [caseId]: sample } }),
  }));
  void study?.open(caseId, files);
}

/** How many studies were begun to be opened: a sample that took its time asks whether another came before it. */
export function openingsBegun(): number {
  return lastCase;
}

function isPack(files: readonly File[]): boolean {
  return files.some((file) => file.name === 'manifest.json') && !files.some((file) => /\.(dcm|nii|nii\.gz|zip)$/i.test(file.name));
}

/** Starts the analysis with the phases as chosen. Outlines, masses and the automatic centre of the one before go. */
export function analyse(): void {
  const { caseId, choices, patient } = get();
  const phases = assignmentOf(choices);
  if (caseId === 0 || Object.keys(phases).length === 0) return;
  const runId = ++lastRun;
  queuedCentre = null;
  queuedEdit = false;
  releaseLabelMap();
  set(({ centre, history, brush }) => ({
    ...{ runId, activity: 'analysing', confirmed: true, stopped: false, failure: null, reading: null, automaticReading: null, steps: openingSteps() },
    ...{ segmented: null, masses: [], maskVersion: 0, automaticCentre: null, centre: centre?.source === 'by-hand' ? centre : null },
    history: withoutMasks(history),
    // Without outlines there is nothing to correct, and no place to put the brush away.
    brush: { ...brush, tool: null },
  }));
  void study?.analyse(caseId, { runId, phases, preset: null, patient: patientFacts(patient) });
}

function openingSteps(): ReturnType<typeof get>['steps'] {
  const { 'read-files': files, decode, phases } = get().steps;
  return { ...(files && { 'read-files': files }), ...(decode && { decode }), ...(phases && { phases }) };
}

function patientFacts(patient: ReturnType<typeof get>['patient']): { ageYears: number | null; sex: string } {
  return { ageYears: patient?.ageYears ?? null, sex: patient?.sex ?? '' };
}

/** Stops what runs; the images stay. */
export function cancel(): void {
  void study?.cancel();
}

/** Gives a volume a phase and analyses anew when that changes what is read. */
export function setPhase(volumeId: string, choice: PhaseChoice): void {
  const { choices, reading, activity } = get();
  const next = choosePhase(choices, volumeId, choice);
  decide({ choices: next });
  set({ confirmed: true });
  if ((reading !== null || activity !== 'idle') && !sameChoice(choices, next)) analyse();
}

/** Sets the centre where the user points; the classifiers run again. */
export function setCentre(pointLpsMm: Vec3): void {
  if (get().activity === 'analysing') {
    queuedCentre = pointLpsMm;
    set({ centre: { pointLpsMm, source: 'by-hand', massId: null }, carriedLpsMm: null });
    return;
  }
  decide({ centre: { pointLpsMm, source: 'by-hand', massId: get().centre?.massId ?? null } });
  reread({ pointLpsMm });
}

/** Reads another mass of the list. */
export function chooseMass(massId: number): void {
  const mass = get().masses.find((m) => m.id === massId);
  if (!mass) return;
  const centre: MassCentre = { pointLpsMm: mass.centreLpsMm, source: 'automatic', massId };
  decide({ centre });
  reread(choiceOf(centre));
}

/** Goes back to the centre that the segmentation gave. */
export function useAutomaticCentre(): void {
  const { automaticCentre } = get();
  if (!automaticCentre) return;
  decide({ centre: automaticCentre });
  reread(choiceOf(automaticCentre));
}

/** How a centre is asked for again. Ids of masses hold for the automatic labels only; corrected ones are numbered anew. */
function choiceOf({ pointLpsMm, source, massId }: MassCentre): RereadRequest['centre'] {
  if (source === 'by-hand' || massId === null) return { pointLpsMm };
  return editedLabels() ? { nearLpsMm: pointLpsMm } : { massId };
}

function reread(centre: RereadRequest['centre']): void {
  const { caseId, choices, patient } = get();
  const phases = assignmentOf(choices);
  if (caseId === 0 || Object.keys(phases).length === 0) return;
  const runId = ++lastRun;
  set({ runId, activity: 'rereading', carriedLpsMm: null, stopped: false, failure: null });
  const labels = editedLabels();
  void study?.reread(caseId, { runId, centre, phases, preset: null, patient: patientFacts(patient), ...(labels && { labels }) });
}

function decisions(): Decisions {
  const { choices, centre, maskVersion } = get();
  return { choices, centre, masks: maskVersion };
}

function decide(change: Partial<Decisions>): void {
  const before = decisions();
  const after = { ...before, ...change };
  set((now) => ({ history: remember(now.history, before, after), choices: after.choices, centre: after.centre, maskVersion: after.masks }));
}

/** Takes the last decision back. */
export function undo(): void {
  travel(stepBack(get().history, decisions()));
}

/** Brings a decision that was taken back again. */
export function redo(): void {
  travel(stepForward(get().history, decisions()));
}

function travel(step: ReturnType<typeof stepBack>): void {
  if (!step) return;
  const { choices, centre } = get();
  const { present, history } = step;
  const masksMoved = goToMasks(present.masks);
  set({ history, choices: present.choices, centre: present.centre, maskVersion: present.masks });
  if (!sameChoice(choices, present.choices)) analyse();
  else if (masksMoved) rereadAfterEdit();
  else if (present.centre && JSON.stringify(centre) !== JSON.stringify(present.centre)) {
    reread(choiceOf(present.centre));
  }
}

/** Takes a piece of a brush stroke; when it ends, masses and scores follow. */
export function stroke(piece: StrokePiece, touched: (pointLpsMm: Vec3, radiusMm: number) => void): void {
  masksChanged(takeStroke(piece, touched));
}

/** Fills, smooths, deletes or renames; masses and scores follow. */
export function changeMasks(action: MaskAction): void {
  masksChanged(doMaskAction(action));
}

function masksChanged(version: number | null): void {
  if (version === null) return;
  decide({ masks: version });
  rereadAfterEdit();
}

function rereadAfterEdit(): void {
  const { centre, activity } = get();
  if (activity === 'analysing') {
    queuedEdit = true;
    return;
  }
  if (centre?.source === 'by-hand') reread({ pointLpsMm: centre.pointLpsMm });
  else reread({ nearLpsMm: centre?.pointLpsMm ?? [0, 0, 0] });
}

/** Closes the case and frees its memory. */
export function closeCase(): void {
  void study?.close();
  releaseArrays();
  const { backend, pack, packRefusal } = get();
  set({ ...EMPTY_CASE, history: EMPTY_HISTORY, backend, pack, packRefusal, zoomedOnMass: false, activeVolume: null });
}

/** Ends the worker with everything it holds. */
export function stopSession(): void {
  stop?.();
  study = null;
}
