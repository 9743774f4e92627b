import { SAME_POSITION_MM, type PlacedSlice } from './sort-slices';

/** Stacks without repeated positions, and what was left out of them. */
export interface SplitStacks {
  readonly stacks: readonly (readonly PlacedSlice[])[];
  /** Files that hold the same slice once more: same SOPInstanceUID or same bytes. */
  readonly duplicates: readonly string[];
  /** Slices at a repeated position that nothing tells apart, left out. */
  readonly unresolved: readonly string[];
}

/** Share of repeated positions from which on they are a further run rather than stray repeats. */
const FURTHER_RUN_SHARE = 0.5;

/**
 * Separates the volumes of one sorted group. Only repeated positions separate: first true duplicates are dropped, then
 * AcquisitionNumber, then acquisition time, then the order of the instances tell the runs apart. AcquisitionNumber alone
 * never splits, since scanners count up within one run.
 */
export async function splitVolumes(
  sorted: readonly PlacedSlice[],
  sameContent: (a: PlacedSlice, b: PlacedSlice) => Promise<boolean>,
): Promise<SplitStacks> {
  const { kept, duplicates } = await dropDuplicates(sorted, sameContent);
  if (!repeats(kept)) return { stacks: [kept], duplicates, unresolved: [] };
  const byAcquisition = byKey(kept, (item) => item.slice.acquisitionNumber);
  if (byAcquisition !== null) return { stacks: byAcquisition, duplicates, unresolved: [] };
  const positions = atPositions(kept);
  const repeated = positions.filter((items) => items.length > 1).length;
  if (repeated / positions.length < FURTHER_RUN_SHARE) {
    const rest = positions.flatMap((items) => items.slice(1).map((item) => item.slice.object.fileName));
    return { stacks: [positions.map((items) => items[0]!)], duplicates, unresolved: rest };
  }
  return { stacks: byOrder(positions), duplicates, unresolved: [] };
}

async function dropDuplicates(
  sorted: readonly PlacedSlice[],
  sameContent: (a: PlacedSlice, b: PlacedSlice) => Promise<boolean>,
): Promise<{ kept: readonly PlacedSlice[]; duplicates: readonly string[] }> {
  const duplicates: string[] = [];
  const kept: PlacedSlice[] = [];
  for (const items of atPositions(sorted)) {
    const distinct: PlacedSlice[] = [];
    for (const item of items) {
      let twin = false;
      for (const other of distinct) twin ||= sameObject(item, other) || (await sameContent(item, other));
      if (twin) duplicates.push(item.slice.object.fileName);
      else distinct.push(item);
    }
    kept.push(...distinct);
  }
  return { kept, duplicates };
}

function sameObject(a: PlacedSlice, b: PlacedSlice): boolean {
  const uid = a.slice.object.sopInstanceUid;
  return uid !== '' && uid === b.slice.object.sopInstanceUid && a.slice.frame === b.slice.frame;
}

/** Slices that share a position along the normal, in order. A repeat counts only where the places in the plane agree too. */
function atPositions(sorted: readonly PlacedSlice[]): readonly (readonly PlacedSlice[])[] {
  const positions: PlacedSlice[][] = [];
  for (const item of sorted) {
    const last = positions.at(-1);
    if (last !== undefined && item.alongMm - last[0]!.alongMm < SAME_POSITION_MM) last.push(item);
    else positions.push([item]);
  }
  return positions;
}

function repeats(sorted: readonly PlacedSlice[]): boolean {
  return atPositions(sorted).some((items) => items.length > 1);
}

/** Runs in order of their key, each joined to the one before it while no position repeats; null when a run repeats a position itself. */
function byKey(sorted: readonly PlacedSlice[], keyOf: (item: PlacedSlice) => number | null): readonly (readonly PlacedSlice[])[] | null {
  const runs = new Map<number, PlacedSlice[]>();
  for (const item of sorted) {
    const key = keyOf(item);
    if (key === null) return null;
    runs.set(key, [...(runs.get(key) ?? []), item]);
  }
  if (runs.size < 2) return null;
  const stacks: (readonly PlacedSlice[])[] = [];
  for (const [, run] of [...runs].sort(([a], [b]) => a - b)) {
    if (repeats(run)) return null;
    const joined = [...(stacks.at(-1) ?? []), ...run].sort((a, b) => a.alongMm - b.alongMm);
    if (stacks.length > 0 && !repeats(joined)) stacks[stacks.length - 1] = joined;
    else stacks.push(run);
  }
  return stacks;
}

/** The n-th slice at each position, by time of acquisition and then by instance, makes the n-th volume. */
function byOrder(positions: readonly (readonly PlacedSlice[])[]): readonly (readonly PlacedSlice[])[] {
  const stacks: PlacedSlice[][] = [];
  for (const items of positions) {
    const ordered = [...items].sort((a, b) => (a.slice.acquisitionTimeS ?? 0) - (b.slice.acquisitionTimeS ?? 0));
    ordered.forEach((item, n) => (stacks[n] ??= []).push(item));
  }
  return stacks;
}
