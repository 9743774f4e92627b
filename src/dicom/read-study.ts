import { voxelCount } from '../core/grid';
import { inLanes } from '../core/in-lanes';
import { issue, type Issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { SeriesFacts } from '../core/volume';
import { buildVolume, positionList } from './build-volume';
import type { CodecHost } from './decode/codec-host';
import { MAX_VOLUME_BYTES, SliceGatherer } from './gather-slices';
import { groupSeries, type SliceGroup } from './group-series';
import { notOfAVolume } from './judge-slice';
import { MAX_UNEVEN_SHARE, planGrid, type GridPlan } from './plan-grid';
import type { Slice } from './slice';
import type { SliceStore } from './slice-store';
import { sortSlices, type PlacedSlice } from './sort-slices';
import { splitVolumes } from './split-volumes';
import { readSegmentation, type ReadSegmentation } from './read-segmentation';
import type { StudyVolume } from './study-volume';

export type { ReadSegmentation, StudyVolume };

/** What a study holds. */
export interface ReadStudy {
  readonly volumes: readonly StudyVolume[];
  /** Segmentations that came with the images and fit one of the volumes. */
  readonly segmentations: readonly ReadSegmentation[];
}

/** What `readStudy` wants. */
export interface ReadStudyRequest {
  readonly codecs: CodecHost;
  readonly monitor: Monitor;
  /** Called with each volume as soon as it is whole, the largest first. */
  readonly onVolume: (volume: StudyVolume) => void;
  /** Back the volumes with shared memory. */
  readonly share?: boolean;
  /** Refuse a study whose volumes take more than this, bytes. */
  readonly maxVolumeBytes?: number;
}

interface Stack {
  readonly id: string;
  readonly slices: readonly PlacedSlice[];
  readonly plan: GridPlan;
}

/** Headers read at the same time; each needs its own answer from the disk. */
const HEADER_LANES = 8;

/**
 * Reads DICOM files to CT volumes: all headers first, then series by series. Anything that is not read is told through
 * `monitor.issue` with its file or series, and never stops the rest. Only a cancel or nothing to read fails:
 * `cancelled`, `nothing-readable`, `study-too-large`.
 */
export async function readStudy(request: ReadStudyRequest & { readonly sources: readonly ByteSource[] }): Promise<Result<ReadStudy>> {
  const { sources, monitor } = request;
  const gatherer = new SliceGatherer(monitor, request.codecs, request);
  let read = 0;
  await inLanes(sources, HEADER_LANES, () => monitor.cancelled(), async (source, n) => {
    await gatherer.add(source, n);
    monitor.progress('read-files', ++read / sources.length);
    await monitor.breathe();
  });
  return buildStudy(gatherer, request);
}

/** The second half of `readStudy`, for files that were gathered already: slices to volumes. Fails as `readStudy` does. */
export async function buildStudy(gatherer: SliceGatherer, request: ReadStudyRequest): Promise<Result<ReadStudy>> {
  const { codecs, monitor } = request;
  const slices = gatherer.finish();
  if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  const stacks = await stackUp(rejectOthers(slices, monitor), gatherer.ready, monitor);
  tellPatients(stacks, monitor);
  const needBytes = stacks.reduce((sum, { plan }) => sum + 2 * voxelCount(plan.grid), 0);
  const limitBytes = request.maxVolumeBytes ?? MAX_VOLUME_BYTES;
  if (needBytes > limitBytes) return failure(issue('study-too-large', 'error', undefined, { needMb: toMb(needBytes), limitMb: toMb(limitBytes) }));
  const volumes: StudyVolume[] = [];
  const total = stacks.reduce((sum, stack) => sum + stack.slices.length, 0);
  let done = 0;
  for (const stack of [...stacks].sort((a, b) => b.slices.length - a.slices.length)) {
    const built = await buildVolume(stack.slices, stack.plan, {
      codecs,
      monitor,
      ready: gatherer.ready,
      share: request.share ?? false,
      onSlice: () => monitor.progress('decode', ++done / total),
    });
    built.issues.forEach((met) => monitor.issue(met));
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
    if (built.hu === null) continue;
    tellGeometry(stack, monitor);
    const volume = { facts: seriesFacts(stack), volume: { id: stack.id, grid: stack.plan.grid, hu: built.hu } };
    volumes.push(volume);
    request.onVolume(volume);
  }
  if (volumes.length === 0) return failure(issue('nothing-readable', 'error'));
  const segmentations: ReadSegmentation[] = [];
  for (const image of gatherer.segmentations) {
    const read = await readSegmentation(image, volumes, codecs);
    if (read.ok) segmentations.push(read.value);
    monitor.issue(read.ok ? issue('segmentation-found', 'note', read.value.fileName, { segments: read.value.segments.map(({ name }) => name).join(', ') }) : read.issue);
  }
  return success({ volumes, segmentations });
}

/** Sets apart what belongs to no CT volume; one issue per series and reason. */
function rejectOthers(slices: readonly Slice[], monitor: Monitor): readonly Slice[] {
  const kept: Slice[] = [];
  const rejected = new Map<string, { issue: Issue; files: Set<string> }>();
  for (const slice of slices) {
    const code = notOfAVolume(slice);
    if (code === null) {
      kept.push(slice);
      continue;
    }
    const { seriesInstanceUid, description, fileName, modality } = slice.object;
    const key = `${seriesInstanceUid}|${code}`;
    const known = rejected.get(key);
    const files = known?.files.add(fileName) ?? new Set([fileName]);
    const severity = code === 'missing-geometry' || code === 'unsupported-pixel-format' ? 'error' : 'note';
    const data = { files: files.size, series: description, ...(code === 'not-ct' ? { modality } : {}) };
    rejected.set(key, { issue: issue(code, severity, known?.issue.where ?? fileName, data), files });
  }
  for (const { issue: met } of rejected.values()) monitor.issue(met);
  return kept;
}

async function stackUp(slices: readonly Slice[], ready: SliceStore, monitor: Monitor): Promise<readonly Stack[]> {
  const stacks: Stack[] = [];
  for (const groups of groupSeries(slices)) {
    const parts: (readonly PlacedSlice[])[] = [];
    for (const group of groups) parts.push(...(await partsOf(group, ready, monitor)));
    const [first] = groups;
    const whole = parts.filter((part) => part.length > 1);
    const single = parts.length - whole.length;
    if (single > 0) monitor.issue(issue('single-slice', whole.length > 0 ? 'note' : 'warning', nameOf(first!), { files: single }));
    if (whole.length > 1) monitor.issue(issue('mixed-series', 'note', nameOf(first!), { volumes: whole.length }));
    whole.forEach((part, n) =>
      stacks.push({ id: n === 0 ? first!.seriesInstanceUid : `${first!.seriesInstanceUid}#${n + 1}`, slices: part, plan: planGrid(part) }),
    );
  }
  return stacks;
}

async function partsOf(group: SliceGroup, ready: SliceStore, monitor: Monitor): Promise<readonly (readonly PlacedSlice[])[]> {
  const split = await splitVolumes(sortSlices(group.slices), (a, b) => sameContent(a.slice, b.slice, ready));
  if (split.duplicates.length > 0) {
    monitor.issue(issue('duplicate-slice', 'note', nameOf(group), { count: split.duplicates.length, first: split.duplicates[0]! }));
  }
  if (split.unresolved.length > 0) {
    monitor.issue(issue('duplicate-slice', 'warning', nameOf(group), { count: split.unresolved.length, first: split.unresolved[0]! }));
  }
  return split.stacks;
}

/** Two slices with the same pixel data and the same rescale are one slice exported twice. */
async function sameContent(x: Slice, y: Slice, ready: SliceStore): Promise<boolean> {
  if (x.pixels.format.frames > 1 || y.pixels.format.frames > 1) return false;
  if (x.rescaleSlope !== y.rescaleSlope || x.rescaleIntercept !== y.rescaleIntercept) return false;
  const [a, b] = [ready.get(x), ready.get(y)];
  if (a !== undefined && b !== undefined) return sameValues(a, b);
  const [p, q] = await Promise.all([x, y].map(({ pixels: { place, source } }) =>
    source.read(place.offset, place.length === null ? source.sizeBytes : Math.min(source.sizeBytes, place.offset + place.length))));
  return sameValues(p!, q!);
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return false;
  return true;
}

function nameOf(group: SliceGroup): string {
  const { description, fileName } = group.slices[0]!.object;
  return description === '' ? fileName : description;
}

function tellPatients(stacks: readonly Stack[], monitor: Monitor): void {
  const patients = new Set(stacks.map(({ slices }) => `${slices[0]!.slice.object.patient.id}|${slices[0]!.slice.object.patient.name}`));
  if (patients.size > 1) monitor.issue(issue('several-patients', 'warning', undefined, { count: patients.size }));
}

function tellGeometry({ slices, plan }: Stack, monitor: Monitor): void {
  const { description, fileName, lossless } = slices[0]!.slice.object;
  const where = description === '' ? fileName : description;
  if (plan.missingAlongMm.length > 0) {
    monitor.issue(issue('missing-slices', 'warning', where, { missing: plan.missingAlongMm.length, positions: positionList(plan.missingAlongMm) }));
  }
  if (plan.tiltDegrees > 0) monitor.issue(issue('gantry-tilt', 'warning', where, { degrees: round(plan.tiltDegrees) }));
  if (plan.unevenMm > MAX_UNEVEN_SHARE * plan.stepMm) {
    monitor.issue(issue('uneven-slices', 'warning', where, { mm: round(plan.unevenMm), stepMm: round(plan.stepMm) }));
  } else if (plan.unevenMm > UNEVEN_NOTE_MM) {
    monitor.issue(issue('uneven-slices', 'note', where, { mm: round(plan.unevenMm), stepMm: round(plan.stepMm) }));
  }
  if (!lossless) monitor.issue(issue('lossy-compression', 'warning', where));
}

/** Slices off the even grid by more than this are noted even where they need no resampling. */
const UNEVEN_NOTE_MM = 0.1;

function toMb(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function seriesFacts({ id, slices }: Stack): SeriesFacts {
  const [{ slice }] = slices as [PlacedSlice];
  const { object } = slice;
  const times = slices.map((item) => item.slice.acquisitionTimeS).filter((time) => time !== null);
  return {
    volumeId: id,
    studyInstanceUid: object.studyInstanceUid,
    seriesInstanceUid: object.seriesInstanceUid,
    frameOfReferenceUid: object.frameOfReferenceUid,
    description: object.description,
    modality: object.modality,
    transferSyntaxUid: object.transferSyntaxUid,
    files: new Set(slices.map((item) => item.slice.object.fileName)).size,
    seriesNumber: object.seriesNumber,
    acquisitionNumber: slice.acquisitionNumber,
    acquisitionTimeS: times.length === 0 ? null : Math.min(...times),
    acquisitionDate: object.acquisitionDate,
    phaseTexts: object.phaseTexts,
    bolusStartTimeS: object.bolusStartTimeS,
    convolutionKernel: object.convolutionKernel,
    sliceThicknessMm: slice.sliceThicknessMm,
    patient: object.patient,
  };
}
