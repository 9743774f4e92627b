import { addScaled, scale, type Vec3 } from '../../core/vector';
import { indexToLps, type Grid } from '../../core/grid';
import type { Volume } from '../../core/volume';
import { axialFrame, strides } from '../axial-frame';

/** A volume averaged to coarse blocks in axial order: x towards left, y towards the back, z towards the head. */
export interface CoarseVolume {
  readonly grid: Grid;
  readonly hu: Float32Array;
}

/** Block sizes that landmarks are looked for at, mm. */
const COARSE_IN_PLANE_MM = 2;
const COARSE_SLICE_MM = 4;

/** Averages whole voxels to blocks of about 2 x 2 x 4 mm. Padding below -1024 HU counts as air. */
export function coarsen(volume: Volume): CoarseVolume {
  const { grid, hu } = volume;
  const frame = axialFrame(grid);
  const step = strides(grid.sizeIjk);
  const wanted = [COARSE_IN_PLANE_MM, COARSE_IN_PLANE_MM, COARSE_SLICE_MM];
  const block = ([0, 1, 2] as const).map((a) => {
    const axis = frame.axes[a];
    const per = Math.max(1, Math.round(wanted[a]! / grid.spacingMm[axis]));
    return { axis, per, count: Math.max(1, Math.floor(grid.sizeIjk[axis] / per)) };
  });
  const [bx, by, bz] = [block[0]!, block[1]!, block[2]!];
  const out = new Float32Array(bx.count * by.count * bz.count);
  // Where each source column falls, so that the inner loop only adds. Reversed where the axis runs the other way.
  const target = block.map(({ axis, per, count }, a) => {
    const map = new Int32Array(grid.sizeIjk[axis]).fill(-1);
    for (let n = 0; n < count * per; n += 1) {
      const cell = Math.floor(n / per);
      map[n] = frame.signs[a]! > 0 ? cell : count - 1 - cell;
    }
    return map;
  });
  const [tx, ty, tz] = [target[0]!, target[1]!, target[2]!];
  for (let z = 0; z < bz.count * bz.per; z += 1) {
    for (let y = 0; y < by.count * by.per; y += 1) {
      const row = bx.count * (ty[y]! + by.count * tz[z]!);
      let at = y * step[by.axis] + z * step[bz.axis];
      const stride = step[bx.axis];
      for (let x = 0; x < bx.count * bx.per; x += 1, at += stride) {
        const value = hu[at]!;
        out[row + tx[x]!]! += value < -1024 ? -1024 : value;
      }
    }
  }
  const share = 1 / (bx.per * by.per * bz.per);
  for (let n = 0; n < out.length; n += 1) out[n]! *= share;
  const first: [number, number, number] = [0, 0, 0];
  block.forEach(({ axis, per, count }, a) => {
    first[axis] = frame.signs[a]! > 0 ? (per - 1) / 2 : (count - 1) * per + (per - 1) / 2;
  });
  const spacing = block.map(({ axis, per }) => grid.spacingMm[axis] * per);
  return {
    grid: {
      sizeIjk: [bx.count, by.count, bz.count],
      spacingMm: [spacing[0]!, spacing[1]!, spacing[2]!],
      originLpsMm: indexToLps(grid, first),
      axesLps: frame.vectors,
    },
    hu: out,
  };
}

/** World point of a continuous coarse index. */
export function coarsePoint(coarse: CoarseVolume, x: number, y: number, z: number): Vec3 {
  const { originLpsMm, axesLps, spacingMm } = coarse.grid;
  const along = scale(axesLps[2], z * spacingMm[2]);
  return addScaled(addScaled(addScaled(originLpsMm, axesLps[0], x * spacingMm[0]), axesLps[1], y * spacingMm[1]), along, 1);
}
