import type { Grid } from '../core/grid';
import { scale, type Vec3 } from '../core/vector';

/** An axis of a grid: 0 i, 1 j, 2 k. */
export type AxisIndex = 0 | 1 | 2;

/**
 * How a grid lies to the patient. `axes` names the grid axes that run left-right, front-back and head-foot best;
 * `signs` is 1 where the axis already runs towards left, back and head (LPS). `vectors` are the unit vectors after that sign.
 */
export interface AxialFrame {
  readonly axes: readonly [AxisIndex, AxisIndex, AxisIndex];
  readonly signs: readonly [1 | -1, 1 | -1, 1 | -1];
  readonly vectors: readonly [Vec3, Vec3, Vec3];
}

/** The grid's axes as u (nearest to +x), v (the other, nearest to +y) and n (nearest to +z): method section 2.2, point 1. */
export function axialFrame(grid: Grid): AxialFrame {
  const axes: AxisIndex[] = [0, 1, 2];
  const nearest = (component: AxisIndex): AxisIndex => {
    let best = axes[0]!;
    for (const axis of axes) {
      if (Math.abs(grid.axesLps[axis][component]) > Math.abs(grid.axesLps[best][component])) best = axis;
    }
    axes.splice(axes.indexOf(best), 1);
    return best;
  };
  const n = nearest(2);
  const u = nearest(0);
  const v = axes[0]!;
  const sign = (axis: AxisIndex, component: AxisIndex): 1 | -1 => (grid.axesLps[axis][component] < 0 ? -1 : 1);
  const signs = [sign(u, 0), sign(v, 1), sign(n, 2)] as const;
  return {
    axes: [u, v, n],
    signs,
    vectors: [scale(grid.axesLps[u], signs[0]), scale(grid.axesLps[v], signs[1]), scale(grid.axesLps[n], signs[2])],
  };
}

/** Distance in array elements between neighbours along each axis of an array with i fastest. */
export function strides(sizeIjk: Vec3): Vec3 {
  return [1, sizeIjk[0], sizeIjk[0] * sizeIjk[1]];
}
