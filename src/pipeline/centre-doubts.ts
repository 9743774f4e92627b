import { lpsToIndex, voxelOffset, type Grid } from '../core/grid';
import { issue, type Issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import { AIR_HU, CENTRE_REACH_MM } from '../core/presets';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';

/** Half the side of the cube in which the density around a centre is looked at, mm. */
const AROUND_MM = 4;

/**
 * What speaks against a centre that a person set: `centre-in-air` (mean around it below `AIR_HU`), `centre-far-from-kidney`
 * (no outlined voxel within `CENTRE_REACH_MM`; not asked where nothing was outlined, which has a warning of its own).
 * Points in LPS mm of the reference phase. A centre outside the volume is told by the patch (`centre-outside-phase`).
 */
export function doubtsOfCentre(input: { readonly centreLpsMm: Vec3; readonly volume: Volume; readonly labelMap: LabelMap | null }): readonly Issue[] {
  const { centreLpsMm, volume, labelMap } = input;
  const issues: Issue[] = [];
  const hu = meanAround(volume, centreLpsMm);
  if (hu !== null && hu < AIR_HU) issues.push(issue('centre-in-air', 'warning', volume.id, { hu: Math.round(hu) }));
  if (labelMap !== null && !outlinedWithin(labelMap, centreLpsMm) && labelMap.labels.some((label) => label > 0)) {
    issues.push(issue('centre-far-from-kidney', 'warning', volume.id, { mm: CENTRE_REACH_MM }));
  }
  return issues;
}

function meanAround({ grid, hu }: Volume, centreLpsMm: Vec3): number | null {
  let sum = 0;
  let count = 0;
  for (const at of offsetsWithin(grid, centreLpsMm, AROUND_MM)) {
    sum += hu[at]!;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

function outlinedWithin({ grid, labels }: LabelMap, centreLpsMm: Vec3): boolean {
  for (const at of offsetsWithin(grid, centreLpsMm, CENTRE_REACH_MM)) if (labels[at] !== 0) return true;
  return false;
}

/** Offsets of the voxels in the box of half side `reachMm` around a point, as far as the grid has them. */
function* offsetsWithin(grid: Grid, centreLpsMm: Vec3, reachMm: number): Generator<number> {
  const index = lpsToIndex(grid, centreLpsMm);
  const from = ([0, 1, 2] as const).map((n) => Math.max(0, Math.ceil(index[n] - reachMm / grid.spacingMm[n])));
  const to = ([0, 1, 2] as const).map((n) => Math.min(grid.sizeIjk[n] - 1, Math.floor(index[n] + reachMm / grid.spacingMm[n])));
  for (let k = from[2]!; k <= to[2]!; k += 1) {
    for (let j = from[1]!; j <= to[1]!; j += 1) {
      for (let i = from[0]!; i <= to[0]!; i += 1) yield voxelOffset(grid, i, j, k);
    }
  }
}
