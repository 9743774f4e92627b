import type { Trunk } from './trunk';
import { boxesAround, sampleBox, smoothBox, type Place, type ScalarBox } from './scalar-box';

/** How many smoothings a tissue's share gets: thin things few, so that they stay; big organs more, so that no stair shows. */
const PASSES: Readonly<Record<string, number>> = {
  skin: 1, 'wall-inner': 1, 'wall-middle': 1, 'wall-outer': 1, rib: 1, cartilage: 1, adrenal: 1, pancreas: 1, 'portal-vein': 1,
  vertebra: 1, 'pelvic-bone': 1, quadratus: 2, liver: 3, lung: 2, spleen: 3,
};

/** Tissues that share one outline: the first name gives the outer surface of both. */
const JOINED: Readonly<Record<string, string>> = {
  'stomach-gas': 'stomach', 'colon-gas': 'colon', 'sinus-left': 'kidney-left', 'sinus-right': 'kidney-right',
};

/** Voxels around a tissue that smoothing may reach. */
const MARGIN_VOXELS = 3;

/** Smooth shares of the tissues on the trunk grid, and for each voxel the tissues met within one voxel. */
export interface TissueFields {
  /** Tissue number to the number whose outline it shares. */
  readonly outlineOf: Uint8Array;
  /** Share (0 to 255) of an outline tissue; fat, the rest, has none. */
  readonly shares: readonly (ScalarBox | null)[];
  /** Per voxel up to four outline tissues in four bytes, most frequent unordered; one tissue alone in the lowest byte. */
  readonly neighbours: Uint32Array;
  /** Gas shares within stomach and colon by tissue number of the gas. */
  readonly gas: ReadonlyMap<number, ScalarBox>;
}

/** Smooths the tissues' shares, so that borders between 1.5 mm voxels become surfaces. */
export function tissueFields(trunk: Trunk): TissueFields {
  const { labels, sizeIjk, tissues } = trunk;
  const number = new Map(tissues.map((name, n) => [name, n]));
  const outlineOf = Uint8Array.from(tissues, (name, n) => number.get(JOINED[name] ?? name) ?? n);
  const outlines = new Uint8Array(labels.length);
  for (let p = 0; p < labels.length; p++) outlines[p] = outlineOf[labels[p]!]!;

  const shareOf = (map: Uint8Array, tissue: number, box: Place | null | undefined): ScalarBox | null => {
    if (!box) return null;
    const filled = { ...box, values: cut(map, trunk.sizeIjk, box, tissue) };
    smoothBox(filled, PASSES[tissues[tissue]!] ?? 2);
    return filled;
  };
  const fat = number.get('fat');
  const outlineBoxes = boxesAround(outlines, sizeIjk, tissues.length, MARGIN_VOXELS);
  const labelBoxes = boxesAround(labels, sizeIjk, tissues.length, MARGIN_VOXELS);
  const shares = tissues.map((_, n) => (n === fat || outlineOf[n] !== n ? null : shareOf(outlines, n, outlineBoxes[n])));
  const gas = new Map<number, ScalarBox>();
  for (const name of ['stomach-gas', 'colon-gas']) {
    const n = number.get(name);
    const box = n === undefined ? null : shareOf(labels, n, labelBoxes[n]);
    if (n !== undefined && box !== null) gas.set(n, box);
  }
  return { outlineOf, shares, neighbours: neighbourSets(outlines, sizeIjk), gas };
}

function cut(map: Uint8Array, [ni, nj]: readonly [number, number, number], box: Place, tissue: number): Uint8Array {
  const [bi, bj, bk] = box.sizeIjk;
  const out = new Uint8Array(bi * bj * bk);
  let q = 0;
  for (let k = 0; k < bk; k++) {
    for (let j = 0; j < bj; j++) {
      let p = box.lowIjk[0] + ni * (box.lowIjk[1] + j + nj * (box.lowIjk[2] + k));
      for (let i = 0; i < bi; i++) out[q++] = map[p++] === tissue ? 255 : 0;
    }
  }
  return out;
}

/** Packs the set of tissues in each voxel's 3 x 3 x 3 neighbourhood; more than four keep the first four met. */
function neighbourSets(map: Uint8Array, [ni, nj, nk]: readonly [number, number, number]): Uint32Array {
  const sets = new Uint32Array(map.length);
  for (let p = 0; p < map.length; p++) sets[p] = map[p]! | 0xffffff00;
  // Each axis joins the sets of both neighbours; 255 marks an empty byte.
  for (const [step, length] of [[1, ni], [ni, nj], [ni * nj, nk]] as const) {
    const before = sets.slice();
    for (let p = 0; p < sets.length; p++) {
      const here = before[p]!;
      const at = Math.floor(p / step) % length;
      if (at > 0 && before[p - step] !== here) sets[p] = join(sets[p]!, before[p - step]!);
      if (at + 1 < length && before[p + step] !== here) sets[p] = join(sets[p]!, before[p + step]!);
    }
  }
  return sets;
}

function join(set: number, other: number): number {
  let out = set;
  for (let shift = 0; shift < 32; shift += 8) {
    const tissue = (other >>> shift) & 255;
    if (tissue === 255) break;
    for (let place = 0; place < 32; place += 8) {
      const held = (out >>> place) & 255;
      if (held === tissue) break;
      if (held === 255) {
        out = (out & ~(255 << place)) | (tissue << place);
        break;
      }
    }
  }
  return out >>> 0;
}

/** Share of an outline tissue at a fractional voxel index, 0 to 255. */
export function shareAt(box: ScalarBox | null | undefined, i: number, j: number, k: number): number {
  return box ? sampleBox(box, i, j, k, 0) : 0;
}
