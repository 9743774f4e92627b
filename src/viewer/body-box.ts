import { indexToLps } from '../core/grid';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';

/** Above this the body begins, HU: fat is about -100, air and the mattress lie below. */
const BODY_HU = -250;

/**
 * A box around the body (LPS mm), so that a picture is fitted to the patient and not to the air around: every fourth
 * voxel of nine slices, rows and columns that hold more than 4 % of body. The whole volume where nothing is found.
 */
export function bodyBox(volume: Volume): { centreLpsMm: Vec3; sizeMm: Vec3 } {
  const { grid, hu } = volume;
  const [ni, nj, nk] = grid.sizeIjk;
  const columns = new Float64Array(Math.ceil(ni / 4));
  const rows = new Float64Array(Math.ceil(nj / 4));
  for (let s = 0; s < 9; s++) {
    const k = Math.min(nk - 1, Math.floor(((s + 0.5) / 9) * nk));
    for (let j = 0; j < nj; j += 4) {
      for (let i = 0; i < ni; i += 4) {
        if (hu[i + ni * (j + nj * k)]! > BODY_HU) {
          columns[i >> 2]!++;
          rows[j >> 2]!++;
        }
      }
    }
  }
  const [i0, i1] = occupied(columns, rows.length * 9 * 0.04);
  const [j0, j1] = occupied(rows, columns.length * 9 * 0.04);
  const low: Vec3 = [i0 * 4, j0 * 4, 0];
  const high: Vec3 = [Math.min(ni - 1, i1 * 4 + 3), Math.min(nj - 1, j1 * 4 + 3), nk - 1];
  const a = indexToLps(grid, low);
  const b = indexToLps(grid, high);
  return {
    centreLpsMm: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2],
    sizeMm: [Math.abs(a[0] - b[0]) * 1.04, Math.abs(a[1] - b[1]) * 1.06, Math.abs(a[2] - b[2]) * 1.02],
  };
}

function occupied(counts: Float64Array, least: number): [number, number] {
  let [first, last] = [0, counts.length - 1];
  while (first < last && counts[first]! < least) first++;
  while (last > first && counts[last]! < least) last--;
  return last - first < 8 ? [0, counts.length - 1] : [first, last];
}
