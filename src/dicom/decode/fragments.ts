import { issue } from '../../core/issue';
import { failure, success, type Result } from '../../core/result';

interface Fragment {
  /** Offset of the item's tag from the tag of the first fragment: what offset tables count. */
  readonly itemOffset: number;
  readonly at: number;
  readonly length: number;
}

/**
 * Splits encapsulated pixel data into frames. `value` starts at the basic offset table's item.
 * Frames are found by the extended offset table, the basic one, one fragment a frame, or the start marker of a code stream.
 * Issues: `truncated-file`, `decode-failed`. Source: PS3.5 annex A.4.
 */
export function splitFrames(value: Uint8Array, frames: number, extendedOffsets: readonly number[]): Result<readonly Uint8Array[]> {
  const table: number[] = [];
  const fragments: Fragment[] = [];
  let at = 0;
  let first = -1;
  while (at + 8 <= value.length) {
    const tag = u32(value, at);
    const length = u32(value, at + 4);
    if (tag === 0xe0ddfffe) break;
    if (tag !== 0xe000fffe) return failure(issue('decode-failed', 'error', undefined, { reason: 'fragment-tag' }));
    const end = at + 8 + length;
    if (end > value.length) return failure(issue('truncated-file', 'error'));
    if (first < 0) {
      for (let n = 0; n + 4 <= length; n += 4) table.push(u32(value, at + 8 + n));
      first = end;
    } else if (length > 0) {
      fragments.push({ itemOffset: at - first, at: at + 8, length });
    }
    at = end;
  }
  const groups = grouped(value, fragments, frames, extendedOffsets, table);
  if (groups === null) {
    return failure(issue('decode-failed', 'error', undefined, { reason: 'frame-boundaries', fragments: fragments.length, frames }));
  }
  return success(groups.map((group) => joined(value, group)));
}

function grouped(
  value: Uint8Array,
  fragments: readonly Fragment[],
  frames: number,
  extendedOffsets: readonly number[],
  table: readonly number[],
): readonly (readonly Fragment[])[] | null {
  if (fragments.length === 0) return null;
  if (frames === 1) return [fragments];
  // A table that contradicts the fragments puts the order of the frames in doubt: better no frames than swapped ones.
  if (extendedOffsets.length > 0) return byStarts(fragments, extendedOffsets, frames);
  if (table.length > 0) return byStarts(fragments, table, frames);
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  const starts = fragments.filter((fragment) => startsCodestream(value, fragment.at)).map((fragment) => fragment.itemOffset);
  return byStarts(fragments, starts, frames);
}

/** Groups by the offsets at which frames start; null when the offsets do not fit the fragments. */
function byStarts(fragments: readonly Fragment[], offsets: readonly number[], frames: number): readonly (readonly Fragment[])[] | null {
  if (offsets.length !== frames || offsets[0] !== 0) return null;
  const groups: Fragment[][] = [];
  for (const fragment of fragments) {
    if (fragment.itemOffset === offsets[groups.length]) groups.push([]);
    groups.at(-1)?.push(fragment);
  }
  return groups.length === frames ? groups : null;
}

/** JPEG family: FF D8; JPEG 2000: FF 4F. */
function startsCodestream(value: Uint8Array, at: number): boolean {
  return value[at] === 0xff && (value[at + 1] === 0xd8 || value[at + 1] === 0x4f);
}

function joined(value: Uint8Array, group: readonly Fragment[]): Uint8Array {
  const [only] = group;
  if (group.length === 1 && only !== undefined) return value.subarray(only.at, only.at + only.length);
  const whole = new Uint8Array(group.reduce((total, fragment) => total + fragment.length, 0));
  let at = 0;
  for (const fragment of group) {
    whole.set(value.subarray(fragment.at, fragment.at + fragment.length), at);
    at += fragment.length;
  }
  return whole;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
