import { frameSamples } from './pixel-format';
import type { Slice } from './slice';

/** Address space set aside for a series, 2,048 slices of 512 x 512; memory is used only as far as slices fill it. */
const SHELF_BYTES = 2 ** 30;
/** A shelf grows by this many slices at a time. */
const GROWN_SLICES = 16;

/** TypeScript's es2023 does not know of shared memory that grows (ES2024). */
interface GrowingBuffer extends SharedArrayBuffer {
  grow(bytes: number): void;
}

/** The slices of one series, one behind another in shared memory that grows in place. */
interface Shelf {
  readonly buffer: GrowingBuffer;
  readonly maxSlices: number;
  readonly sliceSamples: number;
  /** Which slice lies where. */
  slots: Slice[];
  /** The first ones, which belong to volumes and stay where they are. */
  settled: number;
}

/**
 * HU of slices as their files are read. Where memory is shared, those of one series lie in one piece, which becomes the series'
 * volumes once it is known which slices make them: no sample is held or copied twice. Elsewhere each has memory of its own.
 */
export class SliceStore {
  private readonly shelves = new Map<string, Shelf>();
  private readonly homes = new Map<Slice, Shelf>();
  private readonly own = new Map<Slice, Int16Array>();

  /** At most `maxBytes` are kept: a study that is larger is refused once all its slices are known, and must not fill memory before. */
  constructor(
    private readonly share: boolean,
    private leftBytes: number,
  ) {}

  /** Room for a slice's HU, to be filled by the caller; null when there is none. */
  place(slice: Slice): Int16Array | null {
    const samples = frameSamples(slice.pixels.format);
    if (this.leftBytes < 2 * samples) return null;
    try {
      const shelf = this.share ? this.shelfFor(slice, samples) : null;
      const room = shelf === null ? new Int16Array(samples) : viewOf(shelf, shelf.slots.length, 1);
      this.leftBytes -= 2 * samples;
      if (shelf === null) {
        this.own.set(slice, room);
      } else {
        shelf.slots.push(slice);
        this.homes.set(slice, shelf);
      }
      return room;
    } catch {
      return null;
    }
  }

  /** HU of a slice, or undefined when it has to be read from its file. */
  get(slice: Slice): Int16Array | undefined {
    const shelf = this.homes.get(slice);
    return shelf === undefined ? this.own.get(slice) : viewOf(shelf, shelf.slots.indexOf(slice), 1);
  }

  /** Forgets a slice that was copied elsewhere. */
  drop(slice: Slice): void {
    this.own.delete(slice);
    this.homes.delete(slice);
  }

  /**
   * The slices as one volume in the given order, k slowest, made by moving them within the memory they lie in. Null when they
   * do not all lie in one piece.
   */
  asVolume(slices: readonly Slice[]): Int16Array | null {
    const shelf = this.homes.get(slices[0]!);
    if (shelf === undefined || slices.some((slice) => this.homes.get(slice) !== shelf)) return null;
    const chosen = new Set(slices);
    const from = shelf.settled;
    arrange(shelf, [...shelf.slots.slice(0, from), ...slices, ...shelf.slots.slice(from).filter((slice) => !chosen.has(slice))]);
    shelf.settled += slices.length;
    for (const slice of slices) this.homes.delete(slice);
    return viewOf(shelf, from, slices.length);
  }

  private shelfFor(slice: Slice, samples: number): Shelf | null {
    const key = `${slice.object.studyInstanceUid}|${slice.object.seriesInstanceUid}|${samples}`;
    const known = this.shelves.get(key);
    const shelf = known === undefined || known.slots.length === known.maxSlices ? newShelf(samples) : known;
    if (shelf === null) return null;
    this.shelves.set(key, shelf);
    const wantedBytes = 2 * samples * (shelf.slots.length + 1);
    if (shelf.buffer.byteLength < wantedBytes) shelf.buffer.grow(2 * samples * Math.min(shelf.maxSlices, shelf.slots.length + GROWN_SLICES));
    return shelf;
  }
}

/** Null where shared memory cannot grow. */
function newShelf(sliceSamples: number): Shelf | null {
  if (!('grow' in SharedArrayBuffer.prototype)) return null;
  const maxSlices = Math.floor(SHELF_BYTES / (2 * sliceSamples));
  if (maxSlices < 1) return null;
  const Growing = SharedArrayBuffer as unknown as new (bytes: number, options: { readonly maxByteLength: number }) => GrowingBuffer;
  return { buffer: new Growing(0, { maxByteLength: 2 * sliceSamples * maxSlices }), maxSlices, sliceSamples, slots: [], settled: 0 };
}

function viewOf({ buffer, sliceSamples }: Shelf, slot: number, slots: number): Int16Array {
  return new Int16Array(buffer, 2 * slot * sliceSamples, slots * sliceSamples);
}

/** Moves the slices of a shelf into the given order, each once. */
function arrange(shelf: Shelf, order: readonly Slice[]): void {
  const at = new Map(shelf.slots.map((slice, slot) => [slice, slot]));
  const from = order.map((slice) => at.get(slice)!);
  const all = viewOf(shelf, 0, order.length);
  const samples = shelf.sliceSamples;
  const aside = new Int16Array(samples);
  for (let start = 0; start < order.length; start++) {
    if (from[start] === start) continue;
    aside.set(viewOf(shelf, start, 1));
    let slot = start;
    while (from[slot] !== start) {
      const next = from[slot]!;
      all.copyWithin(slot * samples, next * samples, (next + 1) * samples);
      from[slot] = slot;
      slot = next;
    }
    all.set(aside, slot * samples);
    from[slot] = slot;
  }
  shelf.slots = [...order];
}
