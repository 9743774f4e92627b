import type { RigidMap } from '../../src/core/ports';
import { applyRigid } from '../../src/core/rigid';
import { addScaled, length, scale, subtract, type Vec3 } from '../../src/core/vector';
import { randomStream } from '../../src/phantom/random';
import { eulerMatrix } from '../../src/registration/euler-map';

/** A known motion: where the reference's world lies in the moving phase's world, LPS mm. */
export interface Motion {
  readonly kind: 'none' | 'rigid' | 'breathing';
  readonly shiftMm: number;
  readonly degrees: number;
  /** How far the organs move along the body beyond what the spine does, mm. */
  readonly breathMm: number;
  readonly there: (pointLpsMm: Vec3) => Vec3;
}

/** Middle of the spine in the transverse plane and the point that the phases are aligned around. */
export interface Place {
  readonly centreLpsMm: Vec3;
  readonly spineXyMm: readonly [number, number];
}

const LARGEST_MM = 15;
const LARGEST_DEGREES = 5;

/** `count` rigid and `count` breathing motions, spread evenly up to 15 mm and 5 degrees in random directions, and none at all. */
export function motions(place: Place, count: number, seed: number): readonly Motion[] {
  const random = randomStream(seed);
  const made: Motion[] = [{ kind: 'none', shiftMm: 0, degrees: 0, breathMm: 0, there: (p) => p }];
  for (let n = 1; n <= count; n += 1) {
    const share = n / count;
    const shift = scale(direction(random), LARGEST_MM * share);
    const turns = scale(direction(random), LARGEST_DEGREES * share);
    const map = rigid(place.centreLpsMm, shift, turns);
    made.push({ kind: 'rigid', shiftMm: length(shift), degrees: length(turns), breathMm: 0, there: (p) => applyRigid(map, p) });
  }
  for (let n = 1; n <= count; n += 1) {
    const breathMm = LARGEST_MM * (n / count) * (n % 2 === 0 ? -1 : 1);
    // A patient who breathes differently has hardly turned on the table.
    const small = rigid(place.centreLpsMm, scale(direction(random), 3), scale(direction(random), 2));
    const full = mobilityAt(place, place.centreLpsMm);
    const there = (p: Vec3): Vec3 => {
      const share = (breathMm * mobilityAt(place, p)) / full;
      return applyRigid(small, addScaled(p, [0, 0.25, 1], share));
    };
    made.push({ kind: 'breathing', shiftMm: 3, degrees: 2, breathMm, there });
  }
  return made;
}

/** How much of a breath a place follows: 0 in spine and back wall, 1 in the organs before and beside them. */
function mobilityAt({ centreLpsMm, spineXyMm }: Place, p: Vec3): number {
  const fromSpine = Math.hypot(p[0] - spineXyMm[0], p[1] - spineXyMm[1]);
  return (0.5 + 0.5 * Math.tanh((fromSpine - 45) / 15)) * (0.5 - 0.5 * Math.tanh((p[1] - centreLpsMm[1] - 50) / 12));
}

/** Where a point of the moving phase's world came from: fixed-point iteration, exact to a hundredth of a millimetre. */
export function backwards(motion: Motion, pointLpsMm: Vec3, near: Vec3 = pointLpsMm): Vec3 {
  let p = near;
  for (let n = 0; n < 40; n += 1) {
    const miss = subtract(pointLpsMm, motion.there(p));
    p = addScaled(p, miss, 1);
    if (length(miss) < 0.01) break;
  }
  return p;
}

function direction(random: ReturnType<typeof randomStream>): Vec3 {
  const v: Vec3 = [random.normal(), random.normal(), random.normal()];
  return scale(v, 1 / length(v));
}

function rigid(centreLpsMm: Vec3, translationMm: Vec3, turnsDegrees: Vec3): RigidMap {
  const [x, y, z] = turnsDegrees.map((d) => (d * Math.PI) / 180) as unknown as Vec3;
  return { rotation: eulerMatrix(x, y, z), translationMm, centreLpsMm, similarityBefore: 0, similarityAfter: 0 };
}
