import type { Issue } from '../core/issue';
import type { BackendFacts } from '../worker/protocol';
import type { ReadingFacts } from './store/state';

/** The reading as a plain object for a JSON file, without patient identity. */
export function reportFromPage(from: {
  readonly reading: ReadingFacts;
  readonly backend: BackendFacts | null;
  readonly studyIssues: readonly Issue[];
  readonly statement: readonly string[];
}): object {
  const { reading } = from;
  return {
    statement: from.statement,
    software: { name: 'RenaLens', version: __APP_VERSION__ },
    backend: from.backend,
    status: reading.status,
    preset: reading.preset,
    pack: reading.pack,
    phases: reading.phases,
    segmentedPhase: reading.segmentedPhase,
    centre: reading.centre,
    masses: reading.masses,
    scores: reading.scores,
    subsetScores: reading.subsetScores,
    aggressivenessScore: reading.aggressivenessScore,
    anatomy: reading.anatomy,
    timingsMs: reading.timingsMs,
    issues: [...from.studyIssues, ...reading.issues],
  };
}
