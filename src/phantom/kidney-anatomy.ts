import type { Vec3 } from '../core/vector';
import { boxesAround, sampleBox, smoothBox, type ScalarBox } from './scalar-box';
import { signedDistance } from './distance';
import type { RandomStream } from './random';
import type { Side, Trunk } from './trunk';

/** Cortex below the capsule, mm (CT: 6.6 +- 1.9), and the width of the columns between the pyramids. */
const CORTEX_MM = 5.6;
const COLUMN_MM = 2.6;
const PYRAMIDS = 13;
/** Voxels around the kidney in which the distance to it is known: the perirenal space. */
const AROUND_VOXELS = 14;

/** One kidney's inside. Positions are trunk mm. */
export interface KidneyAnatomy {
  readonly side: Side;
  /** Depth below the capsule, mm, sinus included; negative outside. */
  depthMm(x: number, y: number, z: number): number;
  /** Distance into the sinus, mm; negative in the parenchyma. */
  sinusMm(x: number, y: number, z: number): number;
  /** Share of medulla, 0 (cortex or column) to 1 (pyramid). `wobbleMm` shifts the borders. */
  medulla(x: number, y: number, z: number, depthMm: number, sinusMm: number, wobbleMm: number): number;
  readonly box: { readonly lowMm: Vec3; readonly highMm: Vec3 };
}

/** Derives cortex, columns, pyramids and sinus of a kidney from its outline in the trunk. */
export function kidneyAnatomy(trunk: Trunk, side: Side, random: RandomStream): KidneyAnatomy {
  const kidney = trunk.tissues.indexOf(`kidney-${side}`);
  const sinus = trunk.tissues.indexOf(`sinus-${side}`);
  const { labels, sizeIjk } = trunk;
  const voxelMm = trunk.spacingMm[0];
  // The sinus lies within the kidney's box.
  const found = boxesAround(labels, sizeIjk, trunk.tissues.length, AROUND_VOXELS)[kidney];
  const place = found ?? { lowIjk: [0, 0, 0] as Vec3, sizeIjk: [2, 2, 2] as Vec3 };
  const [bi, bj, bk] = place.sizeIjk;
  const filled = new Uint8Array(bi * bj * bk);
  const hollow = new Uint8Array(bi * bj * bk);
  for (let k = 0, q = 0; k < bk; k++) {
    for (let j = 0; j < bj; j++) {
      for (let i = 0; i < bi; i++, q++) {
        const p = place.lowIjk[0] + i + sizeIjk[0] * (place.lowIjk[1] + j + sizeIjk[1] * (place.lowIjk[2] + k));
        filled[q] = labels[p] === kidney || labels[p] === sinus ? 1 : 0;
        hollow[q] = labels[p] === sinus ? 1 : 0;
      }
    }
  }
  const inMm = (mask: Uint8Array): ScalarBox => {
    const values = signedDistance(mask, place.sizeIjk);
    for (let p = 0; p < values.length; p++) values[p]! *= voxelMm;
    const box = { ...place, values };
    smoothBox(box, 2);
    return box;
  };
  const depth = inMm(filled);
  const hollowDepth = inMm(hollow);
  const at = (box: ScalarBox, x: number, y: number, z: number): number => sampleBox(box, x / voxelMm, y / voxelMm, z / voxelMm, -99);
  const tips = pyramidCentres(depth, hollowDepth, voxelMm, random);

  return {
    side,
    depthMm: (x, y, z) => at(depth, x, y, z),
    sinusMm: (x, y, z) => at(hollowDepth, x, y, z),
    medulla(x, y, z, depthMm, sinusMm, wobbleMm) {
      const below = ramp(depthMm + wobbleMm, CORTEX_MM, 1.6);
      if (below === 0) return 0;
      let nearest = 1e9;
      let second = 1e9;
      for (const tip of tips) {
        const d = (x - tip[0]) ** 2 + (y - tip[1]) ** 2 + (z - tip[2]) ** 2;
        if (d < nearest) {
          second = nearest;
          nearest = d;
        } else if (d < second) second = d;
      }
      const apart = Math.sqrt(second) - Math.sqrt(nearest) + wobbleMm;
      return below * ramp(apart, COLUMN_MM, 1.8) * ramp(-sinusMm, 0.4, 0.8);
    },
    box: {
      lowMm: place.lowIjk.map((v) => v * voxelMm) as unknown as Vec3,
      highMm: place.lowIjk.map((v, a) => (v + place.sizeIjk[a]! - 1) * voxelMm) as unknown as Vec3,
    },
  };
}

/** 0 below `from`, 1 above `from + width`, smooth between. */
export function ramp(value: number, from: number, width: number): number {
  const t = (value - from) / width;
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}

/** Points spread widely through the layer where pyramids lie: 9 to 15 mm below the capsule. */
function pyramidCentres(depth: ScalarBox, sinus: ScalarBox, voxelMm: number, random: RandomStream): Vec3[] {
  const layer: Vec3[] = [];
  const [bi, bj] = depth.sizeIjk;
  depth.values.forEach((mm, p) => {
    if (mm < 9 || mm > 14 || sinus.values[p]! > -2) return;
    const i = p % bi;
    const j = Math.floor(p / bi) % bj;
    const k = Math.floor(p / (bi * bj));
    layer.push([(i + depth.lowIjk[0]) * voxelMm, (j + depth.lowIjk[1]) * voxelMm, (k + depth.lowIjk[2]) * voxelMm]);
  });
  const chosen: Vec3[] = [];
  if (layer.length === 0) return chosen;
  const gap = new Float64Array(layer.length).fill(1e9);
  let next = Math.floor(random.uniform() * layer.length);
  while (chosen.length < PYRAMIDS) {
    const tip = layer[next]!;
    chosen.push(tip);
    next = 0;
    for (let n = 0; n < layer.length; n++) {
      const d = (layer[n]![0] - tip[0]) ** 2 + (layer[n]![1] - tip[1]) ** 2 + (layer[n]![2] - tip[2]) ** 2;
      if (d < gap[n]!) gap[n] = d;
      if (gap[n]! > gap[next]!) next = n;
    }
  }
  return chosen;
}
