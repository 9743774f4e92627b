import { issue } from '../core/issue';
import type { PackManifest } from '../core/models';
import { READ_PHASES } from '../core/phase';
import { phaseOrigins } from '../report/phase-origins';
import { reportOf, type Report } from '../report/report';
import type { History } from './store/history';
import { assignmentOf } from './store/phase-choices';
import type { AppState } from './store/state';
import { heatmapsInUse, patchesInUse } from './volumes';

/** The reading on screen as report.json, the same that the terminal writes; null without a reading or a pack. */
export function reportOfPage(state: AppState & { readonly history: History }, manifest: PackManifest | null): Report | null {
  const { reading, choices, guesses, history } = state;
  if (!reading || !manifest) return null;
  const assignment = assignmentOf(choices);
  // The user chose a phase where the volume was something else before one of the decisions that stand. A volume that came after
  // a decision was suggested later or set early; which of the two, its guess tells.
  const byHand = READ_PHASES.filter((phase) => {
    const volumeId = assignment[phase] ?? '';
    return history.past.some(({ choices: before }) => (before[volumeId] ?? guesses[volumeId]?.phase ?? phase) !== phase);
  });
  const { origins, issues: doubts } = phaseOrigins({ assignment, guesses: Object.values(guesses), byHand });
  const issues = [...state.issues, ...doubts];
  return reportOf({
    reading: { ...reading, patches: patchesInUse(), heatmaps: heatmapsInUse() },
    manifest,
    assignment,
    origins,
    facts: state.series.map(({ facts }) => facts),
    backend: state.backend?.backend ?? '',
    threads: state.backend?.threads ?? 1,
    issues: state.maskVersion > 0 ? [...issues, issue('mask-edited', 'warning')] : issues,
    files: { labels: null, patches: false },
  });
}
