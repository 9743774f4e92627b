import { indexToLps, type Grid } from '../core/grid';
import type { Vec3 } from '../core/vector';

/** The phases that the painted scene knows. */
export type Scene = 'plain' | 'arterial' | 'venous';

/** HU of fat, muscle, cortex, medulla, mass, vessel. */
const TISSUE: Readonly<Record<Scene, readonly [number, number, number, number, number, number]>> = {
  plain: [-105, 55, 33, 32, 38, 42],
  arterial: [-104, 58, 200, 95, 150, 300],
  venous: [-102, 65, 180, 168, 90, 150],
};

/** An ellipsoid: centre and half axes, mm. */
type Blob = readonly [Vec3, Vec3];

const KIDNEY: Blob = [[45, -15, 300], [26, 30, 55]];
const MEDULLA: Blob = [[45, -15, 300], [17, 20, 44]];
const SINUS: Blob = [[36, -18, 302], [8, 9, 26]];
const MASS: Blob = [[66, -30, 318], [15, 13, 14]];
const VESSEL: Blob = [[-2, -35, 300], [11, 11, 400]];
const PSOAS: Blob = [[8, 14, 290], [20, 18, 200]];
const SPLEEN: Blob = [[85, 5, 375], [34, 40, 38]];
const CYST: Blob = [[30, -2, 262], [8, 8, 9]];

function within([centre, half]: Blob, p: Vec3): boolean {
  const [x, y, z] = [(p[0] - centre[0]) / half[0], (p[1] - centre[1]) / half[1], (p[2] - centre[2]) / half[2]];
  return x * x + y * y + z * z < 1;
}

/**
 * Paints a kidney with a mass, vessel, muscle and spleen on a grid, with noise of 12 HU; `where` says which point of the
 * scene lies at a point of the grid, so that a moved patient is painted exactly, without resampling.
 */
export function paintScene(grid: Grid, where: (pointLpsMm: Vec3) => Vec3, phase: Scene, seed: number): Float32Array {
  const [fat, muscle, cortex, medulla, mass, vessel] = TISSUE[phase];
  const [ni, nj, nk] = grid.sizeIjk;
  const out = new Float32Array(ni * nj * nk);
  let state = seed * 2654435761;
  const noise = (): number => {
    let sum = 0;
    for (let n = 0; n < 4; n += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 4294967296 - 0.5;
    }
    return sum * 12 * Math.sqrt(3);
  };
  let at = 0;
  for (let k = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        const p = where(indexToLps(grid, [i, j, k]));
        let hu = fat;
        if (within(SPLEEN, p) || within(PSOAS, p)) hu = muscle + (within(SPLEEN, p) ? 15 : 0);
        if (within(VESSEL, p)) hu = vessel;
        if (within(KIDNEY, p)) hu = within(SINUS, p) ? fat + 20 : within(MEDULLA, p) ? medulla : cortex;
        if (within(MASS, p)) hu = mass;
        if (within(CYST, p)) hu = 8;
        out[at] = hu + noise();
      }
  return out;
}
