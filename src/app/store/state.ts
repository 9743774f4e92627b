import type { GalleryCase } from '../../core/gallery';
import type { Grid } from '../../core/grid';
import type { Issue } from '../../core/issue';
import type { PackManifest, Task } from '../../core/models';
import type { Phase, PhaseGuess, ReadPhase } from '../../core/phase';
import type { Step } from '../../core/ports';
import type { Heatmap, Mass, MassCentre, Patch, Reading } from '../../core/reading';
import type { PatientFacts, SeriesFacts } from '../../core/volume';
import type { Vec3 } from '../../core/vector';
import type { Language } from '../../words';
import type { BackendFacts } from '../../worker/protocol';

/** How far a step is. */
export interface StepProgress {
  readonly fraction: number;
  readonly elapsedMs: number;
}

/** A case that is being opened while the one before is still shown. */
export interface Opening {
  readonly caseId: number;
  readonly files: number;
  readonly steps: Readonly<Partial<Record<Step, StepProgress>>>;
  readonly issues: readonly Issue[];
}

/** Files, issues, progress. */
export interface StudySlice {
  /** 0 before the first case. */
  readonly caseId: number;
  readonly opening: Opening | null;
  readonly patient: PatientFacts | null;
  readonly issues: readonly Issue[];
  readonly steps: Readonly<Partial<Record<Step, StepProgress>>>;
  /** Why the last drop was refused; the case shown stays. */
  readonly refusal: Issue | null;
  /** Volumes for which outlines came with the files. */
  readonly offered: readonly string[];
  /** True when all volumes of the case are there. */
  readonly complete: boolean;
}

/** A volume without its voxels. */
export interface SeriesRow {
  readonly volumeId: string;
  readonly facts: SeriesFacts;
  readonly grid: Grid;
}

/** The volumes of the case, in the order in which they came. */
export interface SeriesSlice {
  readonly series: readonly SeriesRow[];
}

/** What a volume is used as; 'off' takes it out of the reading. */
export type PhaseChoice = Phase | 'off';

/** Guesses and what the user made of them. */
export interface PhasesSlice {
  readonly guesses: Readonly<Record<string, PhaseGuess>>;
  readonly choices: Readonly<Record<string, PhaseChoice>>;
  /** True once the user confirmed or changed the phases, or every guess was certain. */
  readonly confirmed: boolean;
}

/** A reading without its arrays; those lie in `volumes` by task, class and phase. */
export type ReadingFacts = Omit<Reading, 'patches' | 'heatmaps'> & {
  readonly patches: readonly Omit<Patch, 'hu' | 'tensor'>[];
  readonly heatmaps: readonly Omit<Heatmap, 'map'>[];
};

/** What runs now. */
export type Activity = 'idle' | 'analysing' | 'rereading';

/** Masses, both centres, scores. */
export interface ReadingSlice {
  readonly runId: number;
  readonly activity: Activity;
  readonly segmented: { readonly volumeId: string; readonly phase: ReadPhase; readonly version: number } | null;
  readonly masses: readonly Mass[];
  readonly automaticCentre: MassCentre | null;
  readonly centre: MassCentre | null;
  readonly reading: ReadingFacts | null;
  /** What the automatic centre gave, kept for comparison once a centre was set by hand. */
  readonly automaticReading: ReadingFacts | null;
  readonly backend: BackendFacts | null;
  readonly pack: PackManifest | null;
  readonly packRefusal: Issue | null;
  readonly failure: Issue | null;
  readonly stopped: boolean;
  /** Number of mask edits in force; 0 is what the segmentation gave. */
  readonly maskVersion: number;
}

/** Everything that the worker's events may change. */
export type CaseState = StudySlice & SeriesSlice & PhasesSlice & ReadingSlice;

/** Arrangement of the panes. */
export type Layout = 'side-by-side' | 'one-up' | 'planes';

/** Which heatmap is shown. */
export interface HeatmapChoice {
  readonly on: boolean;
  readonly task: Task;
  readonly classIndex: 0 | 1;
  readonly phase: ReadPhase | null;
  readonly colours: 'paper' | 'even';
  readonly opacity: number;
}

/** The brush, when one is in hand. */
export interface BrushChoice {
  readonly tool: 'brush' | 'eraser' | null;
  readonly label: 'kidney' | 'tumour' | 'cyst';
  readonly radiusMm: number;
  /** Paint only voxels that are as dense as where the stroke began. */
  readonly threshold: boolean;
}

/** A panel that is open beside the images. */
export type OpenPanel = 'notes' | 'settings' | 'keys' | null;

/** Window, position, overlays, language. */
export interface ViewSlice {
  readonly language: Language;
  readonly theme: 'dark' | 'light';
  readonly layout: Layout;
  readonly activeVolume: string | null;
  readonly window: { readonly level: number; readonly width: number };
  readonly invert: boolean;
  readonly linked: boolean;
  readonly tool: 'window' | 'scroll' | 'pan' | 'zoom' | 'length';
  readonly brush: BrushChoice;
  readonly masks: { readonly visible: boolean; readonly fill: boolean; readonly opacity: number };
  readonly heatmap: HeatmapChoice;
  readonly identityHidden: boolean;
  readonly railOpen: boolean;
  readonly zoomedOnMass: boolean;
  readonly panel: OpenPanel;
  readonly flyingOver: boolean;
  /** The sample that a case is, by case id; absent for the user's own. */
  readonly samples: Readonly<Record<number, GalleryCase | 'phantom'>>;
  /** Whether the case on screen is kept in this browser: on the user's word only. `full`: there was no room; `elsewhere`: another tab keeps its case. */
  readonly keeping: 'off' | 'writing' | 'kept' | 'full' | 'elsewhere';
  /** A case that was kept at an earlier visit and can be gone on with; `savedAt` in ISO 8601. */
  readonly keptCase: { readonly savedAt: string; readonly series: number } | null;
  /** Centre while it is being carried, before the classifiers are asked. */
  readonly carriedLpsMm: Vec3 | null;
}

/** The whole state of the page. No array, no foreign object. */
export type AppState = CaseState & ViewSlice;
