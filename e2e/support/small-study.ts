import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDicom, type WrittenElement } from '../../src/phantom/write-dicom';

/** A small CT made on the spot: an oval of water in air. Nothing in it can be read as a kidney. */
export interface SmallStudy {
  readonly patientId: string;
  readonly patientName: string;
  readonly slices: number;
  readonly seriesNumber: number;
  readonly description: string;
  /** ImageType; a scout says LOCALIZER. */
  readonly imageType: string;
  readonly sizePx: number;
  readonly sliceMm: number;
  /** Where the first slice lies, mm. */
  readonly firstSliceMm: number;
}

const DEFAULTS: SmallStudy = {
  patientId: 'SMALL-1',
  patientName: 'SMALL^ONE',
  slices: 24,
  seriesNumber: 1,
  description: 'Abdomen venous',
  imageType: 'ORIGINAL\\PRIMARY\\AXIAL',
  sizePx: 96,
  sliceMm: 5,
  firstSliceMm: 0,
};
const UID_ROOT = '2.25.331187720564712';
const PIXEL_MM = 4;

function pixels(sizePx: number): Uint8Array {
  const stored = new Uint16Array(sizePx * sizePx);
  const half = sizePx / 2;
  for (let row = 0; row < sizePx; row += 1) {
    for (let column = 0; column < sizePx; column += 1) {
      const inside = ((column - half) / (0.42 * sizePx)) ** 2 + ((row - half) / (0.3 * sizePx)) ** 2 < 1;
      stored[row * sizePx + column] = inside ? 1064 : 24;
    }
  }
  return new Uint8Array(stored.buffer);
}

/** The study's files in slice order, feet first. */
export function smallStudyFiles(options: Partial<SmallStudy> = {}): Uint8Array<ArrayBuffer>[] {
  const study = { ...DEFAULTS, ...options };
  const key = `${Array.from(study.patientId).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99991, 7)}`;
  const picture = pixels(study.sizePx);
  return Array.from({ length: study.slices }, (_, k) => {
    const elements: WrittenElement[] = [
      { tag: 0x00080008, vr: 'CS', value: study.imageType },
      { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
      { tag: 0x00080018, vr: 'UI', value: `${UID_ROOT}.${key}.${study.seriesNumber}.${k + 1}` },
      { tag: 0x00080020, vr: 'DA', value: '20240102' },
      { tag: 0x00080060, vr: 'CS', value: 'CT' },
      { tag: 0x0008103e, vr: 'LO', value: study.description },
      { tag: 0x00100010, vr: 'PN', value: study.patientName },
      { tag: 0x00100020, vr: 'LO', value: study.patientId },
      { tag: 0x00180050, vr: 'DS', value: String(study.sliceMm) },
      { tag: 0x0020000d, vr: 'UI', value: `${UID_ROOT}.${key}` },
      { tag: 0x0020000e, vr: 'UI', value: `${UID_ROOT}.${key}.${study.seriesNumber}` },
      { tag: 0x00200011, vr: 'IS', value: String(study.seriesNumber) },
      { tag: 0x00200013, vr: 'IS', value: String(k + 1) },
      { tag: 0x00200032, vr: 'DS', value: `-192\\-192\\${study.firstSliceMm + k * study.sliceMm}` },
      { tag: 0x00200037, vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
      { tag: 0x00200052, vr: 'UI', value: `${UID_ROOT}.${key}.9` },
      { tag: 0x00280002, vr: 'US', value: [1] },
      { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
      { tag: 0x00280010, vr: 'US', value: [study.sizePx] },
      { tag: 0x00280011, vr: 'US', value: [study.sizePx] },
      { tag: 0x00280030, vr: 'DS', value: `${PIXEL_MM}\\${PIXEL_MM}` },
      { tag: 0x00280100, vr: 'US', value: [16] },
      { tag: 0x00280101, vr: 'US', value: [12] },
      { tag: 0x00280102, vr: 'US', value: [11] },
      { tag: 0x00280103, vr: 'US', value: [0] },
      { tag: 0x00281052, vr: 'DS', value: '-1024' },
      { tag: 0x00281053, vr: 'DS', value: '1' },
      { tag: 0x7fe00010, vr: 'OW', value: picture },
    ];
    return writeDicom(elements, { uid: `${UID_ROOT}.1`, version: 'RENALENS_TEST' });
  });
}

/** Writes files into a folder under names that say nothing of their order. */
export function writeStudy(folder: string, files: readonly Uint8Array[]): string {
  mkdirSync(folder, { recursive: true });
  files.forEach((bytes, n) => writeFileSync(join(folder, `IM${String((n * 7) % files.length).padStart(4, '0')}${n}`), bytes));
  return folder;
}
