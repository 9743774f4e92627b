import { issue } from '../core/issue';
import type { PackManifest } from '../core/models';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import { reportOf, type PhaseOrigin, type Report } from '../report/report';
import { assignmentOf } from './store/phase-choices';
import type { AppState } from './store/state';
import { heatmapsInUse, patchesInUse } from './volumes';

/** The reading on screen as report.json, the same that the terminal writes; null without a reading or a pack. */
export function reportOfPage(state: AppState, manifest: PackManifest | null): Report | null {
  const { reading, choices, guesses } = state;
  if (!reading || !manifest) return null;
  const assignment = assignmentOf(choices);
  const origins: Partial<Record<ReadPhase, PhaseOrigin>> = {};
  for (const phase of READ_PHASES) {
    const guess = guesses[assignment[phase] ?? ''];
    if (guess) origins[phase] = guess.phase === phase ? { source: 'guess', probability: guess.probability } : { source: 'by-hand', probability: 1 };
  }
  return reportOf({
    reading: { ...reading, patches: patchesInUse(), heatmaps: heatmapsInUse() },
    manifest,
    assignment,
    origins,
    facts: state.series.map(({ facts }) => facts),
    backend: state.backend?.backend ?? '',
    threads: state.backend?.threads ?? 1,
    issues: state.maskVersion > 0 ? [...state.issues, issue('mask-edited', 'warning')] : state.issues,
    files: { labels: null, patches: false },
  });
}
