import { indexToLps, type Grid } from '../core/grid';
import { scale, type Vec3 } from '../core/vector';

/** A grid in the house's axis order, and where its voxels lie in the array it came from. */
export interface OrderedGrid {
  readonly grid: Grid;
  /** Steps in the source array per step of i, j, k. */
  readonly strides: readonly [number, number, number];
  /** Source index of voxel (0, 0, 0). */
  readonly start: number;
}

/**
 * Permutes and flips a grid's axes so that i runs nearest to the patient's left, j nearest to the back and k nearest to the
 * head (+x, +y, +z in LPS). World positions of voxels stay as they are.
 */
export function orderAxes(source: Grid): OrderedGrid {
  const [ni, nj] = source.sizeIjk;
  const sourceStrides = [1, ni, ni * nj] as const;
  const order = bestOrder(source);
  const start: [number, number, number] = [0, 0, 0];
  const axes = order.map((from, world) => {
    const flipped = source.axesLps[from][world]! < 0;
    if (flipped) start[from] = source.sizeIjk[from] - 1;
    return {
      axis: flipped ? scale(source.axesLps[from], -1) : source.axesLps[from],
      size: source.sizeIjk[from],
      spacing: source.spacingMm[from],
      stride: flipped ? -sourceStrides[from] : sourceStrides[from],
    };
  });
  const pick = <T>(of: (axis: (typeof axes)[number]) => T): readonly [T, T, T] => [of(axes[0]!), of(axes[1]!), of(axes[2]!)];
  const grid: Grid = {
    sizeIjk: pick((axis) => axis.size),
    spacingMm: pick((axis) => axis.spacing),
    originLpsMm: indexToLps(source, start),
    axesLps: pick<Vec3>((axis) => axis.axis),
    fileOrder: {
      axes: [order.indexOf(0), order.indexOf(1), order.indexOf(2)] as [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2],
      flipped: [start[0] > 0, start[1] > 0, start[2] > 0],
    },
  };
  return { grid, strides: pick((axis) => axis.stride), start: start[0] * sourceStrides[0] + start[1] * sourceStrides[1] + start[2] * sourceStrides[2] };
}

const PERMUTATIONS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;

/** The permutation whose axes lie nearest to x, y, z together. */
function bestOrder(source: Grid): readonly (0 | 1 | 2)[] {
  const nearness = (order: readonly (0 | 1 | 2)[]): number => order.reduce<number>((sum, from, world) => sum + Math.abs(source.axesLps[from][world]!), 0);
  return [...PERMUTATIONS].sort((a, b) => nearness(b) - nearness(a))[0]!;
}
