import type { Issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import type { PackManifest, PackStatus } from '../core/models';
import type { PhaseAssignment, PhaseGuess, ReadPhase } from '../core/phase';
import type { Step } from '../core/ports';
import type { PresetName } from '../core/presets';
import type { Mass, MassCentre, Reading, Score } from '../core/reading';
import type { SeriesFacts, Volume } from '../core/volume';
import type { Vec3 } from '../core/vector';

/** How the worker is set up, once. Addresses are same-origin. */
export interface WorkerSetup {
  readonly packUrl: string;
  /** Threads to ask for; 1 without cross-origin isolation. */
  readonly threads: number;
  /** 'auto' tries WebGPU on a real adapter, then WASM. */
  readonly backend: 'auto' | 'webgpu' | 'wasm';
}

/** A request to analyse the loaded case. Phases not named are not used. */
export interface AnalysisRequest {
  readonly runId: number;
  readonly phases: PhaseAssignment;
  readonly preset: PresetName | null;
  /** False reads the phases as scanned. */
  readonly align: boolean;
  readonly patient: { readonly ageYears: number | null; readonly sex: string };
}

/** A request to read one centre of the analysed case again. Without `labels` the last automatic label map is used; with them the array is moved. */
export interface RereadRequest extends AnalysisRequest {
  /**
   * `nearLpsMm`: the mass at this place, with its automatic centre; for edited labels, whose mass ids are new. `automatic`: the
   * largest tumour's, when there was no centre yet.
   */
  readonly centre: 'automatic' | { readonly pointLpsMm: Vec3 } | { readonly massId: number } | { readonly nearLpsMm: Vec3 };
  readonly labels?: Uint8Array;
}

/** A case as the page holds it, for a worker that has lost it or never had it. */
export interface HeldCase {
  readonly volumes: readonly { readonly facts: SeriesFacts; readonly volume: Volume }[];
  readonly guesses: readonly PhaseGuess[];
  /** As the segmentation left it, without edits; null when there was none. */
  readonly labelMap: LabelMap | null;
}

/** What another pack says of the same centre: its scores under its own preset, read from the same outlines. */
export interface SecondOpinion {
  readonly title: string;
  readonly version: string;
  /** True for the site's own pack, which the page names in the reader's language. */
  readonly siteOwn: boolean;
  readonly status: PackStatus;
  readonly preset: PresetName;
  readonly scores: readonly Score[];
}

/** What ran, for the page's status line and diagnostics. */
export interface BackendFacts {
  readonly backend: string;
  readonly threads: number;
  readonly adapter: string;
  readonly crossOriginIsolated: boolean;
}

/**
 * Everything the worker tells. Events of an older `caseId` or `runId` are dropped by the receiver.
 * Volumes: `hu` is shared memory when isolated (both sides read it), else a copy moved to the page.
 */
export type CaseEvent =
  | { readonly kind: 'progress'; readonly caseId: number; readonly step: Step; readonly fraction: number; readonly elapsedMs: number }
  | { readonly kind: 'issue'; readonly caseId: number; readonly issue: Issue }
  | { readonly kind: 'volume'; readonly caseId: number; readonly facts: SeriesFacts; readonly volume: Volume }
  | { readonly kind: 'phases'; readonly caseId: number; readonly guesses: readonly PhaseGuess[] }
  /** A segmentation that came with the files, on the grid of one of their volumes: to be used where the user asks for it. */
  | { readonly kind: 'outlines-offered'; readonly caseId: number; readonly labelMap: LabelMap }
  | { readonly kind: 'opened'; readonly caseId: number; readonly volumes: number }
  | { readonly kind: 'backend'; readonly facts: BackendFacts }
  /** `sha256` is that of manifest.json, which holds the sums of all other files; `foreign` marks a pack that the user brought. */
  | { readonly kind: 'pack'; readonly manifest: PackManifest; readonly sha256: string; readonly foreign?: true }
  | { readonly kind: 'pack-refused'; readonly issue: Issue }
  | { readonly kind: 'segmented'; readonly caseId: number; readonly runId: number; readonly labelMap: LabelMap; readonly phase: ReadPhase }
  | { readonly kind: 'masses'; readonly caseId: number; readonly runId: number; readonly masses: readonly Mass[]; readonly centre: MassCentre | null }
  | { readonly kind: 'reading'; readonly caseId: number; readonly runId: number; readonly reading: Reading }
  | { readonly kind: 'second-opinion'; readonly caseId: number; readonly opinion: SecondOpinion }
  | { readonly kind: 'failed'; readonly caseId: number; readonly runId?: number; readonly issue: Issue }
  /** The worker ended, with everything it held, and another one is started: by itself, or (`onStop`) because it did not answer a stop. */
  | { readonly kind: 'worker-lost'; readonly onStop?: true }
  /** Without `runId` it was the opening of the case that ended; the same holds for `failed`. */
  | { readonly kind: 'cancelled'; readonly caseId: number; readonly runId?: number };

/** The one interface between page and worker, spoken over Comlink. Errors arrive as events, never thrown. */
export interface StudyWorker {
  setup(setup: WorkerSetup, listener: (event: CaseEvent) => void): Promise<void>;
  /**
   * Opens files as a new case. The case loaded before stays untouched until the first volume of the new one is built, and what
   * runs for it waits meanwhile: it goes on when nothing could be opened, and is stopped when something was.
   */
  open(caseId: number, files: readonly File[]): Promise<void>;
  /**
   * Opens the case `from` anew as `caseId`, with the volumes named, parts of one scan in their order, joined into one. What was
   * found in the case before is gone. Nothing happens when `from` is no longer the case loaded.
   */
  join(caseId: number, from: number, volumeIds: readonly string[]): Promise<void>;
  /** Takes a case over that the page holds. Nothing is told of it. */
  restore(caseId: number, held: HeldCase): Promise<void>;
  analyse(caseId: number, request: AnalysisRequest): Promise<void>;
  reread(caseId: number, request: RereadRequest): Promise<void>;
  /** Replaces the pack by the files of a dropped one; a refusal leaves the old pack in use, and what runs goes on. */
  usePack(files: readonly File[]): Promise<void>;
  /** Goes back to the site's own pack. */
  useDefaultPack(): Promise<void>;
  /**
   * Reads the centre with another pack as well, a dropped one's files or the site's own (null), and tells `second-opinion`.
   * The pack in use, its reading and its outlines stay; a refusal is told as `pack-refused`.
   */
  secondOpinion(caseId: number, request: RereadRequest, files: readonly File[] | null): Promise<void>;
  /** Stops the opening of a study or pack if there is one, else what runs, between tiles. Who does not answer for long is ended. */
  cancel(): Promise<void>;
  /** Stops what runs and frees the case with its volumes. */
  close(): Promise<void>;
}

/** What the thread itself offers beside, to whoever watches over it. */
export interface WatchedWorker extends StudyWorker {
  /** Resolves once the worker holds the lock under its own name, which comes free when it ends. */
  nameHeld(): Promise<void>;
}
