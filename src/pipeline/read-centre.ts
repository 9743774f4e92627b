import { issue, type Issue } from '../core/issue';
import { constantsOf } from '../core/pack-constants';
import { READ_PHASES } from '../core/phase';
import type { Reading } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { readAllPhases, readSubsets } from './classify';
import { alignPhases, cutPatches, lesionsOf } from './cut-patches';
import { aimAt, anatomyOf, groundOf, openingIssues } from './ground';
import { withRegisteredMeans } from './masses';
import { occlusionMaps, unexplained } from './occlusion';
import type { CentreChoice, PreparedCase, ReadingContext } from './reading-context';
import { aggressivenessScore } from './score';

/**
 * Reads one centre of a prepared case: masses of the label map, registration where none is at hand, patches, both networks
 * on all phases, heatmaps, then every subset, then occlusion maps where the pack gives nothing for Grad-CAM. Without a centre the reading says so and holds no score. Emits `masses` and
 * `reading` (at once with the full set, then with the subsets, then with the occlusion maps). Source: method steps 5 to 15.
 */
export async function readCentre(context: ReadingContext, prepared: PreparedCase, choice: CentreChoice): Promise<Result<Reading>> {
  const { monitor, manifest, engine, onEvent } = context;
  const constants = constantsOf(manifest, context.preset);
  const preset = context.preset ?? manifest.preset;
  const started = monitor.nowMs();
  const ground = groundOf(context, prepared, constants);
  if (ground === null) return failure(issue('internal-error', 'error', undefined, { message: 'no phase' }));
  const aim = aimAt(ground, choice, constants);
  onEvent({ kind: 'masses', masses: ground.masses, centre: aim?.centre ?? null });
  monitor.progress('masses', 1);
  await monitor.breathe();
  const massesDone = monitor.nowMs();
  const issues: readonly Issue[] = openingIssues(context, ground, aim);
  const blank: Reading = {
    status: ground.labelMap === null ? 'centre-needed' : 'no-mass',
    centre: aim?.centre ?? null,
    masses: ground.masses,
    phases: READ_PHASES.filter((phase) => context.volumes[phase] !== undefined),
    segmentedPhase: ground.segmentedPhase,
    scores: [],
    subsetScores: [],
    registration: [],
    patches: [],
    heatmaps: [],
    aggressivenessScore: null,
    anatomy: anatomyOf(context, ground, aim?.mass ?? null),
    preset,
    pack: { id: manifest.id, version: manifest.version, status: manifest.status },
    timingsMs: { ...prepared.timingsMs, masses: massesDone - started },
    issues,
  };
  const tell = (reading: Reading): Result<Reading> => {
    onEvent({ kind: 'reading', reading });
    return success(reading);
  };
  if (aim === null) {
    return tell(ground.labelMap === null ? { ...blank, issues: [...issues, issue('centre-needed', 'warning')] } : blank);
  }
  const aligned = await alignPhases(context, prepared, ground, aim.centre, constants);
  if (!aligned.ok) return aligned;
  const { maps, registration } = aligned.value;
  const registerDone = monitor.nowMs();
  const { patches, faults } = cutPatches(context, ground, aim, maps, constants);
  const { labelMap, components, masses } = ground;
  const cut: Reading = {
    ...blank,
    masses: labelMap === null || components === null ? masses : withRegisteredMeans({ masses, components, labelMap, volumes: context.volumes, maps }),
    status: patches.length === 0 ? 'centre-needed' : 'read',
    phases: patches.map((patch) => patch.phase),
    registration,
    patches,
    issues: [...issues, ...aligned.issues, ...faults],
  };
  if (patches.length === 0) return tell(cut);
  const lesions = lesionsOf(patches, ground, aim, maps);
  const full = await readAllPhases({
    manifest,
    engine,
    patches,
    constants,
    lesions,
    normalisation: preset === 'authors-code' ? 'range' : 'maximum',
  });
  if (!full.ok) return full;
  const { scores, heatmaps } = full.value;
  const classifyDone = monitor.nowMs();
  const aggressive = scores.find((score) => score.task === 'aggressiveness');
  const timingsMs = { ...blank.timingsMs, register: registerDone - massesDone, classify: classifyDone - registerDone };
  const reading: Reading = {
    ...cut,
    scores,
    heatmaps,
    aggressivenessScore: aggressive === undefined ? null : aggressivenessScore(aggressive.probability),
    timingsMs,
    issues: [...cut.issues, ...full.value.issues],
  };
  onEvent({ kind: 'reading', reading });
  if (context.scoresOnly) return success(reading);
  const subsets = await readSubsets({ manifest, engine, patches, full: scores, monitor });
  if (!subsets.ok) return subsets;
  const subsetsDone = monitor.nowMs();
  const scored: Reading = { ...reading, subsetScores: subsets.value, timingsMs: { ...timingsMs, subsets: subsetsDone - classifyDone } };
  const targets = unexplained(manifest, scores);
  if (targets.length === 0) return tell(scored);
  onEvent({ kind: 'reading', reading: scored });
  const covered = await occlusionMaps({ targets, engine, patches, lesions, constants, monitor });
  // The scores stand by themselves: stopping the explanation stops nothing else.
  if (!covered.ok) return covered.issue.code === 'cancelled' ? success(scored) : covered;
  const { stride, windowPx } = targets[0]!.model.cam;
  return tell({
    ...scored,
    heatmaps: [...heatmaps, ...covered.value],
    timingsMs: { ...scored.timingsMs, explain: monitor.nowMs() - subsetsDone },
    issues: [...scored.issues, issue('explained-by-occlusion', 'note', undefined, { windowPx, stridePx: stride })],
  });
}
