import type { RigidMap } from '../core/ports';
import { addScaled, dot, subtract, type Vec3 } from '../core/vector';

/** x' = R (x - c) + c + t: from the reference phase's world to another phase's, LPS mm. Null stands for identity. */
export function applyRigid(map: RigidMap | null | undefined, pointLpsMm: Vec3): Vec3 {
  if (!map) return pointLpsMm;
  const d = subtract(pointLpsMm, map.centreLpsMm);
  const turned: Vec3 = [dot(map.rotation[0], d), dot(map.rotation[1], d), dot(map.rotation[2], d)];
  return addScaled(addScaled(turned, map.centreLpsMm, 1), map.translationMm, 1);
}

/** The way back: from another phase's world to the reference phase's, LPS mm. */
export function applyRigidInverse(map: RigidMap | null | undefined, pointLpsMm: Vec3): Vec3 {
  if (!map) return pointLpsMm;
  const d = subtract(subtract(pointLpsMm, map.translationMm), map.centreLpsMm);
  const column = (n: 0 | 1 | 2): Vec3 => [map.rotation[0][n], map.rotation[1][n], map.rotation[2][n]];
  const turned: Vec3 = [dot(column(0), d), dot(column(1), d), dot(column(2), d)];
  return addScaled(turned, map.centreLpsMm, 1);
}
