import { componentAt, componentSpan, type ComponentMap } from '../core/component-map';
import { indexToLps, type Grid } from '../core/grid';
import type { PresetConstants } from '../core/presets';
import type { Mass, MassCentre } from '../core/reading';
import type { Vec3 } from '../core/vector';
import { arrayIndexToLps, arrayLayout, gridIndexToArray, lpsToArrayIndex, truncateIndex } from './array-layout';
import { strides } from './axial-frame';

/**
 * The centre of mass of a component on the label map's grid. `exact`: the centroid in LPS mm, even where it lies outside a
 * concave mask. `truncated`: the mean index cut to a whole voxel of the authors' array, then through its affine.
 * Source: method step 6.
 */
export function automaticCentre(input: {
  readonly components: ComponentMap;
  readonly grid: Grid;
  readonly mass: Mass;
  readonly constants: PresetConstants;
}): MassCentre {
  const { grid, mass, constants } = input;
  const index = meanIndex(input.components, grid, mass.id);
  const pointLpsMm =
    constants.centreRule === 'truncated' ? truncatedPoint(grid, index, constants) : indexToLps(grid, index);
  return { pointLpsMm, source: 'automatic', massId: mass.id };
}

/**
 * A centre that the user set. `exact` takes the point as it is; `truncated` puts it on the voxel of the segmented phase's
 * grid, as a one-voxel manual mask would (method step 7).
 */
export function centreByHand(input: {
  readonly grid: Grid;
  readonly pointLpsMm: Vec3;
  readonly constants: PresetConstants;
}): MassCentre {
  const { grid, pointLpsMm, constants } = input;
  if (constants.centreRule === 'exact') return { pointLpsMm, source: 'by-hand', massId: null };
  const layout = arrayLayout(grid, constants.arrayLayout);
  const { voxel } = truncateIndex(lpsToArrayIndex(layout, pointLpsMm), constants.indexSnap);
  return { pointLpsMm: arrayIndexToLps(layout, voxel), source: 'by-hand', massId: null };
}

function truncatedPoint(grid: Grid, indexIjk: Vec3, constants: PresetConstants): Vec3 {
  const layout = arrayLayout(grid, constants.arrayLayout);
  // The mean index itself is a quotient of exact integers; only the cut is theirs, so no snapping here.
  const { voxel } = truncateIndex(gridIndexToArray(layout, indexIjk), false);
  return arrayIndexToLps(layout, voxel);
}

/** Unweighted mean of the voxel indices of a component; sums are exact integers. */
function meanIndex(components: ComponentMap, grid: Grid, id: number): Vec3 {
  const [ni, nj, nk] = grid.sizeIjk;
  const step = strides(grid.sizeIjk);
  let count = 0;
  let si = 0;
  let sj = 0;
  let sk = 0;
  const span = componentSpan(components, id);
  if (span === null) return [(ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2];
  for (let k = Math.floor(span.first / step[2]); k <= Math.floor(span.last / step[2]); k += 1) {
    for (let j = 0; j < nj; j += 1) {
      let at = step[1] * j + step[2] * k;
      for (let i = 0; i < ni; i += 1, at += 1) {
        if (componentAt(components, at) !== id) continue;
        count += 1;
        si += i;
        sj += j;
        sk += k;
      }
    }
  }
  return [si / count, sj / count, sk / count];
}
