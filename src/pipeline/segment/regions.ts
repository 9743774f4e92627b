import { labelComponents, type IndexBox } from '../components';

/** A connected region of a mask; `voxels` counts it, the box is inclusive, `columnMean` is its mean column (axis 0). */
export interface Region {
  readonly id: number;
  readonly voxels: number;
  readonly box: IndexBox;
  readonly columnMean: number;
}

/** A stack of planes with columns fastest, then rows, then slabs. */
export interface Shape {
  readonly columns: number;
  readonly rows: number;
  readonly slabs: number;
}

/** Number of elements of a stack. */
export function elements(shape: Shape): number {
  return shape.columns * shape.rows * shape.slabs;
}

/**
 * The connected regions of `mask` (values 0 and 1), by faces, in raster order of their first voxel; `ids` gets each
 * voxel's region. With `slab` only that plane is looked at (4 neighbours) and the other planes of `ids` stay as they are.
 */
export function regionsOf(mask: Uint8Array, shape: Shape, ids: Int32Array, slab?: number): readonly Region[] {
  const { columns, rows, slabs } = shape;
  const from = slab ?? 0;
  const to = slab ?? slabs - 1;
  const box: IndexBox = { from: [0, 0, from], to: [columns - 1, rows - 1, to] };
  const count = labelComponents({ labels: mask, sizeIjk: [columns, rows, slabs], box, value: 1, firstId: 1, ids, firstOffset: 0 });
  const voxels = new Float64Array(count);
  const columnSum = new Float64Array(count);
  const low = new Int32Array(3 * count).fill(1 << 30);
  const high = new Int32Array(3 * count).fill(-1);
  let at = columns * rows * from;
  for (let s = from; s <= to; s += 1) {
    for (let r = 0; r < rows; r += 1) {
      for (let c = 0; c < columns; c += 1, at += 1) {
        if (mask[at] !== 1) continue;
        const n = ids[at]! - 1;
        voxels[n]! += 1;
        columnSum[n]! += c;
        const o = 3 * n;
        if (c < low[o]!) low[o] = c;
        if (c > high[o]!) high[o] = c;
        if (r < low[o + 1]!) low[o + 1] = r;
        if (r > high[o + 1]!) high[o + 1] = r;
        if (s < low[o + 2]!) low[o + 2] = s;
        high[o + 2] = s;
      }
    }
  }
  return Array.from({ length: count }, (_, n) => ({
    id: n + 1,
    voxels: voxels[n]!,
    columnMean: columnSum[n]! / voxels[n]!,
    box: {
      from: [low[3 * n]!, low[3 * n + 1]!, low[3 * n + 2]!],
      to: [high[3 * n]!, high[3 * n + 1]!, high[3 * n + 2]!],
    },
  }));
}

/** The mask grown by a box: +-`reach` columns and rows, +-`slabReach` slabs. A new array of 0 and 1. */
export function boxDilate(mask: Uint8Array, shape: Shape, reach: number, slabReach: number): Uint8Array {
  const { columns, rows, slabs } = shape;
  let from = mask;
  for (const [step, length, r] of [
    [1, columns, reach],
    [columns, rows, reach],
    [columns * rows, slabs, slabReach],
  ] as const) {
    const to = new Uint8Array(from.length);
    for (let at = 0; at < from.length; at += 1) {
      if (from[at] === 0) continue;
      const position = Math.floor(at / step) % length;
      const first = at - Math.min(position, r) * step;
      const last = at + Math.min(length - 1 - position, r) * step;
      // Voxels come in rising order along each line, so what is already set of this run is its beginning.
      for (let n = last; n >= first && to[n] === 0; n -= step) to[n] = 1;
    }
    from = to;
  }
  return from;
}
