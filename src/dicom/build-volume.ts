import { allocateVoxels } from '../core/allocate-voxels';
import { voxelCount } from '../core/grid';
import { inLanes } from '../core/in-lanes';
import { issue, type Issue } from '../core/issue';
import type { Monitor } from '../core/ports';
import type { CodecHost } from './decode/codec-host';
import { HuTables, toHu } from './hounsfield';
import type { StoredFrame } from './decode/samples';
import type { GridPlan } from './plan-grid';
import { openFrames, type FrameReader, type PixelSource } from './read-frames';
import { OUTSIDE_HU, resampleStack } from './resample-stack';
import type { Slice } from './slice';
import type { SliceStore } from './slice-store';
import type { PlacedSlice } from './sort-slices';
import type { Result } from '../core/result';

/** Files read ahead while others are decoded. */
const READ_AHEAD = 4;

/** What building needs beside the stack. */
export interface BuildSetup {
  readonly codecs: CodecHost;
  readonly monitor: Monitor;
  /** Slices whose HU are known; each is taken out when it is used. */
  readonly ready: SliceStore;
  /** Back the volume with shared memory, so that the page can see it without a copy. */
  readonly share: boolean;
  /** Called after each slice. */
  onSlice(): void;
}

/** The volume's HU, or null when not one slice could be decoded, memory was lacking or the run was cancelled; and what went wrong with slices. */
export interface BuiltVolume {
  readonly hu: Int16Array | null;
  readonly issues: readonly Issue[];
}

/**
 * Decodes a stack straight into its volume. HU = round(slope x stored + intercept) with the slope and intercept of each
 * slice, clamped to Int16 and otherwise unchanged: padding keeps its value. A slice that cannot be decoded stays at -1024 HU.
 */
export async function buildVolume(stack: readonly PlacedSlice[], plan: GridPlan, setup: BuildSetup): Promise<BuiltVolume> {
  const held = plan.planes === null || plan.missingAlongMm.length > 0 ? null : setup.ready.asVolume(stack.map(({ slice }) => slice));
  if (held !== null) {
    for (let n = 0; n < stack.length; n++) setup.onSlice();
    return { hu: held, issues: [] };
  }
  const hu = allocateVoxels(voxelCount(plan.grid), setup.share);
  if (hu === null) return { hu, issues: [issue('study-too-large', 'error', stack[0]!.slice.object.description, { needMb: Math.round((2 * voxelCount(plan.grid)) / 1e6) })] };
  const { columns, rows } = stack[0]!.slice.pixels.format;
  const sliceVoxels = columns * rows;
  const own = plan.planes === null ? stack.map(() => new Int16Array(sliceVoxels).fill(OUTSIDE_HU)) : null;
  const target = (n: number): Int16Array => own?.[n] ?? hu.subarray(plan.planes![n]! * sliceVoxels, (plan.planes![n]! + 1) * sliceVoxels);
  const issues: Issue[] = [];
  const decoded = new Array<boolean>(stack.length).fill(false);
  const readers = new ReaderCache(setup.codecs);
  const tables = new HuTables();
  await inLanes(stack, READ_AHEAD + (setup.codecs.pool?.size ?? 0), () => setup.monitor.cancelled(), async ({ slice }, n) => {
    const known = setup.ready.get(slice);
    if (known !== undefined) {
      target(n).set(known);
      setup.ready.drop(slice);
      decoded[n] = true;
    } else {
      const frame = await readers.frame(slice.pixels, slice.frame);
      if (frame.ok) {
        toVolume(frame.value, slice, tables, target(n));
        issues.push(...frame.issues);
        decoded[n] = true;
      } else {
        issues.push(frame.issue);
      }
      if (slice.pixels.format.frames === 1) slice.pixels.source.take?.();
    }
    setup.onSlice();
    await setup.monitor.breathe();
  });
  if (setup.monitor.cancelled() || !decoded.includes(true)) return { hu: null, issues };
  const failed = stack.filter((_, n) => !decoded[n]);
  if (failed.length > 0) issues.push(missingIssue(stack, failed));
  if (plan.planes !== null) fillEmpty(hu, plan.planes.filter((_, n) => decoded[n]), sliceVoxels);
  if (own !== null) resampleStack(stack, own.map((values, n) => (decoded[n] ? values : null)), plan.grid, hu);
  return { hu, issues };
}

function missingIssue(stack: readonly PlacedSlice[], failed: readonly PlacedSlice[]): Issue {
  const { description, fileName } = stack[0]!.slice.object;
  const data = { missing: failed.length, positions: positionList(failed.map((item) => item.alongMm)) };
  return issue('missing-slices', 'warning', description === '' ? fileName : description, data);
}

/** Positions along the normal for a sentence: the first few, to a tenth of a millimetre. */
export function positionList(alongMm: readonly number[]): string {
  const shown = alongMm.slice(0, 8).map((mm) => mm.toFixed(1));
  return `${shown.join(', ')}${alongMm.length > shown.length ? ', ...' : ''} mm`;
}

/** Planes without a slice become -1024 HU. */
function fillEmpty(hu: Int16Array, filled: readonly number[], sliceVoxels: number): void {
  const known = new Set(filled);
  for (let k = 0; k * sliceVoxels < hu.length; k++) if (!known.has(k)) hu.fill(OUTSIDE_HU, k * sliceVoxels, (k + 1) * sliceVoxels);
}

/** Stored values to HU. */
function toVolume(stored: StoredFrame, slice: Slice, tables: HuTables, hu: Int16Array): void {
  const { rescaleSlope: slope, rescaleIntercept: intercept, pixels } = slice;
  if (slope === 1 && intercept === 0 && stored instanceof Int16Array) {
    hu.set(stored);
  } else if (stored.BYTES_PER_ELEMENT === 2 && pixels.syntax.coding !== 'native') {
    const words = new Uint16Array(stored.buffer, stored.byteOffset, stored.length);
    tables.convert(words, { ...pixels.format, highBit: pixels.format.bitsStored - 1 }, slope, intercept, hu);
  } else {
    for (let n = 0; n < hu.length; n++) hu[n] = toHu(stored[n]!, slope, intercept);
  }
}

/** Keeps the frames of a multi-frame object open while its slices are asked for. */
class ReaderCache {
  private readonly open = new Map<PixelSource, Promise<Result<FrameReader>>>();

  constructor(private readonly codecs: CodecHost) {}

  async frame(pixels: PixelSource, index: number): Promise<Result<StoredFrame>> {
    const known = this.open.get(pixels);
    const reader = known ?? openFrames(pixels, this.codecs);
    if (known === undefined && pixels.format.frames > 1) this.open.set(pixels, reader);
    const opened = await reader;
    return opened.ok ? opened.value.frame(index) : opened;
  }
}
