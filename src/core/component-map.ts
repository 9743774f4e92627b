/**
 * Numbers of components on a grid, held only for the slices between the first and the last that have any: `ids[n]` belongs to
 * the voxel of offset `firstOffset + n` (i fastest, then j, then k); everything outside has none. On a study of 512 x 512 x 300
 * the whole grid would be 315 MB.
 */
export interface ComponentMap {
  readonly firstOffset: number;
  readonly ids: Int32Array;
}

/** The number at an offset of the grid, 0 where there is none. */
export function componentAt({ firstOffset, ids }: ComponentMap, offset: number): number {
  return ids[offset - firstOffset] ?? 0;
}

/** Offsets of the first and the last voxel of a component, or null when it has none. */
export function componentSpan({ firstOffset, ids }: ComponentMap, id: number): { readonly first: number; readonly last: number } | null {
  const first = ids.indexOf(id);
  return first < 0 ? null : { first: first + firstOffset, last: ids.lastIndexOf(id) + firstOffset };
}
