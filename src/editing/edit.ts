/**
 * One change of a label map, small enough to keep: the voxels that changed with their labels before and after.
 * Offsets run i fastest, then j, then k.
 */
export interface Edit {
  readonly offsets: Uint32Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The edit that gives `label` to the offsets, without those that have it already; null when nothing would change. */
export function editOf(labels: Uint8Array, offsets: Iterable<number>, label: number | ((offset: number) => number)): Edit | null {
  const changed = new Map<number, number>();
  for (const offset of offsets) {
    const next = typeof label === 'number' ? label : label(offset);
    if (labels[offset] !== next) changed.set(offset, next);
    else changed.delete(offset);
  }
  if (changed.size === 0) return null;
  const sorted = Uint32Array.from(changed.keys()).sort();
  return {
    offsets: sorted,
    before: Uint8Array.from(sorted, (offset) => labels[offset]!),
    after: Uint8Array.from(sorted, (offset) => changed.get(offset)!),
  };
}

/** Writes an edit into the labels. */
export function applyEdit(labels: Uint8Array, edit: Edit): void {
  edit.offsets.forEach((offset, n) => {
    labels[offset] = edit.after[n]!;
  });
}

/** Takes an edit out of the labels again. */
export function revertEdit(labels: Uint8Array, edit: Edit): void {
  edit.offsets.forEach((offset, n) => {
    labels[offset] = edit.before[n]!;
  });
}

/** Several edits made one after the other as one, so that a whole stroke is one step of the history. */
export function joinEdits(edits: readonly Edit[]): Edit | null {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const edit of edits) {
    edit.offsets.forEach((offset, n) => {
      if (!first.has(offset)) first.set(offset, edit.before[n]!);
      last.set(offset, edit.after[n]!);
    });
  }
  const offsets = Uint32Array.from([...last.keys()].filter((offset) => last.get(offset) !== first.get(offset))).sort();
  if (offsets.length === 0) return null;
  return {
    offsets,
    before: Uint8Array.from(offsets, (offset) => first.get(offset)!),
    after: Uint8Array.from(offsets, (offset) => last.get(offset)!),
  };
}
