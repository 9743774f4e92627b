import { componentAt, componentSpan, type ComponentMap } from '../core/component-map';
import { lpsToIndex, type Grid } from '../core/grid';
import { VOI_MM, type PresetConstants } from '../core/presets';
import type { Mass, MassCentre } from '../core/reading';
import { axialFrame, strides } from './axial-frame';

/**
 * Index of the slice that is read, along the grid's head-foot axis (k for every usual CT).
 * `max-area`: the slice within +-80 mm of the centre with most voxels of the mass; ties go to the nearest to the centre, then
 * to the lower index. Without a mass, after a centre set by hand, and under `centre`: the slice nearest to the centre.
 * Source: method step 11.
 */
export function readSlice(input: {
  readonly components: ComponentMap | null;
  readonly grid: Grid;
  readonly mass: Mass | null;
  readonly centre: MassCentre;
  readonly rule: PresetConstants['sliceRule'];
}): number {
  const { components, grid, mass, centre, rule } = input;
  const n = axialFrame(grid).axes[2];
  const slices = grid.sizeIjk[n];
  const exact = lpsToIndex(grid, centre.pointLpsMm)[n];
  const nearest = Math.min(Math.max(Math.floor(exact + 0.5), 0), slices - 1);
  if (rule === 'centre' || centre.source === 'by-hand' || mass === null || components === null) return nearest;
  const reach = VOI_MM[2] / 2 / grid.spacingMm[n];
  const areas = areaPerSlice(components, grid, mass.id, n);
  let best = nearest;
  let bestArea = 0;
  for (let slice = Math.max(0, Math.ceil(exact - reach)); slice <= Math.min(slices - 1, Math.floor(exact + reach)); slice += 1) {
    const area = areas[slice]!;
    const nearer = Math.abs(slice - exact) < Math.abs(best - exact);
    if (area > bestArea || (area === bestArea && area > 0 && nearer)) {
      best = slice;
      bestArea = area;
    }
  }
  return best;
}

/** Voxel count of a component in each slice along axis `n`. */
function areaPerSlice(components: ComponentMap, grid: Grid, id: number, n: 0 | 1 | 2): Float64Array {
  const areas = new Float64Array(grid.sizeIjk[n]);
  const step = strides(grid.sizeIjk);
  const span = componentSpan(components, id);
  if (span === null) return areas;
  for (let at = span.first; at <= span.last; at += 1) {
    if (componentAt(components, at) === id) areas[Math.floor(at / step[n]) % grid.sizeIjk[n]]! += 1;
  }
  return areas;
}
