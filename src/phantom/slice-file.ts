import type { Grid } from '../core/grid';
import { indexToLps } from '../core/grid';
import { BOLUS_START_TIME, type PhasePlan } from './study-plan';
import { writeDicom, type WrittenElement } from './write-dicom';

/** All UIDs of the phantom begin so: one number each, as UUIDs are written (PS3.5, B.2). */
const UID_ROOT = '2.25.219385746120398475610293847561';
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const STUDY_DATE = '20250207';
const STUDY_TIME = '101200';
/** Stored value = HU + this. */
const STORED_OFFSET = 1024;

/** A file of the sample study. */
export interface SampleFile {
  /** Path within the study: series folder and slice. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** UIDs that a reader will meet, for tests and for the truth beside the study. */
export function sampleUids(plan: PhasePlan): { studyInstanceUid: string; seriesInstanceUid: string; frameOfReferenceUid: string } {
  return {
    studyInstanceUid: `${UID_ROOT}1`,
    seriesInstanceUid: `${UID_ROOT}2${String(plan.seriesNumber)}`,
    frameOfReferenceUid: `${UID_ROOT}3`,
  };
}

/**
 * One slice of the phantom as a CT image. Slices are numbered from the head, as such scans usually are.
 * @param hu Int16 HU of slice `k` of `grid`, i fastest
 */
export function sliceFile(hu: Int16Array, grid: Grid, k: number, plan: PhasePlan): SampleFile {
  const number = grid.sizeIjk[2] - k;
  const position = indexToLps(grid, [0, 0, k]);
  const uids = sampleUids(plan);
  const stored = new Uint8Array(hu.length * 2);
  for (let p = 0; p < hu.length; p++) {
    const value = Math.max(0, Math.min(4095, hu[p]! + STORED_OFFSET));
    stored[2 * p] = value & 255;
    stored[2 * p + 1] = value >>> 8;
  }
  const decimal = (value: number): string => String(Math.round(value * 1e4) / 1e4);
  const elements: WrittenElement[] = [
    { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' }, // SpecificCharacterSet
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' }, // ImageType
    { tag: 0x0008001c, vr: 'CS', value: 'YES' }, // SyntheticData
    { tag: 0x00080016, vr: 'UI', value: CT_IMAGE_STORAGE },
    { tag: 0x00080018, vr: 'UI', value: `${UID_ROOT}4${String(plan.seriesNumber)}${String(number).padStart(4, '0')}` },
    { tag: 0x00080020, vr: 'DA', value: STUDY_DATE },
    { tag: 0x00080021, vr: 'DA', value: STUDY_DATE },
    { tag: 0x00080022, vr: 'DA', value: STUDY_DATE },
    { tag: 0x00080023, vr: 'DA', value: STUDY_DATE },
    { tag: 0x00080030, vr: 'TM', value: STUDY_TIME },
    { tag: 0x00080031, vr: 'TM', value: plan.acquisitionTime },
    { tag: 0x00080032, vr: 'TM', value: plan.acquisitionTime }, // AcquisitionTime
    { tag: 0x00080033, vr: 'TM', value: plan.acquisitionTime },
    { tag: 0x00080050, vr: 'SH', value: '' }, // AccessionNumber
    { tag: 0x00080060, vr: 'CS', value: 'CT' },
    { tag: 0x00080070, vr: 'LO', value: 'RenaLens phantom' }, // Manufacturer
    { tag: 0x00080090, vr: 'PN', value: '' }, // ReferringPhysicianName
    { tag: 0x00081030, vr: 'LO', value: 'CT kidneys, three phases (painted phantom)' },
    { tag: 0x0008103e, vr: 'LO', value: plan.description },
    { tag: 0x00081090, vr: 'LO', value: 'Phantom 1' }, // ManufacturerModelName
    { tag: 0x00100010, vr: 'PN', value: 'PHANTOM^RENALENS' },
    { tag: 0x00100020, vr: 'LO', value: 'RENALENS-SAMPLE' },
    { tag: 0x00100030, vr: 'DA', value: '19640312' },
    { tag: 0x00100040, vr: 'CS', value: 'M' },
    { tag: 0x00101010, vr: 'AS', value: '060Y' },
    { tag: 0x00180015, vr: 'CS', value: 'ABDOMEN' },
    { tag: 0x00180050, vr: 'DS', value: decimal(grid.spacingMm[2]) },
    { tag: 0x00180060, vr: 'DS', value: '120' },
    { tag: 0x00180088, vr: 'DS', value: decimal(grid.spacingMm[2]) },
    { tag: 0x00181020, vr: 'LO', value: '1' },
    { tag: 0x00181030, vr: 'LO', value: 'Kidneys three phases' },
    { tag: 0x00181100, vr: 'DS', value: decimal(grid.sizeIjk[0] * grid.spacingMm[0]) }, // ReconstructionDiameter
    { tag: 0x00181210, vr: 'SH', value: 'B30f' },
    { tag: 0x00185100, vr: 'CS', value: 'HFS' },
    { tag: 0x0020000d, vr: 'UI', value: uids.studyInstanceUid },
    { tag: 0x0020000e, vr: 'UI', value: uids.seriesInstanceUid },
    { tag: 0x00200010, vr: 'SH', value: 'SAMPLE' },
    { tag: 0x00200011, vr: 'IS', value: String(plan.seriesNumber) },
    { tag: 0x00200012, vr: 'IS', value: String(plan.seriesNumber) },
    { tag: 0x00200013, vr: 'IS', value: String(number) },
    { tag: 0x00200032, vr: 'DS', value: position.map(decimal).join('\\') },
    { tag: 0x00200037, vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: 0x00200052, vr: 'UI', value: uids.frameOfReferenceUid },
    { tag: 0x00201040, vr: 'LO', value: '' }, // PositionReferenceIndicator
    { tag: 0x00201041, vr: 'DS', value: decimal(position[2]) },
    { tag: 0x00280002, vr: 'US', value: [1] },
    { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
    { tag: 0x00280010, vr: 'US', value: [grid.sizeIjk[1]] },
    { tag: 0x00280011, vr: 'US', value: [grid.sizeIjk[0]] },
    { tag: 0x00280030, vr: 'DS', value: `${decimal(grid.spacingMm[1])}\\${decimal(grid.spacingMm[0])}` },
    { tag: 0x00280100, vr: 'US', value: [16] },
    { tag: 0x00280101, vr: 'US', value: [12] },
    { tag: 0x00280102, vr: 'US', value: [11] },
    { tag: 0x00280103, vr: 'US', value: [0] },
    { tag: 0x00280301, vr: 'CS', value: 'NO' }, // BurnedInAnnotation
    { tag: 0x00281050, vr: 'DS', value: '40' },
    { tag: 0x00281051, vr: 'DS', value: '400' },
    { tag: 0x00281052, vr: 'DS', value: String(-STORED_OFFSET) },
    { tag: 0x00281053, vr: 'DS', value: '1' },
    { tag: 0x00281054, vr: 'LO', value: 'HU' },
    { tag: 0x7fe00010, vr: 'OW', value: stored },
  ];
  if (plan.delayS !== null) {
    elements.push(
      { tag: 0x00180010, vr: 'LO', value: 'Iodinated contrast, 350 mg/ml' }, // ContrastBolusAgent
      { tag: 0x00181040, vr: 'LO', value: 'IV' }, // ContrastBolusRoute
      { tag: 0x00181041, vr: 'DS', value: '100' }, // ContrastBolusVolume
      { tag: 0x00181042, vr: 'TM', value: BOLUS_START_TIME }, // ContrastBolusStartTime
      { tag: 0x00181049, vr: 'DS', value: '350' }, // ContrastBolusIngredientConcentration
    );
  }
  return {
    path: `${String(plan.seriesNumber)}-${plan.phase}/${String(number).padStart(4, '0')}.dcm`,
    bytes: writeDicom(elements, { uid: `${UID_ROOT}9`, version: 'RENALENS_1' }),
  };
}
