import type { ReadPhase } from '../core/phase';
import type { Vec3 } from '../core/vector';
import type { Scene } from './scene';
import { shareAt } from './tissue-fields';
import { tissuePainters } from './tissue-hu';
import { PART_VALUES } from './tissue-values';

/** Width of the soft border between two tissues, in difference of their shares (0 to 1): about 0.8 mm. */
const SOFT_SHARE = 0.21;
/** Nodes between which the breath's shift is interpolated along a row, pixels. */
const SHIFT_STEP_BITS = 3;
const SHIFT_STEP_PX = 1 << SHIFT_STEP_BITS;

/**
 * Writes one thin plane of the phase's scene, without blur and noise, into `plane`. Planes come in pairs: with `again` the
 * inside of tissues is taken over from the plane before.
 */
export type PlanePainter = (zMm: number, plane: Float32Array, again: boolean) => void;

/**
 * Painter of thin planes for one phase.
 * @param sizePx pixels per side; @param pixelMm their size
 * @param cornerMm trunk mm (x, y) of pixel (0, 0)
 */
export function planePainter(scene: Scene, phase: ReadPhase, breathShiftMm: number, sizePx: number, pixelMm: number, cornerMm: readonly [number, number]): PlanePainter {
  const { trunk, fields, mass } = scene;
  const [ni, nj, nk] = trunk.sizeIjk;
  const voxelMm = trunk.spacingMm[0];
  const painters = tissuePainters(scene, phase);
  const fat = trunk.tissues.indexOf('fat');
  const { shares, neighbours } = fields;
  const shift = new Float32Array(sizePx / SHIFT_STEP_PX + 2);
  const air = trunk.tissues.indexOf('air');
  const fine = trunk.tissues.map((name) => name.startsWith('kidney'));
  // Deep inside a tissue neighbouring planes hardly differ: the plane below is used again.
  const heldSet = new Uint32Array(sizePx * sizePx);
  const heldHu = new Float32Array(sizePx * sizePx);
  const cyst = PART_VALUES['cyst']!;
  const tableTop = tableTopMm(trunk);
  const highest = (nk - 1.01) * voxelMm;

  const borderHu = (set: number, x: number, y: number, z: number): number => {
    let first = 0;
    let second = 0;
    let firstShare = -1;
    let secondShare = -1;
    let sum = 0;
    let hasFat = false;
    for (let left = set, n = 0; n < 4; n++, left >>>= 8) {
      const tissue = left & 255;
      if (tissue === 255) break;
      if (tissue === fat) {
        hasFat = true;
        continue;
      }
      const share = shareAt(shares[tissue], x / voxelMm, y / voxelMm, z / voxelMm);
      sum += share;
      if (share > firstShare) {
        second = first;
        secondShare = firstShare;
        first = tissue;
        firstShare = share;
      } else if (share > secondShare) {
        second = tissue;
        secondShare = share;
      }
    }
    // Fat is what the others leave.
    const rest = hasFat ? Math.max(0, 255 - sum) : -1;
    if (rest > firstShare) {
      second = first;
      secondShare = firstShare;
      first = fat;
      firstShare = rest;
    } else if (rest > secondShare) {
      second = fat;
      secondShare = rest;
    }
    const main = painters[first]!(x, y, z, firstShare);
    const weight = 0.5 + (firstShare - secondShare) / (255 * 2 * SOFT_SHARE);
    if (weight >= 1 || secondShare <= 0) return main;
    return weight * main + (1 - weight) * painters[second]!(x, y, z, secondShare);
  };

  return (zMm, plane, again) => {
    for (let j = 0; j < sizePx; j++) {
      const y = cornerMm[1] + j * pixelMm;
      const jv = Math.round(y / voxelMm);
      const inRow = jv >= 0 && jv < nj;
      if (inRow && breathShiftMm !== 0) {
        for (let n = 0; n < shift.length; n++) {
          const x = cornerMm[0] + n * SHIFT_STEP_PX * pixelMm;
          shift[n] = breathShiftMm * scene.mobility.at(x / voxelMm, y / voxelMm, Math.max(0, Math.min(nk - 1.01, zMm / voxelMm)));
        }
      }
      for (let i = 0; i < sizePx; i++) {
        const x = cornerMm[0] + i * pixelMm;
        const iv = Math.round(x / voxelMm);
        let hu = -1000;
        const p = i + sizePx * j;
        if (inRow && iv >= 0 && iv < ni) {
          let z = zMm;
          if (breathShiftMm !== 0) {
            const node = i >> SHIFT_STEP_BITS;
            const t = i / SHIFT_STEP_PX - node;
            z -= shift[node]! * (1 - t) + shift[node + 1]! * t;
          }
          if (z < 0) z = 0;
          else if (z > highest) z = highest;
          const set = neighbours[iv + ni * (jv + nj * Math.round(z / voxelMm))]!;
          const alone = set >>> 8 === 0xffffff;
          if (alone && (set & 255) === air) hu = -1000;
          else if (again && alone && heldSet[p] === set && !fine[set & 255]) hu = heldHu[p]!;
          else {
            hu = alone ? painters[set & 255]!(x, y, z, 255) : borderHu(set, x, y, z);
            const surface = mass.surfaceMm(x, y, z);
            if (surface < 0.45) hu += (mass.hu(x, y, z, surface, phase) - hu) * Math.min(1, 0.5 - surface / 0.9);
            const wall = mass.cystMm(x, y, z);
            if (wall < 0.45) hu += (cyst[phase] - hu) * Math.min(1, 0.5 - wall / 0.9);
            // Near the mass nothing is taken over.
            heldSet[p] = surface < 3 || wall < 3 ? 0 : set;
            heldHu[p] = hu;
          }
        }
        if (hu <= -990 && y > tableTop - 30) hu = tableHu(x - (ni * voxelMm) / 2, y - tableTop);
        plane[p] = hu;
      }
    }
  };
}

/** Height (trunk mm) just behind the flat back. */
function tableTopMm(trunk: { readonly sizeIjk: Vec3; readonly spacingMm: Vec3; readonly labels: Uint8Array }): number {
  const [ni, nj, nk] = trunk.sizeIjk;
  let last = 0;
  const k = Math.floor(nk / 2);
  for (let j = 0; j < nj; j++) {
    for (let i = 0; i < ni; i++) if (trunk.labels[i + ni * (j + nj * k)] !== 0) last = j;
  }
  return (last + 1) * trunk.spacingMm[1];
}

/** A couch: two thin shells with foam between, bent up at the sides. */
function tableHu(acrossMm: number, belowMm: number): number {
  const side = Math.max(0, Math.abs(acrossMm) - 120) / 60;
  const depth = belowMm + 22 * side * side - 3;
  if (Math.abs(acrossMm) > 185 || depth < 0 || depth > 34) return -1000;
  if (depth < 1.6 || depth > 32.4) return 220;
  return -945;
}
