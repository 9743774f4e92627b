import { addScaled, dot, subtract, type Vec3 } from './vector';
import type { RigidMap } from './ports';

/** Where the map takes a point of the reference phase's world: R (x - centre) + centre + t, LPS mm. */
export function applyRigid(map: RigidMap | null | undefined, pointLpsMm: Vec3): Vec3 {
  if (!map) return pointLpsMm;
  const moved = addScaled(map.centreLpsMm, map.translationMm, 1);
  return addScaled(moved, rotateVector(map, subtract(pointLpsMm, map.centreLpsMm)), 1);
}

/** The point of the reference phase's world that the map takes to `pointLpsMm`. */
export function applyRigidInverse(map: RigidMap | null | undefined, pointLpsMm: Vec3): Vec3 {
  if (!map) return pointLpsMm;
  const d = subtract(subtract(pointLpsMm, map.centreLpsMm), map.translationMm);
  const [a, b, c] = map.rotation;
  return addScaled(map.centreLpsMm, [
    a[0] * d[0] + b[0] * d[1] + c[0] * d[2],
    a[1] * d[0] + b[1] * d[1] + c[1] * d[2],
    a[2] * d[0] + b[2] * d[1] + c[2] * d[2],
  ], 1);
}

/** The map's rotation of a direction or step; rows of `rotation` are the matrix's rows. */
export function rotateVector(map: RigidMap | null | undefined, vector: Vec3): Vec3 {
  if (!map) return vector;
  return [dot(map.rotation[0], vector), dot(map.rotation[1], vector), dot(map.rotation[2], vector)];
}
