import type { Grid } from '../core/grid';
import type { Vec3 } from '../core/vector';

/** Inclusive bounds of a label in voxels, or null when it does not occur. */
export function boxOfLabel(grid: Grid, labels: Uint8Array, label: number): { readonly from: Vec3; readonly to: Vec3 } | null {
  const [ni, nj, nk] = grid.sizeIjk;
  const from = [ni, nj, nk];
  const to = [-1, -1, -1];
  for (let o = labels.indexOf(label); o >= 0; o = labels.indexOf(label, o + 1)) {
    const i = o % ni;
    const j = Math.floor(o / ni) % nj;
    const k = Math.floor(o / (ni * nj));
    if (i < from[0]!) from[0] = i;
    if (i > to[0]!) to[0] = i;
    if (j < from[1]!) from[1] = j;
    if (j > to[1]!) to[1] = j;
    if (k < from[2]!) from[2] = k;
    to[2] = k;
  }
  return to[0]! < 0 ? null : { from: [from[0]!, from[1]!, from[2]!], to: [to[0]!, to[1]!, to[2]!] };
}
