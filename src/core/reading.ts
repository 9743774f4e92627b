import type { Issue } from './issue';
import type { ReadPhase } from './phase';
import type { RigidMap } from './ports';
import type { PackStatus, Task } from './models';
import type { PresetName } from './presets';
import type { Vec3 } from './vector';

/** A mass found in the label map. Diameters: largest axial caliper, its perpendicular in the same slice, extent along the normal. */
export interface Mass {
  readonly id: number;
  readonly label: 'tumour' | 'cyst';
  readonly side: 'left' | 'right';
  readonly centreLpsMm: Vec3;
  readonly volumeMl: number;
  readonly diametersMm: Vec3;
  /** Mean HU inside the mass, per phase that shows it. */
  readonly meanHu: Readonly<Partial<Record<ReadPhase, number>>>;
  readonly touchesBorder: boolean;
}

/** Where the patch is cut. `automatic` keeps what the segmentation gave when the user has moved it. */
export interface MassCentre {
  readonly pointLpsMm: Vec3;
  readonly source: 'automatic' | 'by-hand';
  readonly massId: number | null;
}

/** What one network said about one subset of the phases. */
export interface Score {
  readonly task: Task;
  /** Probability of the positive class (malignant, aggressive), calibrated where the pack calibrates. */
  readonly probability: number;
  readonly logits: readonly [number, number];
  readonly phases: readonly ReadPhase[];
  readonly threshold: { readonly name: string; readonly value: number };
  readonly modelId: string;
}

/** The patch exactly as a network saw it, and its place: row 0 column 0 is at `firstPixelLpsMm`. */
export interface Patch {
  readonly phase: ReadPhase;
  readonly volumeId: string;
  /** HU before window and clip, row-major, `sizePx` x `sizePx`. */
  readonly hu: Float32Array;
  /** Network input, 0..1, row-major. */
  readonly tensor: Float32Array;
  readonly sizePx: number;
  readonly firstPixelLpsMm: Vec3;
  /** World step from one column to the next, mm. */
  readonly columnStepLpsMm: Vec3;
  /** World step from one row to the next, mm. */
  readonly rowStepLpsMm: Vec3;
  readonly outsideShare: number;
  /** Slice of the phase's own volume nearest to the patch plane. */
  readonly sliceK: number;
  readonly centreVoxelIjk: Vec3;
  readonly indexNearInteger: boolean;
}

/** How a heatmap was made: from the network's gradients, or by covering parts of the patch. */
export type HeatmapMethod = 'grad-cam' | 'occlusion';

/** What a score is sensitive to: `map` is `rows` x `columns` of 0..1 after division by its maximum, cells `stridePx` patch pixels wide. */
export interface Heatmap {
  readonly method: HeatmapMethod;
  readonly task: Task;
  readonly classIndex: 0 | 1;
  readonly phase: ReadPhase;
  readonly rows: number;
  readonly columns: number;
  readonly map: Float32Array;
  readonly stridePx: number;
  /** Share of the upsampled map inside the lesion in the read slice, or null without a mask. */
  readonly shareInsideLesion: number | null;
}

/** How a phase was laid on the reference phase. `map` is what was used, null for none; `found` what the engine proposed. */
export interface PhaseRegistration {
  readonly phase: ReadPhase;
  readonly outcome: 'aligned' | 'rejected' | 'failed';
  readonly map: RigidMap | null;
  readonly found: RigidMap | null;
}

/** Everything that the analysis says about one centre. */
export interface Reading {
  readonly status: 'read' | 'no-mass' | 'centre-needed';
  readonly centre: MassCentre | null;
  readonly masses: readonly Mass[];
  readonly phases: readonly ReadPhase[];
  readonly segmentedPhase: ReadPhase | null;
  /** With all phases present; one per task. */
  readonly scores: readonly Score[];
  /** Every subset of the phases present, per task. */
  readonly subsetScores: readonly Score[];
  /** Phases other than the reference, where an alignment was tried. */
  readonly registration: readonly PhaseRegistration[];
  readonly patches: readonly Patch[];
  readonly heatmaps: readonly Heatmap[];
  /** AI-aggressiveness score, 0 to 10 to one decimal; null without an aggressiveness network. */
  readonly aggressivenessScore: number | null;
  /** From size and shape alone, beside the networks, never mixed with them. */
  readonly anatomy: readonly AnatomyScore[];
  readonly preset: PresetName;
  readonly pack: { readonly id: string; readonly version: string; readonly status: PackStatus };
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly issues: readonly Issue[];
}

/** Probability of the positive class from size and shape, with a bootstrap interval and the facts that were imputed. */
export interface AnatomyScore {
  readonly task: Task;
  readonly probability: number;
  readonly interval95: readonly [number, number];
  readonly imputed: readonly string[];
  readonly statement: string;
}
