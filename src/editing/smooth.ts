import type { Grid } from '../core/grid';

/**
 * The changes that smooth a body in its slices: a voxel joins when more than half of its 3 x 3 x 3 neighbours belong to
 * the body, and leaves when less than half do. What leaves becomes kidney where it touches kidney, else background; only
 * kidney and background can join.
 */
export function smoothComponent(grid: Grid, labels: Uint8Array, component: Uint32Array, label: number, kidneyLabel: number): Map<number, number> {
  const [ni, nj, nk] = grid.sizeIjk;
  const slice = ni * nj;
  const body = new Set(component);
  const candidates = new Set<number>();
  const neighbours = (o: number): number[] => {
    const [i, j, k] = [o % ni, Math.floor(o / ni) % nj, Math.floor(o / slice)];
    const found: number[] = [];
    for (let c = -1; c <= 1; c++) {
      for (let b = -1; b <= 1; b++) {
        for (let a = -1; a <= 1; a++) {
          if (i + a < 0 || j + b < 0 || k + c < 0 || i + a >= ni || j + b >= nj || k + c >= nk) continue;
          found.push(o + a + ni * b + slice * c);
        }
      }
    }
    return found;
  };
  for (const o of component) for (const n of neighbours(o)) candidates.add(n);
  const changes = new Map<number, number>();
  for (const o of candidates) {
    const around = neighbours(o);
    const share = around.filter((n) => body.has(n)).length / around.length;
    if (body.has(o) && share < 0.5) changes.set(o, around.some((n) => labels[n] === kidneyLabel) ? kidneyLabel : 0);
    if (!body.has(o) && share > 0.5 && (labels[o] === 0 || labels[o] === kidneyLabel)) changes.set(o, label);
  }
  return changes;
}
