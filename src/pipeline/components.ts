import type { Vec3 } from '../core/vector';

/** Inclusive bounds of something in voxel indices. */
export interface IndexBox {
  readonly from: Vec3;
  readonly to: Vec3;
}

/** Bounds of each label value 0..3 in one pass; null where a value does not occur. Value 0 is not looked at. */
export function labelBoxes(labels: Uint8Array, sizeIjk: Vec3): readonly (IndexBox | null)[] {
  const [ni, nj, nk] = sizeIjk;
  const from = new Int32Array(12).fill(1 << 30);
  const to = new Int32Array(12).fill(-1);
  let at = 0;
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      for (let i = 0; i < ni; i += 1, at += 1) {
        const value = labels[at]!;
        if (value === 0 || value > 3) continue;
        const o = value * 3;
        if (i < from[o]!) from[o] = i;
        if (i > to[o]!) to[o] = i;
        if (j < from[o + 1]!) from[o + 1] = j;
        if (j > to[o + 1]!) to[o + 1] = j;
        if (k < from[o + 2]!) from[o + 2] = k;
        to[o + 2] = k;
      }
    }
  }
  return [0, 1, 2, 3].map((value) => {
    const o = value * 3;
    if (to[o]! < 0) return null;
    return { from: [from[o]!, from[o + 1]!, from[o + 2]!], to: [to[o]!, to[o + 1]!, to[o + 2]!] };
  });
}

/**
 * Labels the 6-connected (faces only) components of the voxels equal to `value` inside `box`, and writes their numbers
 * `firstId`, `firstId + 1`, ... into `ids`, in the order in which the scan meets them. `firstOffset`: offset of the grid's voxel
 * that `ids` begins with, 0 for the whole grid (i fastest).
 * Returns how many there are. Source: method step 5 (scipy.ndimage.label's default structure).
 */
export function labelComponents(input: {
  readonly labels: Uint8Array;
  readonly sizeIjk: Vec3;
  readonly box: IndexBox;
  readonly value: number;
  readonly firstId: number;
  readonly ids: Int32Array;
  readonly firstOffset: number;
}): number {
  const { labels, sizeIjk, box, value, firstId, ids, firstOffset } = input;
  const [ni, nj] = sizeIjk;
  const wi = box.to[0] - box.from[0] + 1;
  const wj = box.to[1] - box.from[1] + 1;
  const wk = box.to[2] - box.from[2] + 1;
  const provisional = new Int32Array(wi * wj * wk);
  let parents = new Int32Array(1024);
  let used = 1;
  const root = (of: number): number => {
    let r = of;
    while (parents[r]! !== r) {
      parents[r] = parents[parents[r]!]!;
      r = parents[r]!;
    }
    return r;
  };
  let at = 0;
  for (let k = 0; k < wk; k += 1) {
    for (let j = 0; j < wj; j += 1) {
      let source = box.from[0] + ni * (box.from[1] + j + nj * (box.from[2] + k));
      for (let i = 0; i < wi; i += 1, at += 1, source += 1) {
        if (labels[source]! !== value) continue;
        const before = i > 0 ? provisional[at - 1]! : 0;
        const above = j > 0 ? provisional[at - wi]! : 0;
        const below = k > 0 ? provisional[at - wi * wj]! : 0;
        if (before === 0 && above === 0 && below === 0) {
          if (used === parents.length) {
            const larger = new Int32Array(used * 2);
            larger.set(parents);
            parents = larger;
          }
          parents[used] = used;
          provisional[at] = used;
          used += 1;
          continue;
        }
        // The smallest root wins, so that a component keeps the number of its first voxel.
        let smallest = used;
        if (before !== 0) smallest = root(before);
        if (above !== 0) smallest = Math.min(smallest, root(above));
        if (below !== 0) smallest = Math.min(smallest, root(below));
        if (before !== 0) parents[root(before)] = smallest;
        if (above !== 0) parents[root(above)] = smallest;
        if (below !== 0) parents[root(below)] = smallest;
        provisional[at] = smallest;
      }
    }
  }
  const finalIds = new Int32Array(used);
  let count = 0;
  for (let label = 1; label < used; label += 1) {
    if (parents[label]! !== label) continue;
    finalIds[label] = firstId + count;
    count += 1;
  }
  for (let label = 1; label < used; label += 1) finalIds[label] = finalIds[root(label)]!;
  at = 0;
  for (let k = 0; k < wk; k += 1) {
    for (let j = 0; j < wj; j += 1) {
      let target = box.from[0] + ni * (box.from[1] + j + nj * (box.from[2] + k));
      for (let i = 0; i < wi; i += 1, at += 1, target += 1) {
        const label = provisional[at]!;
        if (label !== 0) ids[target - firstOffset] = finalIds[label]!;
      }
    }
  }
  return count;
}
