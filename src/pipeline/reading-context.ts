import type { ComponentMap } from '../core/component-map';
import type { Issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import type { PackManifest } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { Monitor, NetworkEngine, RegistrationEngine } from '../core/ports';
import type { PresetName } from '../core/presets';
import type { Mass, MassCentre, Reading } from '../core/reading';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import type { AnatomyModel } from '../measure/anatomy-model';
import type { MassShape } from '../measure/mass-shape';
import type { PhaseAlignment } from './register';

/** What every reading of a case needs, the first one or again. */
export interface ReadingContext {
  /** Which volume stands for which phase; at least one. */
  readonly volumes: Readonly<Partial<Record<ReadPhase, Volume>>>;
  readonly manifest: PackManifest;
  readonly engine: NetworkEngine;
  /** Null leaves the phases as scanned, which the reading says. */
  readonly registration: RegistrationEngine | null;
  /** Null takes the pack's own. */
  readonly preset: PresetName | null;
  readonly anatomyModel: AnatomyModel | null;
  /** Sex as DICOM's PatientSex has it: M, F, other. */
  readonly patient: { readonly ageYears: number | null; readonly sex: string };
  readonly monitor: Monitor;
  /** True where the scores with all phases are all that is wanted. */
  readonly scoresOnly?: true;
  readonly onEvent: (event: AnalysisEvent) => void;
}

/** What an analysis tells on its way; `reading` comes again with the subsets' scores, and with occlusion maps where they are made. */
export type AnalysisEvent =
  | { readonly kind: 'segmented'; readonly labelMap: LabelMap; readonly phase: ReadPhase }
  | { readonly kind: 'masses'; readonly masses: readonly Mass[]; readonly centre: MassCentre | null }
  | { readonly kind: 'reading'; readonly reading: Reading };

/** Registrations found so far, by reference volume, moving volume and anchor. */
export type Alignments = Map<string, { readonly alignment: PhaseAlignment; readonly issues: readonly Issue[] }>;

/** What is kept of an analysed case, so that another centre costs patches and networks only. */
export interface PreparedCase {
  /** Null when no network of the pack serves any phase present. */
  readonly labelMap: LabelMap | null;
  readonly alignments: Alignments;
  /** Masses as last computed, with what they were computed from: finding them takes longer than reading a centre. */
  ground: { readonly key: string; readonly value: Ground } | null;
  readonly timingsMs: Readonly<Record<string, number>>;
  /** For edited outlines: the case as it was segmented, whose masses say where phases are aligned. */
  readonly automatic: PreparedCase | null;
}

/** The reference phase of a reading with what was found in it. */
export interface Ground {
  readonly reference: Volume;
  readonly segmentedPhase: ReadPhase | null;
  readonly labelMap: LabelMap | null;
  readonly masses: readonly Mass[];
  /** Mass ids on the label map's grid. */
  readonly components: ComponentMap | null;
  readonly kidneyMl: number;
  /** Shapes of masses measured so far, by id: measuring one visits the whole grid. */
  readonly shapes: Map<number, MassShape | null>;
}

/** A case whose volumes are loaded, with its outlines or not segmented. */
export function preparedWith(labelMap: LabelMap | null, timingsMs: Readonly<Record<string, number>> = {}): PreparedCase {
  return { labelMap, alignments: new Map(), ground: null, timingsMs, automatic: null };
}

/** The same case under edited labels; what was aligned stays. */
export function preparedUnder(labelMap: LabelMap, automatic: PreparedCase): PreparedCase {
  return { labelMap, alignments: automatic.alignments, ground: null, timingsMs: automatic.timingsMs, automatic };
}

/**
 * Which centre to read: the largest tumour's, that of a mass by its id, that of the mass at a place (after an edit, when ids
 * have changed), or a point.
 */
export type CentreChoice = 'automatic' | { readonly massId: number } | { readonly nearLpsMm: Vec3 } | { readonly pointLpsMm: Vec3 };
