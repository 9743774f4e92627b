import { indexToLps } from './grid';
import type { LabelMap } from './label-map';
import type { Vec3 } from './vector';

/** Every so many voxels is looked at: enough for a place to look at, and short on the page's own thread. */
const STRIDE = 7;

/** Mean place of all labelled voxels, LPS mm; null when nothing is labelled. For two kidneys it lies between them, at their level. */
export function labelledMiddle({ grid, labels }: LabelMap): Vec3 | null {
  const [columns, rows] = grid.sizeIjk;
  let count = 0;
  const sum: [number, number, number] = [0, 0, 0];
  for (let n = 0; n < labels.length; n += STRIDE) {
    if (labels[n] === 0) continue;
    count += 1;
    sum[0] += n % columns;
    sum[1] += Math.floor(n / columns) % rows;
    sum[2] += Math.floor(n / (columns * rows));
  }
  return count === 0 ? null : indexToLps(grid, [sum[0] / count, sum[1] / count, sum[2] / count]);
}
