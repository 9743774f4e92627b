import type { PresetConstants, PresetName } from './presets';
import type { ReadPhase } from './phase';

/** A pack's status decides how its numbers are worded. */
export type PackStatus = 'demonstration' | 'research' | 'authors';

/** The two questions that are asked of a mass. Index 1 of each network's classes is the positive one. */
export type Task = 'malignancy' | 'aggressiveness';

/** Tasks in the order in which they are shown. */
export const TASKS = ['malignancy', 'aggressiveness'] as const;

/** Classes in index order: 0 negative, 1 positive. */
export const TASK_CLASSES = {
  malignancy: ['benign', 'malignant'],
  aggressiveness: ['indolent', 'aggressive'],
} as const satisfies Record<Task, readonly [string, string]>;

/** A tensor's name and shape as the graph has it; 'batch' stands for a dynamic first axis. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly (number | 'batch')[];
  readonly dtype: 'float32';
}

/** An input of a classifier: a phase's patch, or the vector that says which phases are present. */
export interface ClassifierInput extends TensorSpec {
  readonly phase?: ReadPhase;
}

/** An output by its role. Activations are [1, C, h, w]; gradients [1, classes, C]: the mean over positions of dz/dA. */
export interface ClassifierOutput extends TensorSpec {
  readonly role: 'logits' | 'probabilities' | 'cam-activation' | 'cam-gradient';
  readonly phase?: ReadPhase;
}

/** One classification network of a pack. */
export interface ClassifierModel {
  readonly id: string;
  readonly task: Task;
  readonly phases: { readonly mode: 'fixed'; readonly set: readonly ReadPhase[] } | { readonly mode: 'any-subset' };
  readonly file: string;
  readonly inputs: readonly ClassifierInput[];
  readonly outputs: readonly ClassifierOutput[];
  readonly classes: readonly [string, string];
  /**
   * How its answers are explained: Grad-CAM from the graph's own outputs, or, with `none`, by covering parts of the patches:
   * a window of `windowPx` on each cell of a grid of `stride` patch pixels.
   */
  readonly cam: {
    readonly kind: 'gradient-output' | 'none';
    readonly score: 'logit' | 'probability';
    readonly layer: string;
    readonly stride: number;
    readonly windowPx: number;
  };
  readonly calibration: { readonly method: 'temperature' | 'none'; readonly temperature: number; readonly fittedOn: string };
  readonly thresholds: readonly { readonly name: string; readonly value: number; readonly fittedOn: string }[];
  readonly selfTest?: SelfTest;
}

/** A stored answer of a network: .npy files of the pack, compared before first use on each backend. */
export interface SelfTest {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tolerance: number;
}

/** Outputs of a slice network in their order; `tumour` is the probability of tumour given that there is a mass. */
export const SLICE_HEADS = ['kidney-or-mass', 'mass', 'tumour'] as const;

/** One 2-D network that reads axial slices. See docs/model-pack.md, 'Segmentation'. */
export interface SliceStage {
  readonly id: string;
  readonly kind: 'slice-2d';
  readonly placement: 'body-centre' | 'around-kidneys';
  readonly file: string;
  readonly pixelMm: number;
  /** Rows, columns. */
  readonly sizePx: readonly [number, number];
  /** Slices are averaged to about this thickness and read at this step along the normal, mm. */
  readonly slabMm: number;
  /** True when the first stage's kidney-or-mass probability is a second input channel. */
  readonly priorChannel?: boolean;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly (TensorSpec & { readonly role: 'segmentation-logits'; readonly heads: readonly string[] })[];
  readonly selfTest?: SelfTest;
}

/**
 * How the slice networks' probabilities become masks: where the second network looks, how both are blended, and the join
 * in three dimensions. See docs/model-pack.md, 'Segmentation'.
 */
export interface JoinRules {
  /** Regions of at least this probability of kidney or mass, and of at least this volume, get patches of the second stage. */
  readonly candidateThreshold: number;
  readonly candidateMinMl: number;
  /** In-plane regions below this area get no patch of their own. */
  readonly minComponentMm2: number;
  readonly maxPatchesPerSlab: number;
  /** A region this far inside a patch already placed needs no other. */
  readonly patchMarginPx: number;
  /** Width over which a patch's weight rises from its rim. */
  readonly rampPx: number;
  /** Weight of the second stage where it looked. */
  readonly fineShare: number;
  /** Sigma of the three-tap Gaussian along the normal. */
  readonly smoothingMm: number;
  readonly kidneyThreshold: number;
  readonly minKidneyMl: number;
  /** Pieces this near to the largest one of a side belong to the kidney when they have at least `minFragmentMl`. */
  readonly fragmentMm: number;
  readonly minFragmentMl: number;
  /** Hysteresis: a mass is what reaches `low` and somewhere `high`. */
  readonly massThresholds: { readonly low: number; readonly high: number };
  readonly minMassMl: number;
  readonly massToKidneyMm: number;
  /** A mass whose mean tumour probability is below this is a cyst. */
  readonly tumourThreshold: number;
}

/** Slice networks joined by rules. `phases` names those it serves, best first. */
export interface SliceSegmentation {
  readonly kind: 'slices';
  readonly id: string;
  readonly phases: readonly ReadPhase[];
  readonly intensity: CtIntensity;
  readonly stages: readonly SliceStage[];
  readonly join: JoinRules;
}

/** HU are clipped, then (HU - meanHu) / sdHu. */
export interface CtIntensity {
  readonly clipHu: readonly [number, number];
  readonly meanHu: number;
  readonly sdHu: number;
}

/**
 * How an nnU-Net resamples: spline order in plane, and along the coarse axis where that is treated on its own.
 * `separateZ` null leaves that to the spacings (more than three to one), true or false forces it.
 */
export interface ResamplingRule {
  readonly order: 1 | 3;
  readonly orderZ: 0 | 1;
  readonly separateZ: boolean | null;
}

/** One fold of an nnU-Net: image [1, 1, ...patchPx] to logits [1, heads, ...patchPx]; softmax and sigmoid are outside. */
export interface NnunetFold {
  readonly id: string;
  readonly file: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly selfTest?: SelfTest;
}

/** What a label value of an nnU-Net means here; `other` is drawn as background. */
export const NNUNET_LABELS = ['background', 'kidney', 'tumour', 'cyst', 'other'] as const;

/**
 * An nnU-Net with what its plans say of the way from a CT to labels. All lists of three follow the network's own axes.
 * See docs/model-pack.md, 'An nnU-Net'.
 */
export interface NnunetSegmentation {
  readonly kind: 'nnunet';
  readonly id: string;
  readonly phases: readonly ReadPhase[];
  /** v1 clips after resampling and averages probabilities, v2 clips before and averages logits. */
  readonly framework: 'nnunet-v1' | 'nnunet-v2';
  readonly configuration: '2d' | '3d_lowres' | '3d_fullres';
  /** Where the tensor's axes 0, 1 and 2 grow to in the patient, one letter each of L R, A P, S I. */
  readonly axes: string;
  /** Voxel size of the network's input; null keeps the image's own (axis 0 of a 2-D network). */
  readonly spacingMm: readonly [number | null, number, number];
  /** Three sizes, or the last two for a 2-D network. */
  readonly patchPx: readonly number[];
  readonly intensity: CtIntensity;
  readonly resampling: { readonly image: ResamplingRule; readonly output: ResamplingRule };
  /** Step between tiles as a share of the patch. */
  readonly tileStep: number;
  /** Axes of the patch along which the tile is also read mirrored, in all combinations; empty for none. */
  readonly mirrorAxes: readonly number[];
  /** Softmax: the head with the highest value is the label. Regions: each head above one half writes its value, in this order. */
  readonly decision: { readonly kind: 'argmax' } | { readonly kind: 'regions'; readonly values: readonly number[] };
  /** Meaning of each label value, from 0. */
  readonly labels: readonly (typeof NNUNET_LABELS)[number][];
  /** Steps after the label map: of these values together only the largest component stays, or those from `minMm3` on. */
  readonly postprocessing: readonly { readonly values: readonly number[]; readonly connectivity: 6 | 26; readonly minMm3?: number }[];
  readonly folds: readonly NnunetFold[];
}

/** The segmenter of a pack. */
export type SegmentationModel = SliceSegmentation | NnunetSegmentation;

/** A file of a pack. Nothing else is read. */
export interface PackFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly role: 'onnx' | 'external-data' | 'selftest' | 'card' | 'licence' | 'anatomy';
}

/** A checked manifest: everything the pipeline needs to know about a pack, without its bytes. */
export interface PackManifest {
  readonly schema: 'renalens-pack/1';
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly status: PackStatus;
  readonly licence: { readonly spdx: string; readonly nonCommercial: boolean; readonly text?: string; readonly url?: string };
  readonly provenance: { readonly kind: 'authors' | 'third-party' | 'project'; readonly statement: string };
  readonly trainingData: { readonly description: string; readonly simulated: boolean; readonly cases: number };
  readonly preset: PresetName;
  readonly constants: Partial<PresetConstants>;
  readonly segmentation: SegmentationModel | null;
  readonly classifiers: readonly ClassifierModel[];
  /** Path of the size-and-shape model within the pack, or null. */
  readonly anatomy: string | null;
  readonly files: readonly PackFile[];
  readonly modelCard: string | null;
}

/** What every network of a pack has, whatever it is for. */
export interface NetworkSpecs {
  readonly file: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly selfTest?: SelfTest;
}

/** Every network of a pack, segmentation first. */
export function networksOf({ segmentation, classifiers }: PackManifest): readonly NetworkSpecs[] {
  if (segmentation === null) return classifiers;
  return [...(segmentation.kind === 'nnunet' ? segmentation.folds : segmentation.stages), ...classifiers];
}
