import { roundHalfEven } from './round-half-even';

/** First voxels of the tiles along an axis: evenly spread, at most `step` patches apart, the last one at the end. */
export function tileStarts(size: number, patch: number, step: number): readonly number[] {
  const count = Math.ceil((size - patch) / (patch * step)) + 1;
  if (count <= 1) return [0];
  const apart = (size - patch) / (count - 1);
  return Array.from({ length: count }, (_, n) => roundHalfEven(apart * n));
}

/**
 * Weight of a tile's voxels along one axis: a Gaussian of an eighth of the patch round its middle voxel, 1 there. The
 * weight of a voxel is the product over the axes. Source: nnU-Net's importance map, whose tails reach the patch's rim.
 */
export function tileWeights(patch: number): Float64Array {
  const middle = Math.floor(patch / 2);
  const sigma = patch / 8;
  return Float64Array.from({ length: patch }, (_, n) => Math.exp(-0.5 * ((n - middle) / sigma) ** 2));
}

/** Sum of the weights of all tiles at each voxel of an axis. */
export function weightSums(size: number, starts: readonly number[], weights: Float64Array): Float64Array {
  const sums = new Float64Array(size);
  for (const start of starts) weights.forEach((weight, n) => (sums[start + n]! += weight));
  return sums;
}
