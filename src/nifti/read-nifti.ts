import { gunzipSync } from 'fflate';
import type { Grid } from '../core/grid';
import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import type { Vec3 } from '../core/vector';
import type { SeriesFacts, Volume } from '../core/volume';
import { readNiftiHeader, type NiftiHeader } from './nifti-header';
import { sampleReader } from './nifti-samples';
import { orderAxes } from './order-axes';

/** Axes further from a right angle than this are a sheared affine, which no straight grid shows. */
const MAX_SHEAR = 0.02;
/** Larger unpacked files are refused before the memory is gone. */
const MAX_UNPACKED_BYTES = 2 ** 31 - 1;

/**
 * Reads a NIfTI-1 or -2 file (.nii, .nii.gz) to one volume: the affine (sform, else qform) is honoured, RAS becomes LPS,
 * and the array is put into the house's order: k towards the head for axial volumes, i towards the patient's left, j to the back.
 * Values are scl_slope x stored + scl_inter, rounded to Int16 HU. Issues: `nifti-unreadable`, `missing-geometry`,
 * `truncated-file`. Throws RangeError where the memory for the file cannot be had.
 */
export function readNifti(bytes: Uint8Array, name: string): Result<{ readonly facts: SeriesFacts; readonly volume: Volume }> {
  const refused = (reason: string): Result<never> => failure(issue('nifti-unreadable', 'error', name, { reason }));
  const unpacked = unpack(bytes);
  if (unpacked === null) return refused('gzip');
  const header = readNiftiHeader(unpacked);
  if (header === null) return refused('header');
  if (header.sizeIjkt[3] > 1) return refused('several-volumes');
  const reader = sampleReader(unpacked, header);
  if (reader === 'datatype') return refused('datatype');
  if (reader === 'truncated') return failure(issue('truncated-file', 'error', name));
  const [ni, nj, nk] = header.sizeIjkt;
  const stored = storedGrid(header);
  if (stored === null) return failure(issue('missing-geometry', 'error', name));
  const { grid, strides, start } = orderAxes(stored);
  const hu = new Int16Array(ni * nj * nk);
  let offset = 0;
  for (let k = 0; k < grid.sizeIjk[2]; k++) {
    for (let j = 0; j < grid.sizeIjk[1]; j++) {
      let at = start + k * strides[2] + j * strides[1];
      for (let i = 0; i < grid.sizeIjk[0]; i++, at += strides[0]) hu[offset++] = toHu(reader(at));
    }
  }
  return success({ facts: factsOf(name, header), volume: { id: name, grid, hu } });
}

/** True when the bytes are those of a NIfTI file, gzipped or not. At least 352 bytes are wanted. */
export function looksLikeNifti(bytes: Uint8Array, name: string): boolean {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return /\.nii\.gz$/i.test(name);
  return readNiftiHeader(bytes) !== null;
}

function unpack(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const size = bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);
  if (size > MAX_UNPACKED_BYTES || size > bytes.length * 1100) return null;
  // Outside the try: memory that cannot be had is no fault of the file's.
  const out = new Uint8Array(size);
  try {
    return gunzipSync(bytes, { out });
  } catch {
    return null;
  }
}

/** The file's own array as a grid in LPS; null when the affine is singular or sheared. */
function storedGrid(header: NiftiHeader): Grid | null {
  const { affineRas, sizeIjkt } = header;
  const column = (n: 0 | 1 | 2 | 3): Vec3 => [-affineRas[0][n], -affineRas[1][n], affineRas[2][n]];
  const columns = [column(0), column(1), column(2)] as const;
  const spacing = columns.map((axis) => Math.hypot(...axis));
  if (spacing.some((mm) => !(mm > 1e-6 && mm < 1e4))) return null;
  const unit = (n: 0 | 1 | 2): Vec3 => [columns[n][0] / spacing[n]!, columns[n][1] / spacing[n]!, columns[n][2] / spacing[n]!];
  const axes = [unit(0), unit(1), unit(2)] as const;
  const cosine = (a: Vec3, b: Vec3): number => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
  if (Math.max(cosine(axes[0], axes[1]), cosine(axes[0], axes[2]), cosine(axes[1], axes[2])) > MAX_SHEAR) return null;
  return {
    sizeIjk: [sizeIjkt[0], sizeIjkt[1], sizeIjkt[2]],
    spacingMm: [spacing[0]!, spacing[1]!, spacing[2]!],
    originLpsMm: column(3),
    axesLps: axes,
  };
}

function toHu(value: number): number {
  const rounded = Math.round(value);
  return rounded < -32768 ? -32768 : rounded > 32767 ? 32767 : rounded;
}

function factsOf(name: string, header: NiftiHeader): SeriesFacts {
  const description = (name.split('/').at(-1) ?? name).replace(/\.nii(\.gz)?$/i, '');
  return {
    volumeId: name,
    studyInstanceUid: '',
    seriesInstanceUid: name,
    frameOfReferenceUid: '',
    description,
    modality: 'CT',
    transferSyntaxUid: '',
    files: 1,
    seriesNumber: null,
    acquisitionNumber: null,
    acquisitionTimeS: null,
    acquisitionDate: '',
    phaseTexts: header.description === '' ? {} : { NiftiDescription: header.description },
    bolusStartTimeS: null,
    convolutionKernel: '',
    sliceThicknessMm: null,
    patient: { name: '', id: '', birthDate: '', sex: '', ageYears: null, studyDate: '', studyDescription: '' },
  };
}
