import { issue } from '../../core/issue';
import { allCertain, suggestChoices } from './phase-choices';
import type { CaseState, Opening } from './state';
import type { StoreEvent } from './case-event';

/** A case before anything is known of it. */
export const EMPTY_CASE: CaseState = {
  caseId: 0,
  offered: [],
  opening: null,
  patient: null,
  issues: [],
  steps: {},
  refusal: null,
  complete: false,
  series: [],
  guesses: {},
  choices: {},
  confirmed: false,
  runId: 0,
  activity: 'idle',
  segmented: null,
  masses: [],
  automaticCentre: null,
  centre: null,
  reading: null,
  automaticReading: null,
  backend: null,
  pack: null,
  packRefusal: null,
  failure: null,
  stopped: false,
  maskVersion: 0,
};

/** False for what an older case or run still tells. */
export function isCurrent(state: CaseState, event: { readonly kind: string; readonly caseId?: number; readonly runId?: number }): boolean {
  if (event.caseId !== undefined && event.caseId !== state.caseId && event.caseId !== state.opening?.caseId) return false;
  return event.runId === undefined || event.runId === state.runId;
}

/** The state after an event of the worker. Pure; events of older cases and runs change nothing. */
export function applyCaseEvent(state: CaseState, event: StoreEvent): CaseState {
  if (!isCurrent(state, event)) return state;
  const opening = 'caseId' in event && state.opening?.caseId === event.caseId && event.caseId !== state.caseId ? state.opening : null;
  switch (event.kind) {
    case 'backend':
      return { ...state, backend: event.facts };
    case 'pack':
      // The site's own pack, when it comes for the first time, does not take back what was said of a dropped one meanwhile.
      return { ...state, pack: event.manifest, packRefusal: event.foreign === true || state.pack !== null ? null : state.packRefusal };
    // The shelf of packs keeps it.
    case 'second-opinion':
      return state;
    case 'pack-refused':
      return { ...state, packRefusal: event.issue };
    case 'progress': {
      const step = { [event.step]: { fraction: event.fraction, elapsedMs: event.elapsedMs } };
      return opening
        ? { ...state, opening: { ...opening, steps: { ...opening.steps, ...step } } }
        : { ...state, steps: { ...state.steps, ...step } };
    }
    case 'issue':
      return opening
        ? { ...state, opening: { ...opening, issues: [...opening.issues, event.issue] } }
        : { ...state, issues: [...state.issues, event.issue] };
    case 'volume': {
      const row = { volumeId: event.volumeId, facts: event.facts, grid: event.grid };
      if (opening) return { ...begin(state, opening), patient: event.facts.patient, series: [row] };
      return { ...state, patient: state.patient ?? event.facts.patient, series: [...state.series.filter((s) => s.volumeId !== row.volumeId), row] };
    }
    case 'phases': {
      const guesses = Object.fromEntries(event.guesses.map((guess) => [guess.volumeId, guess]));
      if (state.confirmed && Object.keys(state.choices).length > 0) {
        // Set by hand before all volumes were there: the rest is suggested, and looked at unless it is certain.
        const rest = event.guesses.filter((guess) => state.choices[guess.volumeId] === undefined);
        if (rest.length === 0) return { ...state, guesses };
        return { ...state, guesses, choices: suggestChoices(event.guesses, state.series, state.choices), confirmed: allCertain(rest) };
      }
      return { ...state, guesses, choices: suggestChoices(event.guesses, state.series), confirmed: allCertain(event.guesses) };
    }
    case 'opened':
      if (opening && event.volumes === 0) return { ...state, opening: null };
      // Another study may have been dropped meanwhile: its opening goes on.
      return { ...state, opening: state.opening?.caseId === event.caseId ? null : state.opening, complete: true };
    case 'outlines-offered':
      return { ...state, offered: [...state.offered.filter((id) => id !== event.volumeId), event.volumeId] };
    case 'segmented':
      return { ...state, segmented: { volumeId: event.volumeId, phase: event.phase, version: event.version } };
    case 'masses':
      return {
        ...state,
        masses: event.masses,
        automaticCentre: event.centre?.source === 'by-hand' ? state.automaticCentre : event.centre,
        centre: event.centre ?? state.centre,
      };
    case 'reading': {
      const byHand = event.reading.centre?.source === 'by-hand';
      return {
        ...state,
        reading: event.reading,
        automaticReading: byHand || state.maskVersion > 0 ? state.automaticReading : event.reading,
        centre: event.reading.centre ?? state.centre,
        masses: event.reading.masses,
        activity: 'idle',
        stopped: false,
        failure: null,
      };
    }
    case 'worker-lost': {
      if (event.onStop) return { ...ended(state, state.caseId), opening: null, stopped: state.activity !== 'idle' };
      const failure = issue('worker-lost', 'warning');
      const other = state.opening !== null && state.opening.caseId !== state.caseId;
      return { ...ended(state, state.caseId), opening: null, ...(other ? { refusal: failure } : { failure }) };
    }
    case 'failed':
      if (opening) return { ...state, opening: null, refusal: event.issue };
      return { ...ended(state, event.caseId), failure: event.issue };
    case 'cancelled':
      if (opening) return { ...state, opening: null };
      return { ...ended(state, event.caseId), stopped: state.activity !== 'idle' };
  }
}

/**
 * The state when what ran for the case shown came to no result. An opening leaves the volumes that are whole; a reading of
 * another centre leaves the one before, and the centre goes back to where its scores belong.
 */
function ended(state: CaseState, caseId: number): CaseState {
  const { activity, opening, reading } = state;
  const before = activity === 'rereading' && reading !== null ? { centre: reading.centre, masses: reading.masses } : {};
  return { ...state, ...before, activity: 'idle', ...(opening?.caseId === caseId && { opening: null, complete: true }) };
}

function begin(state: CaseState, opening: Opening): CaseState {
  return {
    ...EMPTY_CASE,
    caseId: opening.caseId,
    opening,
    issues: opening.issues,
    steps: opening.steps,
    backend: state.backend,
    pack: state.pack,
    packRefusal: state.packRefusal,
  };
}

