import type { Grid } from '../core/grid';
import { lpsToIndex, voxelOffset } from '../core/grid';
import type { Vec3 } from '../core/vector';

/** Offsets of the connected voxels (by faces) that share the label of the seed; empty for background. */
export function componentAt(grid: Grid, labels: Uint8Array, seed: number): Uint32Array {
  const label = labels[seed];
  if (label === undefined || label === 0) return new Uint32Array(0);
  const [ni, nj, nk] = grid.sizeIjk;
  const slice = ni * nj;
  const seen = new Set<number>([seed]);
  const open = [seed];
  const visit = (offset: number): void => {
    if (labels[offset] === label && !seen.has(offset)) {
      seen.add(offset);
      open.push(offset);
    }
  };
  for (let o = open.pop(); o !== undefined; o = open.pop()) {
    const i = o % ni;
    const j = Math.floor(o / ni) % nj;
    const k = Math.floor(o / slice);
    if (i > 0) visit(o - 1);
    if (i < ni - 1) visit(o + 1);
    if (j > 0) visit(o - ni);
    if (j < nj - 1) visit(o + ni);
    if (k > 0) visit(o - slice);
    if (k < nk - 1) visit(o + slice);
  }
  return Uint32Array.from(seen);
}

/** The labelled voxel nearest to a point (LPS mm) within `reachMm`, or null: a mass's centre may lie in a hole. */
export function seedNear(grid: Grid, labels: Uint8Array, pointLpsMm: Vec3, label: number, reachMm: number): number | null {
  const at = lpsToIndex(grid, pointLpsMm);
  const range = (axis: 0 | 1 | 2): [number, number] => [
    Math.max(0, Math.floor(at[axis] - reachMm / grid.spacingMm[axis])),
    Math.min(grid.sizeIjk[axis] - 1, Math.ceil(at[axis] + reachMm / grid.spacingMm[axis])),
  ];
  const [[i0, i1], [j0, j1], [k0, k1]] = [range(0), range(1), range(2)];
  let best: number | null = null;
  let bestMm2 = reachMm * reachMm;
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const offset = voxelOffset(grid, i, j, k);
        if (labels[offset] !== label) continue;
        const mm2 = ((i - at[0]) * grid.spacingMm[0]) ** 2 + ((j - at[1]) * grid.spacingMm[1]) ** 2 + ((k - at[2]) * grid.spacingMm[2]) ** 2;
        if (mm2 <= bestMm2) [best, bestMm2] = [offset, mm2];
      }
    }
  }
  return best;
}
