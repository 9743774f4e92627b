import { expandSource } from '../containers/expand-sources';
import { Holding } from '../containers/held-source';
import { inLanes } from '../core/in-lanes';
import { issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { CodecHost } from '../dicom/decode/codec-host';
import { SliceGatherer } from '../dicom/gather-slices';
import { buildStudy, type ReadStudy, type StudyVolume } from '../dicom/read-study';
import { looksLikeNifti, readNifti } from '../nifti/read-nifti';
import { joinOffers, joinVolumes } from './join-volumes';
import { sharpTwins } from './kernel-twins';

/** Files read at the same time: each waits for its own answer, and sixteen together take less than half as long as four. */
const READ_LANES = 16;
/** More than the entries of any archive that is read, so that the files of one come before those of the next. */
const MAX_ENTRIES = 2 ** 20;

/** What opening a study wants: the files as dropped, and whom to tell. */
export interface OpenStudyRequest {
  readonly sources: readonly ByteSource[];
  readonly codecs: CodecHost;
  readonly monitor: Monitor;
  /** Called with each volume as soon as it is whole. */
  readonly onVolume: (volume: StudyVolume) => void;
  /** Back the volumes with shared memory. */
  readonly share: boolean;
  /** Join volumes that go on in another series, in what is returned; `onVolume` is told the parts. */
  readonly join?: boolean;
}

/**
 * From files to volumes: archives are opened, NIfTI files read as they are, everything else tried as DICOM.
 * Page and terminal both come through here. Fails with `nothing-readable`, `study-too-large` or `cancelled` only.
 */
export async function openStudy(request: OpenStudyRequest): Promise<Result<ReadStudy>> {
  const { monitor } = request;
  const holding = new Holding();
  const gatherer = new SliceGatherer(monitor, request.codecs, request);
  const niftis: { readonly order: number; readonly source: ByteSource }[] = [];
  const stopped = (): boolean => monitor.cancelled();
  let [read, known] = [0, request.sources.length];
  const sortOut = async (source: ByteSource, order: number): Promise<void> => {
    if (await isNifti(source)) {
      source.take?.();
      niftis.push({ order, source });
    } else {
      await gatherer.add(source, order);
    }
    monitor.progress('read-files', ++read / known);
    await monitor.breathe();
  };
  await inLanes(request.sources, READ_LANES, stopped, async (dropped, n) => {
    const own = holding.hold(dropped);
    const files = await expandSource(own, monitor);
    known += files.length - 1;
    await inLanes(files, READ_LANES, stopped, (file, m) => sortOut(file === own ? own : holding.hold(file), n * MAX_ENTRIES + m));
  });
  if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  const volumes: StudyVolume[] = [];
  for (const { source } of niftis.sort((a, b) => a.order - b.order)) {
    const volume = await openNifti(source, request.share);
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
    if (volume.ok) {
      const own = withOwnId(volume.value, volumes);
      volumes.push(own);
      request.onVolume(own);
    } else {
      monitor.issue(volume.issue);
    }
  }
  const study = await buildStudy(gatherer, request);
  if (!study.ok && study.issue.code !== 'nothing-readable') return study;
  if (study.ok) volumes.push(...related(study.value.volumes, request));
  return volumes.length === 0 ? failure(issue('nothing-readable', 'error')) : success({ volumes, segmentations: study.ok ? study.value.segmentations : [] });
}

/** Tells which volumes belong together: parts of one scan, joined when asked, and sharp reconstructions beside softer ones. */
function related(volumes: readonly StudyVolume[], { monitor, share, join }: OpenStudyRequest): readonly StudyVolume[] {
  const joined = new Map<StudyVolume, StudyVolume | null>();
  for (const parts of joinOffers(volumes)) {
    const [first] = parts as [StudyVolume];
    monitor.issue(issue('series-joinable', 'note', nameOf(first), { parts: parts.length, volumes: parts.map(({ volume }) => volume.id).join(' ') }));
    const whole = join === true ? joinVolumes(parts, share) : null;
    if (whole === null) continue;
    for (const part of parts) joined.set(part, null);
    joined.set(first, whole);
  }
  for (const sharp of sharpTwins(volumes)) monitor.issue(issue('kernel-twin', 'note', nameOf(sharp), { kernel: sharp.facts.convolutionKernel }));
  return volumes.flatMap((volume) => {
    const found = joined.get(volume);
    return found === undefined ? [volume] : found === null ? [] : [found];
  });
}

function nameOf({ facts }: StudyVolume): string {
  return facts.description === '' ? facts.seriesInstanceUid : facts.description;
}

/** Files of one name in two folders are two volumes: the later one gets a number behind its id. */
function withOwnId(found: StudyVolume, before: readonly StudyVolume[]): StudyVolume {
  const { id } = found.volume;
  const taken = (candidate: string): boolean => before.some(({ volume }) => volume.id === candidate);
  let own = id;
  for (let n = 2; taken(own); n += 1) own = `${id}#${n}`;
  return own === id ? found : { facts: { ...found.facts, volumeId: own }, volume: { ...found.volume, id: own } };
}

/** Enough for the headers of both NIfTI versions. */
const NIFTI_HEADER_BYTES = 544;

async function isNifti(source: ByteSource): Promise<boolean> {
  if (/\.(dcm|ima)$/i.test(source.name) || source.sizeBytes < NIFTI_HEADER_BYTES) return /\.nii(\.gz)?$/i.test(source.name);
  const head = await source.read(0, NIFTI_HEADER_BYTES).catch(() => new Uint8Array());
  return looksLikeNifti(head, source.name) || /\.nii(\.gz)?$/i.test(source.name);
}

/** A NIfTI file as a volume; what does not fit in memory is `study-too-large` of that file, and the others are still opened. */
async function openNifti(source: ByteSource, share: boolean): Promise<Result<StudyVolume>> {
  const tooLarge: Result<StudyVolume> = failure(issue('study-too-large', 'error', source.name));
  const bytes = await source.read(0, source.sizeBytes).catch((error: unknown) => (error instanceof RangeError ? 'too-large' : null));
  if (bytes === 'too-large') return tooLarge;
  if (bytes === null) return failure(issue('unreadable-file', 'error', source.name, { reason: 'read-error' }));
  try {
    const read = readNifti(bytes, source.name);
    if (!read.ok || !share) return read;
    const { facts, volume } = read.value;
    const hu = new Int16Array(new SharedArrayBuffer(volume.hu.byteLength));
    hu.set(volume.hu);
    return success({ facts, volume: { ...volume, hu } });
  } catch (error) {
    if (error instanceof RangeError) return tooLarge;
    throw error;
  }
}
