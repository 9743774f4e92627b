import type { GalleryCase } from '../core/gallery';
import { issue } from '../core/issue';
import { labelledMiddle } from '../core/labelled-middle';
import { phaseToSegment } from '../core/pack-constants';
import type { LabelMap } from '../core/label-map';
import type { MassCentre } from '../core/reading';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import type { CaseEvent, RereadRequest } from '../worker/protocol';
import { ask, startAsking } from './asking';
import { applyCaseEvent, EMPTY_CASE, isCurrent } from './store/apply-case-event';
import { EMPTY_HISTORY, remember, stepBack, stepForward, withoutMasks, type Decisions } from './store/history';
import { joinablePartsOf } from './store/join-offers';
import { assignmentOf, choosePhase, sameChoice } from './store/phase-choices';
import type { CaseState, PhaseChoice } from './store/state';
import { adoptEditedLabels, automaticLabelMap, doMaskAction, editedLabels, forgetEdits, goToMasks, takeStroke, withEdits, type MaskAction } from './mask-edits';
import type { StrokePiece } from '../viewer/types';
import { givePackAgain, isAnotherPack, passedOver, takePack } from './packs/pack-session';
import { shelfHears, usePackShelf } from './packs/shelf';
import { analysisRequest, choiceOf, rereadRequest } from './requests';
import { useAlignment } from './store/alignment';
import { useApp } from './store/store';
import { viewer } from './viewer-link';
import { holdCase, keepArrays, labelMapInUse, releaseArrays, releaseLabelMap, volumeById } from './volumes';

/** Asks the worker and keeps the store: everything that the user can do to a case passes here. */
let lastCase = 0;
let lastRun = 0;
/** A centre set while the outlines are still being found; it is read as soon as they are. */
let queuedCentre: Vec3 | null = null;
/**
 * What is read again as soon as the analysis has ended, because outlines or phases were changed meanwhile: `as-it-stands`, or
 * at a centre that was decided before the analysis.
 */
let queuedRead: MassCentre | 'as-it-stands' | null = null;
/** True once the user stopped the analysis that ran last: nothing begins it anew but the user. */
let stoppedByHand = false;

const get = useApp.getState;
const set = useApp.setState;

/** Starts the worker and loads the default pack. */
export function startSession(): Promise<void> {
  return startAsking(hear);
}

function hear(heard: CaseEvent): void {
  const state = get();
  if (!isCurrent(state, heard) || passedOver(heard)) return;
  shelfHears(heard);
  const anotherPack = isAnotherPack(state, heard);
  if (anotherPack || (heard.kind === 'volume' && state.caseId !== heard.caseId)) forgetEdits();
  const event = heard.kind === 'segmented' ? { ...heard, labelMap: withEdits(heard.labelMap, state.maskVersion) } : heard;
  set((now) => applyCaseEvent(now, keepArrays(event)));
  if (event.kind === 'volume' && state.caseId !== event.caseId) {
    set(({ heatmap }) => ({ history: EMPTY_HISTORY, ...FRESH_VIEW, heatmap: { ...heatmap, ...FRESH_HEATMAP } }));
    queuedCentre = null;
    queuedRead = null;
  }
  // A zipped pack is opened as well, and is no case.
  if (event.kind === 'opened' && event.caseId === get().caseId && get().confirmed) analyse();
  if (event.kind === 'segmented' && editedLabels()) queuedRead ??= 'as-it-stands';
  if (event.kind === 'masses' && event.centre?.source === 'automatic') set({ zoomedOnMass: true });
  if (event.kind === 'masses' && event.centre === null) showKidneys();
  // Putting the pack in place ends what runs, so that an analysis may have been told as stopped just before.
  if (anotherPack && (get().reading !== null || get().activity === 'analysing' || (get().stopped && !stoppedByHand))) {
    set(({ history }) => ({ history: withoutMasks(history), maskVersion: 0 }));
    analyse();
  }
  if (event.kind === 'worker-lost') {
    givePackAgain();
    handOver();
  }
  if (event.kind === 'reading' || event.kind === 'failed' || event.kind === 'cancelled') readQueued();
}

/** Where there is no mass to go to, the panes go to the level of the kidneys, which is where the user would look next. */
function showKidneys(): void {
  const labelMap = labelMapInUse();
  const middle = labelMap && get().centre === null ? labelledMiddle(labelMap) : null;
  if (middle) viewer().goTo(middle, false);
}

/** How a case is looked at before anything was chosen. */
const FRESH_VIEW = { zoomedOnMass: false, carriedLpsMm: null, activeVolume: null, layout: 'side-by-side' } as const;
const FRESH_HEATMAP = { on: false, task: 'malignancy', classIndex: 1, phase: null } as const;

/** Gives the case that the page holds to a worker that does not have it. */
function handOver(): void {
  queuedCentre = null;
  queuedRead = null;
  const { caseId, series, guesses } = get();
  if (caseId === 0) return;
  const volumes = series.flatMap(({ volumeId, facts }) => {
    const volume = volumeById(volumeId);
    return volume ? [{ facts, volume }] : [];
  });
  ask((worker) => worker.restore(caseId, { volumes, guesses: Object.values(guesses), labelMap: automaticLabelMap() }));
}

/** Reads what the user set or corrected while an analysis ran. */
function readQueued(): void {
  if (get().activity !== 'idle') return;
  const [point, again] = [queuedCentre, queuedRead];
  queuedCentre = null;
  queuedRead = null;
  if (point) setCentre(point);
  else if (again === 'as-it-stands') rereadAsItStands();
  else if (again) {
    set({ centre: again });
    reread(choiceOf(again));
  }
}

/**
 * Opens files as a new case, or as a model pack when they are one. The case shown stays until the new one has a volume.
 * `sample` says which sample the files are, so that what is known of it can be shown beside the reading.
 */
export function openFiles(files: readonly File[], sample?: GalleryCase | 'phantom'): void {
  set({ flyingOver: false, refusal: null });
  if (takePack(files)) return;
  if (files.length === 0) {
    set({ refusal: issue('nothing-readable', 'error') });
    return;
  }
  const caseId = ++lastCase;
  set(({ samples }) => ({
    opening: { caseId, files: files.length, steps: {}, issues: [] },
    ...(sample && { samples: { ...samples, [caseId]: sample } }),
  }));
  ask((worker) => worker.open(caseId, files));
}

/** Opens the case anew with parts of one scan, in their order, joined into one volume. */
export function joinSeries(volumeIds: readonly string[]): void {
  const { caseId: from, series, issues, samples, steps } = get();
  if (from === 0) return;
  const caseId = ++lastCase;
  const sample = samples[from];
  const files = series.reduce((sum, { facts }) => sum + facts.files, 0);
  set({
    refusal: null,
    opening: { caseId, files, steps, issues: issues.filter((met) => joinablePartsOf(met)?.join() !== volumeIds.join()) },
    ...(sample && { samples: { ...samples, [caseId]: sample } }),
  });
  ask((worker) => worker.join(caseId, from, volumeIds));
}

/** A case that was kept, with all that was found and decided. */
export interface RestoredCase {
  readonly volumes: readonly Volume[];
  readonly labelMap: LabelMap | null;
  /** The labels with the edits that were in force. */
  readonly edited: Uint8Array | null;
  readonly state: Partial<CaseState>;
  /** Pack that outlined and read. */
  readonly packName: string | null;
  readonly sample: GalleryCase | 'phantom' | null;
}

/** Shows a kept case as it was left and reads its centre again, for what was not kept. Gives the new id of the case. */
export function restoreCase({ volumes, labelMap, edited, state, packName, sample }: RestoredCase): number {
  const caseId = ++lastCase;
  forgetEdits();
  holdCase(caseId, volumes, labelMap);
  const { backend, pack, packRefusal, heatmap } = get();
  set(({ samples }) => ({
    ...{ ...EMPTY_CASE, ...FRESH_VIEW, ...state, backend, pack, packRefusal, caseId, complete: true, maskVersion: 0, history: EMPTY_HISTORY },
    heatmap: { ...heatmap, ...FRESH_HEATMAP },
    ...(sample && { samples: { ...samples, [caseId]: sample } }),
  }));
  if (edited && adoptEditedLabels(edited) > 0) masksAdopted();
  handOver();
  if (!get().reading) return caseId;
  if (pack && packName !== `${pack.id} ${pack.version}`) analyse();
  else if (get().centre) rereadAsItStands();
  return caseId;
}

/** Edits of another visit are one step, which can be taken back. */
function masksAdopted(): void {
  const before = decisions();
  const after = { ...before, masks: 1 };
  set({ history: remember(EMPTY_HISTORY, before, after), maskVersion: 1 });
}

/** How many studies were begun to be opened: a sample that took its time asks whether another came before it. */
export function openingsBegun(): number {
  return lastCase;
}

/**
 * Starts the analysis with the phases as chosen. Outlines, masses and the automatic centre of the one before go; the edits of
 * the outlines stay with their volume.
 */
export function analyse(): void {
  const { caseId, choices, centre } = get();
  const phases = assignmentOf(choices);
  if (caseId === 0 || Object.keys(phases).length === 0) return;
  const runId = ++lastRun;
  stoppedByHand = false;
  queuedCentre = null;
  queuedRead = centre?.source === 'by-hand' ? centre : null;
  releaseLabelMap();
  usePackShelf.setState({ asked: false });
  set(({ brush }) => ({
    ...{ runId, activity: 'analysing', confirmed: true, stopped: false, failure: null, reading: null, automaticReading: null, steps: openingSteps() },
    ...{ segmented: null, masses: [], automaticCentre: null, centre: queuedRead === null ? null : centre },
    // Without outlines there is nothing to correct, and no place to put the brush away.
    brush: { ...brush, tool: null },
  }));
  ask((worker) => worker.analyse(caseId, analysisRequest(runId)));
}

function openingSteps(): ReturnType<typeof get>['steps'] {
  const { 'read-files': files, decode, phases } = get().steps;
  return { ...(files && { 'read-files': files }), ...(decode && { decode }), ...(phases && { phases }) };
}

/** Stops what runs; the images stay. Resolves when the worker has answered, or was ended because it did not. */
export function cancel(): Promise<void> {
  if (get().activity === 'analysing' && get().opening === null) stoppedByHand = true;
  return new Promise((answered) => ask((worker) => worker.cancel().finally(answered)));
}

/** Gives a volume a phase and reads again when that changes what is read. */
export function setPhase(volumeId: string, choice: PhaseChoice): void {
  const { choices } = get();
  const next = choosePhase(choices, volumeId, choice);
  const outlinesMove = outlinesMoveWith(choices, next);
  decide({ choices: next, ...(outlinesMove && { masks: 0 }) });
  set({ confirmed: true });
  if (!sameChoice(choices, next)) readOtherPhases(outlinesMove);
}

/** True when other phases mean that another volume is outlined; unknown without a pack. */
function outlinesMoveWith(before: Decisions['choices'], after: Decisions['choices']): boolean {
  const { pack } = get();
  if (pack === null) return true;
  const outlined = (choices: Decisions['choices']): string | undefined => {
    const phases = assignmentOf(choices);
    return phases[phaseToSegment(pack, phases) ?? 'A'];
  };
  return outlined(before) !== outlined(after);
}

/** After the phases changed: a new analysis where another volume is outlined, else the same centre from other phases. */
function readOtherPhases(outlinesMove: boolean): void {
  const { activity, reading } = get();
  if (activity === 'idle' && reading === null) return;
  if (outlinesMove) analyse();
  else rereadAsItStands();
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

function reread(centre: RereadRequest['centre']): void {
  const { caseId, choices } = get();
  if (caseId === 0 || Object.keys(assignmentOf(choices)).length === 0) return;
  const runId = ++lastRun;
  // Whoever is asked beside this pack is asked about the centre before.
  usePackShelf.setState({ asked: false });
  set({ runId, activity: 'rereading', carriedLpsMm: null, stopped: false, failure: null });
  ask((worker) => worker.reread(caseId, rereadRequest(runId, centre)));
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
  const outlinesMove = outlinesMoveWith(choices, present.choices);
  const masksMoved = !outlinesMove && goToMasks(present.masks);
  set({ history, choices: present.choices, centre: present.centre, maskVersion: present.masks });
  if (!sameChoice(choices, present.choices)) {
    readOtherPhases(outlinesMove);
    // A new analysis reads the largest mass first, then the centre that was decided.
    if (outlinesMove && present.centre && get().activity === 'analysing') queuedRead = present.centre;
  } else if (masksMoved) rereadAsItStands();
  else if (JSON.stringify(centre) !== JSON.stringify(present.centre)) readCentreOf(present.centre);
}

/** Reads a centre that was gone back to. Without one the scores of the last go too; an analysis is not broken off for it. */
function readCentreOf(centre: MassCentre | null): void {
  if (get().activity === 'analysing') queuedRead = centre ?? 'as-it-stands';
  else if (centre) reread(choiceOf(centre));
  else if (get().reading !== null) reread('automatic');
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
  rereadAsItStands();
}

/** Reads again with phases and outlines as they stand now: the same centre by hand, or the same mass where it now lies. */
function rereadAsItStands(): void {
  const { centre, activity } = get();
  if (activity === 'analysing') {
    queuedRead ??= 'as-it-stands';
    return;
  }
  if (!centre) reread('automatic');
  else if (centre.source === 'by-hand') reread({ pointLpsMm: centre.pointLpsMm });
  else reread({ nearLpsMm: centre.pointLpsMm });
}

/** Reads on with the phases laid on one another, or as they were scanned. */
export function readAligned(on: boolean): void {
  useAlignment.setState({ on });
  if (get().reading !== null) rereadAsItStands();
}

/** Closes the case and frees its memory. */
export function closeCase(): void {
  ask((worker) => worker.close());
  releaseArrays();
  forgetEdits();
  const { backend, pack, packRefusal } = get();
  set({ ...EMPTY_CASE, history: EMPTY_HISTORY, backend, pack, packRefusal, zoomedOnMass: false, activeVolume: null });
}
