import { lpsToIndex, voxelCount, type Grid } from '../core/grid';
import { issue, type Issue } from '../core/issue';
import { LABEL, type LabelMap } from '../core/label-map';
import { failure, success, type Result } from '../core/result';
import { dot } from '../core/vector';
import { codeOf, firstItem, numberOf, u16Of } from './attributes';
import type { CodecHost } from './decode/codec-host';
import { openFrames } from './read-frames';
import type { ImageHeader } from './read-image';
import { readSlices } from './read-slices';
import type { StudyVolume } from './study-volume';
import type { SlicePlace } from './slice';
import { TAG } from './tags';
import { textOf } from './text';

/** A segmentation object on the grid of a volume of the study. */
export interface ReadSegmentation {
  readonly fileName: string;
  /** What each segment that is used is called in the file, and as what it is used. */
  readonly segments: readonly { readonly name: string; readonly label: number }[];
  readonly labelMap: LabelMap;
}

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';

/** True for a Segmentation Storage object. */
export function isSegmentation(sopClassUid: string): boolean {
  return sopClassUid === SEGMENTATION;
}

/** SNOMED codes, old and new spelling, of what the labels mean. */
const CODES: Readonly<Record<string, number>> = {
  '64033007': LABEL.kidney, '9846003': LABEL.kidney, '18639004': LABEL.kidney, 'T-71000': LABEL.kidney,
  '108369006': LABEL.tumour, '4147007': LABEL.tumour, '52988006': LABEL.tumour, 'M-80003': LABEL.tumour, 'M-03000': LABEL.tumour, 'M-01100': LABEL.tumour,
  '367643001': LABEL.cyst, '441457006': LABEL.cyst, 'M-33400': LABEL.cyst,
};

/** Words of a segment's name, the more special one first: a cyst of the kidney is a cyst. */
const NAMES: readonly (readonly [RegExp, number])[] = [
  [/cyst|zyste|囊肿/i, LABEL.cyst],
  [/tumou?r|neoplas|carcinom|\bmass\b|lesion|\brcc\b|肿瘤|肿块/i, LABEL.tumour],
  [/kidney|\bniere|renal|\bren\b|\brein\b|ri[ñn][oó]n|肾/i, LABEL.kidney],
];

/** A frame's plane may lie this far off the volume's own, voxels. */
const MAX_OFF_VOXELS = 0.1;
const SAME_AXIS_COSINE = Math.cos((0.1 * Math.PI) / 180);

/**
 * Puts a segmentation onto the volume that it was made on. Segments are known by SegmentLabel, then by the code of their property
 * type; others are left out. Where segments overlap, tumour stands over cyst and cyst over kidney.
 * Issue: `segmentation-not-used` with `data.reason`: no-segment, no-volume, grid, frames. Source: PS3.3 A.51, C.8.20.
 */
export async function readSegmentation(image: ImageHeader, volumes: readonly StudyVolume[], codecs: CodecHost): Promise<Result<ReadSegmentation>> {
  const { dataSet } = image.header;
  const fileName = image.pixels.source.name;
  const segments = namedSegments(image);
  if (segments.size === 0) return failure(notUsed(fileName, 'no-segment'));
  const referenced = codeOf(firstItem(dataSet, TAG.ReferencedSeriesSequence) ?? dataSet, TAG.SeriesInstanceUID);
  const frame = codeOf(dataSet, TAG.FrameOfReferenceUID);
  const own = volumes.filter(({ facts }) => facts.seriesInstanceUid === referenced);
  const candidates = own.length > 0 ? own : volumes.filter(({ facts }) => frame !== '' && facts.frameOfReferenceUid === frame);
  if (candidates.length === 0) return failure(notUsed(fileName, 'no-volume'));
  const slices = readSlices(image);
  const perFrame = dataSet.elements[TAG.PerFrameFunctionalGroupsSequence]?.items ?? [];
  const shared = firstItem(dataSet, TAG.SharedFunctionalGroupsSequence);
  for (const { volume } of candidates) {
    const offsets = slices.map(({ place, pixels }) => (place === null ? null : planeOffset(volume.grid, place, pixels.format)));
    if (offsets.includes(null)) continue;
    const opened = await openFrames(image.pixels, codecs);
    if (!opened.ok) return failure(notUsed(fileName, 'frames'));
    const labels = new Uint8Array(voxelCount(volume.grid));
    const threshold = codeOf(dataSet, TAG.SegmentationType) === 'FRACTIONAL' ? (u16Of(dataSet, TAG.MaximumFractionalValue) ?? 255) / 2 : 0;
    for (const [n, slice] of slices.entries()) {
      const identification = firstItem(perFrame[n]?.dataSet ?? null, TAG.SegmentIdentificationSequence) ?? firstItem(shared, TAG.SegmentIdentificationSequence);
      const segment = segments.get(identification === null ? 1 : (u16Of(identification, TAG.ReferencedSegmentNumber) ?? 0));
      if (segment === undefined) continue;
      const values = await opened.value.frame(n);
      if (!values.ok) return failure(notUsed(fileName, 'frames'));
      paint(labels, volume.grid, values.value, slice.pixels.format, { from: offsets[n]!, label: segment.label, threshold });
    }
    const labelMap = { volumeId: volume.id, grid: volume.grid, labels };
    return success({ fileName, segments: [...segments.values()], labelMap });
  }
  return failure(notUsed(fileName, 'grid'));
}

function notUsed(fileName: string, reason: string): Issue {
  return issue('segmentation-not-used', 'warning', fileName, { reason });
}

/** Segments that mean a label of ours, by their number. */
function namedSegments(image: ImageHeader): ReadonlyMap<number, { readonly name: string; readonly label: number }> {
  const { dataSet } = image.header;
  const found = new Map<number, { name: string; label: number }>();
  for (const { dataSet: item } of dataSet.elements[TAG.SegmentSequence]?.items ?? []) {
    if (item === undefined) continue;
    const type = firstItem(item, TAG.SegmentedPropertyTypeCodeSequence);
    const name = textOf(item, TAG.SegmentLabel);
    const meaning = type === null ? '' : textOf(type, TAG.CodeMeaning);
    const byName = [name, meaning].flatMap((text) => NAMES.filter(([pattern]) => pattern.test(text)).map(([, label]) => label))[0];
    const label = byName ?? (type === null ? undefined : CODES[codeOf(type, TAG.CodeValue)]);
    const number = u16Of(item, TAG.SegmentNumber) ?? numberOf(item, TAG.SegmentNumber);
    if (label !== undefined && number !== null) found.set(number, { name: name === '' ? meaning : name, label });
  }
  return found;
}

/** Where a frame's first pixel lies in the grid, whole voxels; null when the frame is no part of one of its planes. */
function planeOffset(grid: Grid, place: SlicePlace, { rows, columns }: { readonly rows: number; readonly columns: number }): readonly [number, number, number] | null {
  const straight = dot(grid.axesLps[0], place.rowAxis) > SAME_AXIS_COSINE && dot(grid.axesLps[1], place.columnAxis) > SAME_AXIS_COSINE;
  const scaled = Math.abs(place.spacingMm[0] / grid.spacingMm[0] - 1) < 1e-3 && Math.abs(place.spacingMm[1] / grid.spacingMm[1] - 1) < 1e-3;
  if (!straight || !scaled) return null;
  const exact = lpsToIndex(grid, place.positionLpsMm);
  const [i, j, k] = [Math.round(exact[0]), Math.round(exact[1]), Math.round(exact[2])];
  if (exact.some((value) => Math.abs(value - Math.round(value)) > MAX_OFF_VOXELS)) return null;
  return i >= 0 && j >= 0 && k >= 0 && i + columns <= grid.sizeIjk[0] && j + rows <= grid.sizeIjk[1] && k < grid.sizeIjk[2] ? [i, j, k] : null;
}

/** Cyst over kidney, tumour over both. */
const RANK = [0, 1, 3, 2];

function paint(
  labels: Uint8Array,
  grid: Grid,
  values: ArrayLike<number>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { from: [i, j, k], label, threshold }: { readonly from: readonly [number, number, number]; readonly label: number; readonly threshold: number },
): void {
  for (let row = 0; row < rows; row++) {
    const at = i + grid.sizeIjk[0] * (j + row + grid.sizeIjk[1] * k);
    for (let column = 0; column < columns; column++) {
      if (values[row * columns + column]! > threshold && RANK[label]! > RANK[labels[at + column]!]!) labels[at + column] = label;
    }
  }
}
