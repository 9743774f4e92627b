import { issue, type Issue } from '../core/issue';
import type { ReadPhase } from '../core/phase';
import { MIN_OFFERED_CYST_ML, SEVERAL_MASSES_ML, USUAL_KIDNEYS_ML } from '../core/presets';
import type { Mass } from '../core/reading';

/**
 * What a clinician should know of a segmentation before its numbers: `no-kidney`, `kidney-volume-unusual`, `no-mass`,
 * `cyst-only`, `several-masses`, `both-kidneys-affected`, `mass-touches-border` (for the mass that is read),
 * `segmented-on-other-phase`. Source: method steps 1, 5 and 8.
 */
export function findingsOf(input: {
  readonly volumeId: string;
  readonly kidneyMl: number;
  readonly masses: readonly Mass[];
  readonly read: Mass | null;
  /** A centre is known, so that nothing needs to be asked for. */
  readonly hasCentre: boolean;
  readonly segmentedPhase: ReadPhase | null;
}): readonly Issue[] {
  const { volumeId, kidneyMl, masses, read, hasCentre, segmentedPhase } = input;
  const issues: Issue[] = [];
  if (kidneyMl === 0) issues.push(issue('no-kidney', 'warning', volumeId));
  else if (kidneyMl < USUAL_KIDNEYS_ML[0] || kidneyMl > USUAL_KIDNEYS_ML[1]) {
    issues.push(issue('kidney-volume-unusual', 'warning', volumeId, { volumeMl: Math.round(kidneyMl) }));
  }
  const tumours = masses.filter((mass) => mass.label === 'tumour' && mass.volumeMl >= SEVERAL_MASSES_ML);
  if (tumours.length > 1) issues.push(issue('several-masses', 'warning', undefined, { count: tumours.length }));
  if (new Set(tumours.map((mass) => mass.side)).size > 1) issues.push(issue('both-kidneys-affected', 'warning'));
  if (!hasCentre && !masses.some((mass) => mass.label === 'tumour')) {
    issues.push(issue(masses.some((mass) => mass.volumeMl >= MIN_OFFERED_CYST_ML) ? 'cyst-only' : 'no-mass', 'note'));
  }
  if (read?.touchesBorder === true) issues.push(issue('mass-touches-border', 'warning'));
  if (segmentedPhase !== null && segmentedPhase !== 'A') {
    issues.push(issue('segmented-on-other-phase', 'note', volumeId, { phase: segmentedPhase }));
  }
  return issues;
}
