import type { Issue } from '../core/issue';
import { TASK_CLASSES, TASKS, type PackManifest, type Task } from '../core/models';
import type { PhaseAssignment, ReadPhase } from '../core/phase';
import { READ_PHASES } from '../core/phase';
import type { Heatmap, Patch, Reading, Score } from '../core/reading';
import type { SeriesFacts } from '../core/volume';

/** Version of docs/report.schema.json. */
const REPORT_SCHEMA = 'renalens-report/1';

/** Where a phase came from. */
export interface PhaseOrigin {
  readonly source: 'by-hand' | 'guess';
  /** Probability of the guess, 1 when set by hand, 0 when no guess speaks for this phase. */
  readonly probability: number;
}

/** report.json. Its fields are documented in docs/report.schema.json; no patient data is in it. */
export type Report = Readonly<Record<string, unknown>>;

/**
 * A reading as report.json: status, phases, masses, probabilities, score and all that they rest on.
 * `probabilities` is null where nothing was read, a task's entry null where the pack has no network for it.
 * `issues` are those of the study; the reading's own follow them.
 */
export function reportOf(input: {
  readonly reading: Reading;
  readonly manifest: PackManifest;
  readonly assignment: PhaseAssignment;
  readonly origins: Readonly<Partial<Record<ReadPhase, PhaseOrigin>>>;
  readonly facts: readonly SeriesFacts[];
  readonly backend: string;
  readonly threads: number;
  readonly issues: readonly Issue[];
  readonly files: { readonly labels: string | null; readonly patches: boolean };
}): Report {
  const { reading, manifest } = input;
  const { scores } = reading;
  return {
    schema: REPORT_SCHEMA,
    intendedUse: 'research use only, not a medical device',
    status: reading.status,
    phases: READ_PHASES.flatMap((phase) => phaseEntry(phase, input)),
    segmentedPhase: reading.segmentedPhase,
    labels: input.files.labels,
    masses: reading.masses.map(({ id, label, side, centreLpsMm, volumeMl, diametersMm, meanHu, touchesBorder }) => ({
      id, label, side, centreLpsMm, volumeMl, diametersMm, meanHu, touchesBorder,
    })),
    centre: reading.centre,
    probabilities: scores.length === 0 ? null : Object.fromEntries(TASKS.map((task) => [task, probabilitiesOf(task, scores)])),
    score: reading.aggressivenessScore,
    scores: scores.map(scoreEntry),
    subsetScores: reading.subsetScores.map(scoreEntry),
    heatmaps: reading.heatmaps.map((heatmap) => ({
      file: heatmapFile(heatmap), method: heatmap.method, task: heatmap.task, class: className(heatmap), phase: heatmap.phase,
      rows: heatmap.rows, columns: heatmap.columns, shareInsideLesion: heatmap.shareInsideLesion,
    })),
    patches: reading.patches.map((patch) => ({
      phase: patch.phase,
      ...(input.files.patches ? { file: patchFile(patch), inputFile: networkInputFile(patch) } : {}),
      sizePx: patch.sizePx, firstPixelLpsMm: patch.firstPixelLpsMm, columnStepLpsMm: patch.columnStepLpsMm, rowStepLpsMm: patch.rowStepLpsMm,
      sliceK: patch.sliceK, centreVoxelIjk: patch.centreVoxelIjk, indexNearInteger: patch.indexNearInteger, outsideShare: patch.outsideShare,
    })),
    registration: reading.registration.map(({ phase, outcome, map, found }) => ({ phase, outcome, used: map !== null, found })),
    anatomy: reading.anatomy,
    preset: reading.preset,
    pack: {
      id: manifest.id, version: manifest.version, title: manifest.title, status: manifest.status,
      licence: manifest.licence.spdx, nonCommercial: manifest.licence.nonCommercial, provenance: manifest.provenance.statement,
      files: manifest.files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    },
    backend: input.backend,
    threads: input.threads,
    timingsMs: Object.fromEntries(Object.entries(reading.timingsMs).map(([step, ms]) => [step, Math.round(ms)])),
    issues: [...input.issues, ...reading.issues].map(({ code, severity, where, data }) => ({ code, severity, where: where ?? null, data: data ?? {} })),
  };
}

function phaseEntry(phase: ReadPhase, input: Parameters<typeof reportOf>[0]): readonly object[] {
  const volumeId = input.assignment[phase];
  if (volumeId === undefined) return [];
  const facts = input.facts.find((candidate) => candidate.volumeId === volumeId);
  const origin = input.origins[phase] ?? { source: 'by-hand', probability: 1 };
  return [{
    phase, volumeId,
    seriesInstanceUid: facts?.seriesInstanceUid ?? '',
    description: facts?.description ?? '',
    source: origin.source, probability: origin.probability,
    read: input.reading.phases.includes(phase),
  }];
}

function probabilitiesOf(task: Task, scores: readonly Score[]): Readonly<Record<string, number>> | null {
  const score = scores.find((candidate) => candidate.task === task);
  if (score === undefined) return null;
  const [negative, positive] = TASK_CLASSES[task];
  return { [positive]: score.probability, [negative]: 1 - score.probability };
}

function scoreEntry({ task, probability, logits, phases, threshold, modelId }: Score): object {
  return { task, probability, logits, phases, threshold, modelId };
}

function className(heatmap: Pick<Heatmap, 'task' | 'classIndex'>): string {
  return TASK_CLASSES[heatmap.task][heatmap.classIndex];
}

/** cam-TASK-CLASS-PHASE.nii.gz */
export function heatmapFile(heatmap: Pick<Heatmap, 'task' | 'classIndex' | 'phase'>): string {
  return `cam-${heatmap.task}-${className(heatmap)}-${heatmap.phase}.nii.gz`;
}

/** patch-PHASE.npy: HU before clip and window, rows x columns. */
export function patchFile(patch: Pick<Patch, 'phase'>): string {
  return `patch-${patch.phase}.npy`;
}

/** input-PHASE.npy: the same pixels as the networks saw them, 0..1. */
export function networkInputFile(patch: Pick<Patch, 'phase'>): string {
  return `input-${patch.phase}.npy`;
}
