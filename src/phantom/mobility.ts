import type { Trunk } from './trunk';
import { sampleBox, smoothBox, type ScalarBox } from './scalar-box';

/** Nodes of the mobility grid are this many voxels apart. */
const STEP = 4;

const STILL = new Set([
  'air', 'skin', 'wall-inner', 'wall-middle', 'wall-outer', 'back-muscle', 'gluteus', 'vertebra', 'rib', 'cartilage', 'pelvic-bone',
  'spinal-canal', 'disc', 'quadratus',
]);
const MOVING = new Set([
  'liver', 'spleen', 'pancreas', 'adrenal', 'gallbladder', 'stomach', 'stomach-gas', 'duodenum', 'small-bowel', 'colon', 'colon-gas',
  'kidney-left', 'kidney-right', 'sinus-left', 'sinus-right', 'heart', 'lung', 'portal-vein',
]);

/** How much of a breath's shift a place follows: 1 in the organs, 0 in spine and wall, smooth between. Takes voxel indices. */
export interface Mobility {
  at(i: number, j: number, k: number): number;
}

/** Builds the mobility field: organs move, bones and wall stay, fat follows its surroundings (relaxation on a 6 mm grid). */
export function mobility(trunk: Trunk): Mobility {
  const [ni, nj, nk] = trunk.sizeIjk;
  const size = [Math.ceil(ni / STEP) + 1, Math.ceil(nj / STEP) + 1, Math.ceil(nk / STEP) + 1] as const;
  const nodes = size[0] * size[1] * size[2];
  const fixed = new Float32Array(nodes).fill(-1);
  const kind = trunk.tissues.map((name) => (name.startsWith('kidney') || name.startsWith('sinus') ? 3 : MOVING.has(name) ? 2 : STILL.has(name) ? 1 : 0));
  const seen = new Uint8Array(nodes);
  for (let k = 0, p = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, p++) {
        const node = Math.round(i / STEP) + size[0] * (Math.round(j / STEP) + size[1] * Math.round(k / STEP));
        if (kind[trunk.labels[p]!]! > seen[node]!) seen[node] = kind[trunk.labels[p]!]!;
      }
    }
  }
  const [si, sj] = size;
  for (let n = 0; n < nodes; n++) {
    if (seen[n] === 1) fixed[n] = 0;
    else if (seen[n]! >= 2) fixed[n] = 1;
  }
  // The kidneys stay rigid: their neighbourhood moves with them.
  for (let n = 0; n < nodes; n++) {
    if (seen[n] !== 3) continue;
    for (const step of [1, -1, si, -si, si * sj, -si * sj]) {
      if (fixed[n + step] !== undefined) fixed[n + step] = 1;
    }
  }
  const box: ScalarBox = { lowIjk: [0, 0, 0], sizeIjk: [...size], values: new Float32Array(nodes) };
  const values = box.values;
  for (let n = 0; n < nodes; n++) values[n] = Math.max(fixed[n]!, 0);
  for (let round = 0; round < 24; round++) {
    smoothBox(box, 1);
    for (let n = 0; n < nodes; n++) if (fixed[n]! >= 0) values[n] = fixed[n]!;
  }
  smoothBox(box, 1);
  return { at: (i, j, k) => sampleBox(box, i / STEP, j / STEP, k / STEP, 0) };
}
