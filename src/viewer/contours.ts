/** A small label picture: `labels` row-major, `columns` x `rows`. */
export interface LabelPicture {
  readonly columns: number;
  readonly rows: number;
  readonly labels: Uint8Array;
}

/** A closed outline: x, y pairs in pixels of the picture, pixel centres at whole numbers. */
export type Outline = Float32Array;

/**
 * Outlines of one label by marching squares on a lightly smoothed copy of its mask. The smoothing rounds the corners
 * but never moves a pixel to the other side: set pixels stay above the level, the others below.
 */
export function outlinesOf(picture: LabelPicture, label: number): Outline[] {
  const box = boxOf(picture, label);
  if (!box) return [];
  const { columns, labels } = picture;
  const w = box.x1 - box.x0 + 1 + 2 * MARGIN;
  const h = box.y1 - box.y0 + 1 + 2 * MARGIN;
  const mask = new Float32Array(w * h);
  for (let y = box.y0; y <= box.y1; y++) {
    for (let x = box.x0; x <= box.x1; x++) {
      if (labels[y * columns + x] === label) mask[(y - box.y0 + MARGIN) * w + x - box.x0 + MARGIN] = 1;
    }
  }
  return march(smooth(mask, w, h), w, h, box.x0 - MARGIN, box.y0 - MARGIN);
}

/** Empty cells around a label: smoothing reaches one beyond it, and the outline needs one more. */
const MARGIN = 2;

/** Where a label lies in the picture, inclusive; null where it does not. A tumour is a small part of what kidneys span. */
function boxOf({ columns, rows, labels }: LabelPicture, label: number): { x0: number; y0: number; x1: number; y1: number } | null {
  let [x0, y0, x1, y1] = [columns, rows, -1, -1];
  for (let y = 0, o = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, o++) {
      if (labels[o] !== label) continue;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      y1 = y;
    }
  }
  return x1 < 0 ? null : { x0, y0, x1, y1 };
}

function smooth(mask: Float32Array, w: number, h: number): Float32Array {
  const out = new Float32Array(w * h);
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const o = y * w + x;
      const cross = mask[o - 1]! + mask[o + 1]! + mask[o - w]! + mask[o + w]!;
      const corners = mask[o - w - 1]! + mask[o - w + 1]! + mask[o + w - 1]! + mask[o + w + 1]!;
      const mean = (4 * mask[o]! + 2 * cross + corners) / 16;
      out[o] = mask[o]! > 0 ? Math.max(mean, 0.52) : Math.min(mean, 0.48);
    }
  }
  return out;
}

/** Edge ids of the two ends of each cell's segments: 0 top, 1 right, 2 bottom, 3 left. */
const SEGMENTS: readonly (readonly (readonly [number, number])[])[] = [
  [], [[3, 2]], [[2, 1]], [[3, 1]], [[1, 0]], [[3, 0], [1, 2]], [[2, 0]], [[3, 0]],
  [[0, 3]], [[0, 2]], [[0, 1], [2, 3]], [[0, 1]], [[1, 3]], [[1, 2]], [[2, 3]], [],
];

/** Outlines in pixels of the picture; cell (0, 0) of the field lies at `left`, `top`. */
function march(field: Float32Array, w: number, h: number, left: number, top: number): Outline[] {
  // The edge that follows each edge, plus one; 0 for none.
  const next = new Int32Array(2 * w * h);
  const starts: number[] = [];
  for (let y = 0; y < h - 1; y++) {
    for (let x = 0; x < w - 1; x++) {
      const o = y * w + x;
      const kind =
        (field[o + w]! > 0.5 ? 1 : 0) | (field[o + w + 1]! > 0.5 ? 2 : 0) | (field[o + 1]! > 0.5 ? 4 : 0) | (field[o]! > 0.5 ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      for (const [from, to] of SEGMENTS[kind]!) {
        const key = edgeKey(o, from, w);
        next[key] = edgeKey(o, to, w) + 1;
        starts.push(key);
      }
    }
  }
  const outlines: Outline[] = [];
  for (const start of starts) {
    if (next[start] === 0) continue;
    const points: number[] = [];
    let key = start;
    while (next[key] !== 0) {
      const following = next[key]! - 1;
      next[key] = 0;
      pushCrossing(points, field, key, w, left, top);
      key = following;
    }
    outlines.push(Float32Array.from(points));
  }
  return outlines;
}

/** An edge belongs to the cell of its upper or left end: 2 o for horizontal, 2 o + 1 for vertical edges. */
function edgeKey(o: number, edge: number, w: number): number {
  if (edge === 0) return 2 * o;
  if (edge === 1) return 2 * (o + 1) + 1;
  if (edge === 2) return 2 * (o + w);
  return 2 * o + 1;
}

function pushCrossing(points: number[], field: Float32Array, key: number, w: number, left: number, top: number): void {
  const o = key >> 1;
  const vertical = (key & 1) === 1;
  const a = field[o]!;
  const b = field[vertical ? o + w : o + 1]!;
  const t = (0.5 - a) / (b - a);
  const x = (o % w) + left;
  const y = Math.floor(o / w) + top;
  points.push(vertical ? x : x + t, vertical ? y + t : y);
}
