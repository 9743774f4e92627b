import { componentAt, componentSpan, type ComponentMap } from '../core/component-map';
import { voxelMl, type Grid } from '../core/grid';
import { LABEL } from '../core/label-map';

/**
 * Shape of one mass on an anisotropic grid. `surfaceMm2` is two thirds of the voxel faces (Cauchy-Crofton with three
 * directions: exact for a convex body turned at random, whatever the voxel size), `sphericity` that of the ball of equal
 * volume over it. `circularity` is 4 pi A / P^2 in the slice of most voxels, P = pi / 4 of the pixel edges (1 for a disc).
 * `kidneyContactShare` is the share of the face area that looks at a kidney voxel.
 */
export interface MassShape {
  readonly volumeMl: number;
  readonly surfaceMm2: number;
  readonly sphericity: number;
  readonly circularity: number;
  readonly kidneyContactShare: number;
}

/**
 * Measures the voxels of `components` (on `grid`) that equal `id`; null where there are none.
 * `labels` on the same grid says what lies beside them; beyond the grid lies nothing. `normalAxis` is the grid axis across
 * the axial slices. The same definitions stand in training/anatomy/measures.py, which makes the golden values.
 */
export function measureMassShape(input: {
  readonly grid: Grid;
  readonly labels: Uint8Array;
  readonly components: ComponentMap;
  readonly id: number;
  readonly normalAxis: 0 | 1 | 2;
}): MassShape | null {
  const { grid, labels, components, id, normalAxis } = input;
  const size = grid.sizeIjk;
  const step = [1, size[0], size[0] * size[1]] as const;
  const [si, sj, sk] = grid.spacingMm;
  const faceMm2 = [sj * sk, si * sk, si * sj] as const;
  const perSlice = new Int32Array(size[normalAxis]);
  // Faces along each axis, by slice: the slice of most voxels needs its own edges.
  const facesPerSlice = [0, 1, 2].map(() => new Int32Array(size[normalAxis]));
  let voxels = 0;
  let exposedMm2 = 0;
  let kidneyMm2 = 0;
  const span = componentSpan(components, id);
  if (span === null) return null;
  const [firstK, lastK] = [Math.floor(span.first / step[2]), Math.floor(span.last / step[2])];
  let at = firstK * step[2];
  for (let k = firstK; k <= lastK; k += 1) {
    for (let j = 0; j < size[1]; j += 1) {
      for (let i = 0; i < size[0]; i += 1, at += 1) {
        if (componentAt(components, at) !== id) continue;
        const index = [i, j, k] as const;
        const slice = index[normalAxis];
        voxels += 1;
        perSlice[slice]! += 1;
        for (const axis of [0, 1, 2] as const) {
          for (const side of [-1, 1] as const) {
            const place = index[axis] + side;
            const inside = place >= 0 && place < size[axis];
            const neighbour = at + side * step[axis];
            if (inside && componentAt(components, neighbour) === id) continue;
            exposedMm2 += faceMm2[axis];
            facesPerSlice[axis]![slice]! += 1;
            if (inside && labels[neighbour] === LABEL.kidney) kidneyMm2 += faceMm2[axis];
          }
        }
      }
    }
  }
  if (voxels === 0) return null;
  const volumeMl = voxels * voxelMl(grid);
  const surfaceMm2 = (exposedMm2 * 2) / 3;
  return {
    volumeMl,
    surfaceMm2,
    sphericity: (Math.cbrt(Math.PI) * Math.cbrt(6000 * volumeMl) ** 2) / surfaceMm2,
    circularity: circularityOf(grid, perSlice, facesPerSlice, normalAxis),
    kidneyContactShare: kidneyMm2 / exposedMm2,
  };
}

/** Of the slice of most voxels, the first on ties. */
function circularityOf(
  grid: Grid,
  perSlice: Int32Array,
  facesPerSlice: readonly Int32Array[],
  normalAxis: 0 | 1 | 2,
): number {
  let slice = 0;
  for (let n = 1; n < perSlice.length; n += 1) if (perSlice[n]! > perSlice[slice]!) slice = n;
  const [u, v] = ([0, 1, 2] as const).filter((axis) => axis !== normalAxis) as [0 | 1, 1 | 2];
  // A face across u is an edge as long as a pixel is along v, and the other way round.
  const edgesMm = facesPerSlice[u]![slice]! * grid.spacingMm[v] + facesPerSlice[v]![slice]! * grid.spacingMm[u];
  const areaMm2 = perSlice[slice]! * grid.spacingMm[u] * grid.spacingMm[v];
  return (4 * Math.PI * areaMm2) / ((Math.PI / 4) * edgesMm) ** 2;
}
