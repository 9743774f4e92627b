import { cross, dot } from '../core/vector';
import type { Slice, SlicePlace } from './slice';

/** A slice with its distance along the stack's normal, mm. */
export interface PlacedSlice {
  readonly slice: Slice;
  readonly place: SlicePlace;
  readonly alongMm: number;
}

/** Positions closer than this are the same position. */
export const SAME_POSITION_MM = 0.01;

/** Sorts slices of one group along the normal (row axis x column axis) of the first one; equal positions by InstanceNumber, then frame, then name. */
export function sortSlices(slices: readonly Slice[]): readonly PlacedSlice[] {
  const placed = slices.flatMap((slice) => (slice.place === null ? [] : [{ slice, place: slice.place }]));
  const [first] = placed;
  if (first === undefined) return [];
  const normal = cross(first.place.rowAxis, first.place.columnAxis);
  return placed.map((item) => ({ ...item, alongMm: dot(item.place.positionLpsMm, normal) })).sort(inOrder);
}

function inOrder(a: PlacedSlice, b: PlacedSlice): number {
  if (Math.abs(a.alongMm - b.alongMm) > SAME_POSITION_MM) return a.alongMm - b.alongMm;
  return (
    (a.slice.object.instanceNumber ?? 0) - (b.slice.object.instanceNumber ?? 0) ||
    a.slice.frame - b.slice.frame ||
    (a.slice.object.fileName < b.slice.object.fileName ? -1 : 1)
  );
}
