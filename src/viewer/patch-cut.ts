import { addScaled, dot, type Vec3 } from '../core/vector';
import { distanceFromSlice } from './camera';
import type { Plane } from './plane';
import type { PatchPlace } from './types';

/** Where a slice cuts a patch that stands across it: along a row (`alongColumns`) or down a column, at which one of them. */
export interface PatchCut {
  readonly alongColumns: boolean;
  /** Number of the row or column, with its fraction. */
  readonly at: number;
}

/** The cut of a patch by the slice through a point (LPS mm), or null where the slice passes it by. */
export function cutOfPatch(scene: { readonly plane: Plane; readonly slicePointLpsMm: Vec3 }, patch: PatchPlace): PatchCut | null {
  const { plane, slicePointLpsMm } = scene;
  const perColumn = dot(patch.columnStepLpsMm, plane.stepLps);
  const perRow = dot(patch.rowStepLpsMm, plane.stepLps);
  const alongColumns = Math.abs(perRow) > Math.abs(perColumn);
  const half = (patch.sizePx - 1) / 2;
  // Measured at the middle of the other direction, so that a patch a little askew is cut where it matters.
  const middle = addScaled(patch.firstPixelLpsMm, alongColumns ? patch.columnStepLpsMm : patch.rowStepLpsMm, half);
  const per = alongColumns ? perRow : perColumn;
  if (Math.abs(per) < 1e-6) return null;
  const at = -distanceFromSlice(plane, slicePointLpsMm, middle) / per;
  return at < -0.5 || at > patch.sizePx - 0.5 ? null : { alongColumns, at };
}
