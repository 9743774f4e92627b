import { dot } from '../core/vector';
import type { Slice } from './slice';

/** Slices of one series that can share a grid: same size, orientation, spacing, frame of reference and kind of image. */
export interface SliceGroup {
  readonly seriesInstanceUid: string;
  readonly slices: readonly Slice[];
}

/** Axes closer than this belong to one stack: 0.1 degrees. */
const SAME_AXIS_COSINE = Math.cos((0.1 * Math.PI) / 180);
/** Pixel spacing is often rounded differently from slice to slice. */
const SAME_SPACING_MM = 1e-3;

/** Groups slices that have a place; within a series the largest group comes first. The order of the files does not matter. */
export function groupSeries(slices: readonly Slice[]): readonly (readonly SliceGroup[])[] {
  const bySeries = new Map<string, Slice[][]>();
  for (const slice of slices) {
    const key = `${slice.object.studyInstanceUid}|${slice.object.seriesInstanceUid}`;
    const groups = bySeries.get(key) ?? [];
    bySeries.set(key, groups);
    const home = groups.find((group) => shareGrid(group[0]!, slice));
    if (home === undefined) groups.push([slice]);
    else home.push(slice);
  }
  return [...bySeries.values()].map((groups) =>
    groups
      .sort((a, b) => b.length - a.length)
      .map((group) => ({ seriesInstanceUid: group[0]!.object.seriesInstanceUid, slices: group })),
  );
}

function shareGrid(a: Slice, b: Slice): boolean {
  if (a.place === null || b.place === null) return false;
  return (
    a.pixels.format.rows === b.pixels.format.rows &&
    a.pixels.format.columns === b.pixels.format.columns &&
    a.object.frameOfReferenceUid === b.object.frameOfReferenceUid &&
    a.object.convolutionKernel === b.object.convolutionKernel &&
    dot(a.place.rowAxis, b.place.rowAxis) > SAME_AXIS_COSINE &&
    dot(a.place.columnAxis, b.place.columnAxis) > SAME_AXIS_COSINE &&
    Math.abs(a.place.spacingMm[0] - b.place.spacingMm[0]) < SAME_SPACING_MM &&
    Math.abs(a.place.spacingMm[1] - b.place.spacingMm[1]) < SAME_SPACING_MM
  );
}
