import type { ReadPhase } from '../core/phase';

/** Mean HU of a tissue in the three phases, and the SD of its own coarse texture. */
export interface TissueValue {
  readonly N: number;
  readonly A: number;
  readonly V: number;
  readonly textureHu: number;
}

const value = (N: number, A: number, V: number, textureHu: number): TissueValue => ({ N, A, V, textureHu });

/**
 * Means at 120 kVp for one patient with average contrast: unenhanced, corticomedullary (40 s), portal venous to nephrographic
 * (90 s). Sources: published ranges and measurements on public CT, see docs/public-data.md, 'The sample case'.
 */
export const TISSUE_VALUES: Readonly<Record<string, TissueValue>> = {
  air: value(-1000, -1000, -1000, 0),
  fat: value(-106, -105, -103, 4),
  skin: value(20, 25, 35, 6),
  'wall-inner': value(52, 56, 62, 6),
  'wall-middle': value(52, 56, 62, 6),
  'wall-outer': value(50, 54, 60, 6),
  'back-muscle': value(50, 54, 60, 7),
  quadratus: value(50, 54, 60, 6),
  psoas: value(54, 58, 65, 5),
  gluteus: value(50, 54, 60, 7),
  liver: value(57, 70, 112, 4),
  spleen: value(48, 122, 124, 4),
  pancreas: value(38, 98, 92, 9),
  adrenal: value(26, 62, 76, 5),
  gallbladder: value(9, 9, 10, 1.5),
  stomach: value(22, 24, 24, 7),
  duodenum: value(25, 30, 32, 8),
  'small-bowel': value(22, 28, 32, 9),
  colon: value(38, 40, 42, 18),
  oesophagus: value(38, 52, 70, 6),
  aorta: value(42, 305, 152, 3),
  cava: value(40, 58, 126, 4),
  'portal-vein': value(41, 92, 158, 3),
  'iliac-artery': value(42, 300, 150, 3),
  'iliac-vein': value(40, 50, 110, 3),
  heart: value(43, 190, 140, 8),
  lung: value(-865, -862, -858, 14),
  vertebra: value(165, 170, 180, 30),
  rib: value(240, 245, 250, 40),
  cartilage: value(95, 98, 102, 14),
  'pelvic-bone': value(170, 174, 180, 36),
  'spinal-canal': value(22, 24, 28, 5),
  disc: value(78, 80, 86, 8),
  'kidney-left': value(33, 166, 164, 5),
  'kidney-right': value(33, 166, 164, 5),
};

/** Means of the parts that the painter derives itself, and of the thin tubes. */
export const PART_VALUES: Readonly<Record<string, TissueValue>> = {
  cortex: value(34, 166, 164, 6),
  medulla: value(32, 101, 153, 6),
  sinusFat: value(-98, -95, -92, 10),
  urine: value(6, 7, 10, 1),
  bowelWall: value(35, 78, 96, 8),
  stomachWall: value(38, 74, 92, 8),
  gas: value(-960, -960, -960, 6),
  corticalBone: value(620, 620, 620, 90),
  epiduralFat: value(-60, -58, -56, 8),
  artery: value(42, 292, 152, 2),
  'renal-vein': value(40, 172, 152, 2),
  'hepatic-vein': value(42, 62, 156, 2),
  'portal-branch': value(42, 92, 160, 2),
  ureter: value(28, 34, 40, 3),
  muscle: value(52, 56, 63, 4),
  tumour: value(34, 122, 100, 0),
  necrosis: value(19, 24, 28, 3),
  tumourVessel: value(40, 220, 140, 0),
  cyst: value(7, 8, 9, 1.5),
};

/** Mean HU of a value in a phase. */
export function meanHu(of: TissueValue, phase: ReadPhase): number {
  return of[phase];
}
