import type { IssueCode } from '../core/issue-codes';
import type { Slice } from './slice';

/** Values of ImageType that name something computed from the run rather than the run itself. */
const DERIVED = ['MIP', 'MINIP', 'MINIMUM', 'MAXIMUM', 'PROJECTION IMAGE', 'AVERAGE', 'SUM', 'CSA 3D EDITOR', 'MONOENERGETIC', 'VNC', 'IODINE', 'PERFUSION', 'SUBTRACTION', 'SCREEN SAVE', '3D', 'VRT'];
/** Secondary capture and its multi-frame kinds: screenshots and protocol pages. */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** Why a slice is not part of a CT volume, or null when it is. Each reason is an issue code. */
export function notOfAVolume(slice: Slice): IssueCode | null {
  const { modality, imageType, sopClassUid } = slice.object;
  if (imageType.includes('LOCALIZER')) return 'localizer';
  if (sopClassUid.startsWith(SECONDARY_CAPTURE) && slice.place === null) return 'derived-series';
  if (modality !== 'CT' && modality !== '') return 'not-ct';
  if (slice.pixels.format.samplesPerPixel !== 1) return 'derived-series';
  if (imageType.slice(2).some((value) => DERIVED.includes(value))) return 'derived-series';
  if (slice.rescaleSlope === 0) return 'unsupported-pixel-format';
  return slice.place === null ? 'missing-geometry' : null;
}

/** SOP classes of dose reports. */
const DOSE_REPORTS = ['1.2.840.10008.5.1.4.1.1.88.67', '1.2.840.10008.5.1.4.1.1.88.68'];

/** True for X-ray and radiopharmaceutical dose reports. */
function isDoseReport(sopClassUid: string): boolean {
  return DOSE_REPORTS.includes(sopClassUid);
}

/** What an object without pixels is called, by its SOP class; null for any other. Source: PS3.4 annex B.5. */
export function nameOfOther(sopClassUid: string): IssueCode | null {
  if (isDoseReport(sopClassUid)) return 'dose-report';
  if (sopClassUid.startsWith('1.2.840.10008.5.1.4.1.1.88.')) return 'structured-report';
  return sopClassUid === '1.2.840.10008.5.1.4.1.1.481.3' ? 'radiotherapy-structures' : null;
}
