import type { Vec3 } from '../../core/vector';

/**
 * Keeps of the voxels whose label is among `values`, taken together, the largest connected component (all of equal size on a
 * tie); the others become 0, or only those below `minVoxels` where that is given. Array with i fastest, changed in place.
 * Source: nnU-Net's post-processing; v1 joins by faces (6), v2 also by edges and corners (26).
 */
export function keepLargest(input: {
  readonly labels: Uint8Array;
  readonly sizeIjk: Vec3;
  readonly values: readonly number[];
  readonly connectivity: 6 | 26;
  readonly minVoxels?: number;
}): void {
  const { labels, sizeIjk, values } = input;
  const [ni, nj, nk] = sizeIjk;
  const wanted = new Uint8Array(256);
  for (const value of values) wanted[value] = 1;
  const seen = new Uint8Array(labels.length);
  const neighbours = neighbourSteps(input.connectivity);
  const components: { readonly first: number; readonly voxels: number }[] = [];
  const stack: number[] = [];
  /** Visits the component of `first`; marks it `mark` and calls `see` for each voxel. */
  const flood = (first: number, mark: number, see: (at: number) => void): number => {
    let voxels = 0;
    stack.push(first);
    seen[first] = mark;
    while (stack.length > 0) {
      const at = stack.pop()!;
      voxels += 1;
      const i = at % ni;
      const j = Math.floor(at / ni) % nj;
      const k = Math.floor(at / (ni * nj));
      for (const [di, dj, dk] of neighbours) {
        if (i + di < 0 || i + di >= ni || j + dj < 0 || j + dj >= nj || k + dk < 0 || k + dk >= nk) continue;
        const next = at + di + ni * (dj + nj * dk);
        if (seen[next] === mark || wanted[labels[next]!] === 0) continue;
        seen[next] = mark;
        stack.push(next);
      }
      see(at);
    }
    return voxels;
  };
  for (let at = 0; at < labels.length; at += 1) {
    if (seen[at] === 0 && wanted[labels[at]!] === 1) components.push({ first: at, voxels: flood(at, 1, () => undefined) });
  }
  const largest = components.reduce((most, { voxels }) => Math.max(most, voxels), 0);
  for (const { first, voxels } of components) {
    if (voxels === largest || voxels >= (input.minVoxels ?? Infinity)) continue;
    flood(first, 2, (at) => (labels[at] = 0));
  }
}

function neighbourSteps(connectivity: 6 | 26): readonly Vec3[] {
  const steps: Vec3[] = [];
  for (const di of [-1, 0, 1])
    for (const dj of [-1, 0, 1])
      for (const dk of [-1, 0, 1]) {
        const moved = Math.abs(di) + Math.abs(dj) + Math.abs(dk);
        if (moved > 0 && (connectivity === 26 || moved === 1)) steps.push([di, dj, dk]);
      }
  return steps;
}
