import { addScaled, type Vec3 } from '../core/vector';
import { normalisedMutualInformation, type Box } from './similarity';

/** Shifts that are tried, mm: breathing moves along the body, patients shift little across it. */
const STEP_MM = 6;
const REACH_MM: Vec3 = [18, 18, 30];
/** Every fifth voxel and half the bins are enough to tell shifts of 6 mm apart. */
const LOOSE = { stride: 5, bins: 24 } as const;
/** A shift must explain this much more than none, or the start stays where the patient lay. */
const GAIN = 1.05;

/**
 * The shift along the boxes' axes, mm, from which a gradient descent starts best: the one of a grid of shifts up to 3 cm
 * under which both boxes are most alike. Zero unless another is clearly better.
 */
export function coarseShift(fixed: Box, moving: Box): Vec3 {
  const axes = fixed.grid.axesLps;
  const commonAt = (shift: Vec3): number => {
    let translationMm: Vec3 = [0, 0, 0];
    for (const a of [0, 1, 2] as const) translationMm = addScaled(translationMm, axes[a], shift[a]);
    return normalisedMutualInformation(fixed, moving, { rotation: IDENTITY, translationMm, centreLpsMm: [0, 0, 0] }, LOOSE) - 1;
  };
  const none = commonAt([0, 0, 0]);
  let best: Vec3 = [0, 0, 0];
  let most = none * GAIN;
  for (let z = -REACH_MM[2]; z <= REACH_MM[2]; z += STEP_MM) {
    for (let y = -REACH_MM[1]; y <= REACH_MM[1]; y += STEP_MM) {
      for (let x = -REACH_MM[0]; x <= REACH_MM[0]; x += STEP_MM) {
        const common = commonAt([x, y, z]);
        if (common > most) [most, best] = [common, [x, y, z]];
      }
    }
  }
  return best;
}

const IDENTITY = [[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const;
