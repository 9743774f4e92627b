/**
 * Constants of the method of Xiong et al., Nat Commun 16, 1425 (2025), doi 10.1038/s41467-025-56784-z, in the two
 * readings that exist of it: the paper's text and the authors' published code. A pack may override single constants.
 */
export interface PresetConstants {
  /** Field of view of the patch, mm. Paper 140, published code 120. */
  readonly cropMm: number;
  /** Pixels of the patch per side. */
  readonly patchPx: number;
  /** HU window mapped to 0..1 before the network. */
  readonly windowHu: readonly [number, number];
  /** HU to which the volume is clipped before the window, or null. Set by packs trained on clipped data. */
  readonly clipHu: readonly [number, number] | null;
  /** HU outside the volume. */
  readonly padHu: number;
  readonly sliceRule: 'max-area' | 'centre';
  /** Whether the mass centre keeps its fraction of a voxel or is cut to a whole index towards zero (method step 6). */
  readonly centreRule: 'exact' | 'truncated';
  readonly arrayLayout: 'LAS' | 'LPS' | 'RAS' | 'asStored';
  readonly registration: 'rigid' | 'identity';
  readonly indexSnap: boolean;
  /** Masses below this volume are ignored when the index mass is chosen, ml. */
  readonly minMassMl: number;
  readonly camScore: 'logit' | 'probability';
}

/** The two readings of the method. */
export type PresetName = 'paper' | 'authors-code';

/** The box around the mass centre in which phases are registered and slices searched, mm: left-right, front-back, head-foot. */
export const VOI_MM = [140, 140, 160] as const;

/** A patch is doubtful when more than this share of it lies outside the phase's volume. */
export const MAX_PATCH_OUTSIDE = 0.2;

/** Above this HU a voxel counts as soft body when the slice networks' window is centred. */
export const BODY_SOFT_HU = -30;

/** Cysts from this volume on are offered as mass when there is no tumour, ml. */
export const MIN_OFFERED_CYST_ML = 1;

/**
 * Both kidneys' parenchyma together lies within these volumes in all but odd cases, ml: median 395, quartiles 329 and 472 in
 * 429 operated patients. Outside them the outlines are doubted.
 */
export const USUAL_KIDNEYS_ML = [150, 900] as const;

/** Tumours from this volume on count when several masses are warned of, ml (method step 1). */
export const SEVERAL_MASSES_ML = 0.5;

/** A registration serves centres no farther than this from where it was found, mm: a quarter of the box it was found in. */
export const KEEP_ALIGNMENT_MM = 35;

/** Away from every mass, phases are aligned at points of a lattice of this pitch, mm: none is farther than `KEEP_ALIGNMENT_MM`. */
export const ANCHOR_LATTICE_MM = 40;

/** After an edit, the mass whose centre lies within this of the old one is taken for the same, mm. */
export const SAME_MASS_MM = 40;

/** The constants of each preset. Source: the paper's methods and the authors' repository. */
export const PRESETS: Readonly<Record<PresetName, PresetConstants>> = {
  paper: {
    cropMm: 140,
    patchPx: 224,
    windowHu: [-500, 500],
    clipHu: null,
    padHu: -1024,
    sliceRule: 'max-area',
    centreRule: 'exact',
    arrayLayout: 'LPS',
    registration: 'rigid',
    indexSnap: false,
    minMassMl: 0.1,
    camScore: 'logit',
  },
  'authors-code': {
    cropMm: 120,
    patchPx: 224,
    windowHu: [-500, 500],
    clipHu: null,
    padHu: 0,
    sliceRule: 'centre',
    centreRule: 'truncated',
    arrayLayout: 'LAS',
    registration: 'identity',
    indexSnap: false,
    minMassMl: 0,
    camScore: 'probability',
  },
};

/** Below this mean density around it a centre lies in air or lung, HU: fat is about -100. */
export const AIR_HU = -300;

/** A centre farther than this from every outlined voxel belongs to no mass of a kidney, mm: half a mass of 10 cm. An estimate. */
export const CENTRE_REACH_MM = 50;
