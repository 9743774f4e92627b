import { issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { codeOf } from './attributes';
import type { CodecHost } from './decode/codec-host';
import { isDirectory, listedFiles, missingOf } from './directory-hint';
import { HuTables } from './hounsfield';
import { notOfAVolume } from './judge-slice';
import { OtherFiles } from './other-files';
import { frameBytes, frameSamples } from './pixel-format';
import { readHeader } from './read-header';
import { imageOf, type ImageHeader } from './read-image';
import { isSegmentation } from './read-segmentation';
import { CHEAP_CODINGS } from './read-frames';
import { readSlices } from './read-slices';
import type { Slice } from './slice';
import { SliceStore } from './slice-store';
import { TAG } from './tags';

/** What a tab can hold beside networks and the page itself; three phases of 1,000 slices of 512 x 512 take 1.6 GB. */
export const MAX_VOLUME_BYTES = 4 * 2 ** 30;

/** Reads headers, in whatever order files come, and keeps what belongs to images. */
export class SliceGatherer {
  /** HU of slices whose file was in memory when its header was read: they need no second look at the file. */
  readonly ready: SliceStore;
  /** Segmentation objects, to be laid on the volumes when these are built. */
  readonly segmentations: ImageHeader[] = [];
  private readonly names: string[] = [];
  private readonly directories: { readonly name: string; readonly listed: readonly string[] }[] = [];
  private readonly perFile: { readonly order: number; readonly slices: readonly Slice[] }[] = [];
  private readonly others: OtherFiles;
  private readonly tables = new HuTables();

  constructor(
    private readonly monitor: Monitor,
    private readonly codecs: CodecHost,
    { share, maxVolumeBytes }: { readonly share?: boolean; readonly maxVolumeBytes?: number },
  ) {
    this.ready = new SliceStore(share ?? false, maxVolumeBytes ?? MAX_VOLUME_BYTES);
    this.others = new OtherFiles(monitor);
  }

  /** Reads one file; `order` is its place among all. What is no image is told to the monitor. Never throws. */
  async add(source: ByteSource, order: number): Promise<void> {
    this.names.push(source.name);
    try {
      const header = await readHeader(source);
      if (header.ok && isDirectory(header.value.dataSet)) {
        source.take?.();
        this.directories.push({ name: source.name, listed: listedFiles(header.value.dataSet) });
        return;
      }
      const image = header.ok ? imageOf(header.value, source) : header;
      if (!image.ok) {
        source.take?.();
        this.others.tell(image.issue);
        return;
      }
      if (isSegmentation(codeOf(image.value.header.dataSet, TAG.SOPClassUID))) {
        this.segmentations.push(image.value);
        return;
      }
      const slices = readSlices(image.value);
      this.perFile.push({ order, slices });
      this.convertHeld(slices, source);
    } catch {
      this.others.tell(issue('unreadable-file', 'error', source.name, { reason: 'read-error' }));
    }
  }

  /** All slices in the order of their files; files that were not named one by one are told by number. */
  finish(): readonly Slice[] {
    this.others.tellRest();
    for (const { name, listed } of this.directories) {
      const missing = missingOf(listed, name, this.names);
      if (missing !== null) this.monitor.issue(missing);
    }
    return this.perFile.sort((a, b) => a.order - b.order).flatMap(({ slices }) => slices);
  }

  /** Uncompressed samples become HU and their file is let go, and so is what will not be part of a volume. */
  private convertHeld(slices: readonly Slice[], source: ByteSource): void {
    const [slice] = slices;
    if (slice === undefined || slices.length > 1) return;
    if (notOfAVolume(slice) !== null) {
      source.take?.();
      return;
    }
    const { place, syntax, format } = slice.pixels;
    if (!CHEAP_CODINGS.has(syntax.coding)) this.codecs.pool?.prepare(syntax.coding);
    const plain = syntax.coding === 'native' && !syntax.deflated && !syntax.bigEndian && format.bitsAllocated === 16;
    if (!plain || place.length === null || place.length < frameBytes(format) || place.offset + frameBytes(format) > source.sizeBytes) return;
    const bytes = source.take?.() ?? null;
    if (bytes === null || bytes.length < source.sizeBytes || (bytes.byteOffset + place.offset) % 2 !== 0) return;
    // Two bytes of the header, which is read already, make room for samples at a multiple of four.
    const spare = (bytes.byteOffset + place.offset) % 4;
    if (spare > 0) bytes.copyWithin(place.offset - spare, place.offset, place.offset + frameBytes(format));
    const words = new Uint16Array(bytes.buffer, bytes.byteOffset + place.offset - spare, frameSamples(format));
    const hu = this.ready.place(slice);
    if (hu !== null) this.tables.convert(words, format, slice.rescaleSlope, slice.rescaleIntercept, hu);
  }
}
