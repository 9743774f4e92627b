import type { MassCentre } from '../core/reading';
import type { AnalysisRequest, RereadRequest } from '../worker/protocol';
import { editedLabels } from './mask-edits';
import { useAlignment } from './store/alignment';
import { assignmentOf } from './store/phase-choices';
import { useApp } from './store/store';

/** What the worker is asked to read: the phases and the patient as they are set now. */
export function analysisRequest(runId: number): AnalysisRequest {
  const { choices, patient } = useApp.getState();
  return { runId, phases: assignmentOf(choices), preset: null, align: useAlignment.getState().on, patient: { ageYears: patient?.ageYears ?? null, sex: patient?.sex ?? '' } };
}

/** The same for one centre on the outlines as they stand now. */
export function rereadRequest(runId: number, centre: RereadRequest['centre']): RereadRequest {
  // A copy: the worker takes it over, and the next stroke must not change what it reads.
  const labels = editedLabels()?.slice();
  return { ...analysisRequest(runId), centre, ...(labels && { labels }) };
}

/** How a centre is asked for again. Ids of masses hold for the automatic labels only; corrected ones are numbered anew. */
export function choiceOf({ pointLpsMm, source, massId }: MassCentre): RereadRequest['centre'] {
  if (source === 'by-hand' || massId === null) return { pointLpsMm };
  return editedLabels() ? { nearLpsMm: pointLpsMm } : { massId };
}
