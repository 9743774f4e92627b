import { componentAt, type ComponentMap } from '../core/component-map';
import { indexToLps, lpsToIndex, sameGrid, voxelMl, type Grid } from '../core/grid';
import { sampleTrilinear } from '../core/interpolate';
import { LABEL, type LabelMap } from '../core/label-map';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { RigidMap } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { Mass } from '../core/reading';
import { applyRigid, applyRigidInverse } from '../core/rigid';
import { dot, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { arrayLayout } from './array-layout';
import { axialFrame, strides, type AxialFrame } from './axial-frame';
import { caliper } from './caliper';
import { labelBoxes, labelComponents, type IndexBox } from './components';
import { findMidline } from './midline';

/** What is gathered of one component while its voxels are visited. */
interface Tally {
  readonly id: number;
  readonly label: 'tumour' | 'cyst';
  count: number;
  readonly sum: [number, number, number];
  readonly from: [number, number, number];
  readonly to: [number, number, number];
  firstKey: number;
}

/**
 * Finds the tumours and cysts of a label map: 6-connected components with volume, side, diameters and mean HU per phase.
 * Sorted: tumours before cysts, larger before smaller; components under `minMassMl` are left out. `components` (on the
 * label map's grid) holds each mass's `id`. Source: method step 5.
 */
export function findMasses(input: {
  readonly labelMap: LabelMap;
  readonly volumes: Readonly<Partial<Record<ReadPhase, Volume>>>;
  readonly constants: PresetConstants;
}): { readonly masses: readonly Mass[]; readonly components: ComponentMap } {
  const { labelMap, volumes, constants } = input;
  const { grid, labels } = labelMap;
  const boxes = labelBoxes(labels, grid.sizeIjk);
  const components = emptyComponents(grid, unionOf([boxes[LABEL.tumour] ?? null, boxes[LABEL.cyst] ?? null]));
  const tallies: Tally[] = [];
  for (const label of ['tumour', 'cyst'] as const) {
    const box = boxes[LABEL[label]];
    if (box === null || box === undefined) continue;
    const firstId = tallies.length + 1;
    const count = labelComponents({ labels, sizeIjk: grid.sizeIjk, box, value: LABEL[label], firstId, ...components });
    for (let n = 0; n < count; n += 1) tallies.push(emptyTally(firstId + n, label));
    tally(components, grid, box, tallies, firstId, constants);
  }
  const all = unionOf(boxes);
  if (all === null) return { masses: [], components };
  const frame = axialFrame(grid);
  const body = Object.values(volumes).find((volume) => volume.id === labelMap.volumeId) ?? null;
  const midline = findMidline(labelMap, all, body);
  const kept = tallies
    .filter((t) => t.count * voxelMl(grid) >= constants.minMassMl)
    .sort((a, b) => order(a, b, grid, frame, constants));
  const masses = kept.map((t): Mass => {
    const centreLpsMm = indexToLps(grid, [t.sum[0] / t.count, t.sum[1] / t.count, t.sum[2] / t.count]);
    return {
      id: t.id,
      label: t.label,
      side: dot(centreLpsMm, midline.u) > midline.offsetMm ? 'left' : 'right',
      centreLpsMm,
      volumeMl: t.count * voxelMl(grid),
      diametersMm: diameters(components, grid, frame, t),
      meanHu: meanHuPerPhase(components, grid, t, volumes),
      touchesBorder: ([0, 1, 2] as const).some((a) => t.from[a] === 0 || t.to[a] === grid.sizeIjk[a] - 1),
    };
  });
  return { masses, components };
}

/** The mass that is read unless the user chooses another: the largest tumour of at least `minMassMl`; cysts are never chosen. */
export function indexMass(masses: readonly Mass[], constants: PresetConstants): Mass | null {
  return masses.find((mass) => mass.label === 'tumour' && mass.volumeMl >= constants.minMassMl) ?? null;
}

/**
 * The masses with their mean HU read through the registrations: a voxel of the label map is sought in another phase where the
 * maps (from the reference's world) take it. `components` and `labelMap` as `findMasses` gave and got them; phases without a
 * map, and the mass's own phase, keep what they have. Source: method steps 5 and 10.
 */
export function withRegisteredMeans(input: {
  readonly masses: readonly Mass[];
  readonly components: ComponentMap;
  readonly labelMap: LabelMap;
  readonly volumes: Readonly<Partial<Record<ReadPhase, Volume>>>;
  readonly maps: ReadonlyMap<ReadPhase, RigidMap>;
}): readonly Mass[] {
  const { masses, components, labelMap, volumes, maps } = input;
  if (maps.size === 0 || masses.length === 0) return masses;
  const { grid, labels } = labelMap;
  const own = READ_PHASES.find((phase) => volumes[phase]?.id === labelMap.volumeId);
  const toReference = own === undefined ? undefined : maps.get(own);
  const boxes = labelBoxes(labels, grid.sizeIjk);
  return masses.map((mass) => {
    const box = boxes[LABEL[mass.label]];
    if (box === null || box === undefined) return mass;
    const means: Partial<Record<ReadPhase, number>> = {};
    for (const phase of READ_PHASES) {
      const volume = volumes[phase];
      const map = maps.get(phase);
      const asScanned = volume === undefined || phase === own || (map === undefined && toReference === undefined);
      const mean = asScanned
        ? mass.meanHu[phase]
        : meanHu(components, grid, { id: mass.id, ...box }, volume, (point) => applyRigid(map, applyRigidInverse(toReference, point)));
      if (mean !== undefined && mean !== null) means[phase] = mean;
    }
    return { ...mass, meanHu: means };
  });
}

/** No component yet, on the slices that the labels occupy. */
function emptyComponents(grid: Grid, box: IndexBox | null): ComponentMap {
  if (box === null) return { firstOffset: 0, ids: new Int32Array(0) };
  const slice = grid.sizeIjk[0] * grid.sizeIjk[1];
  return { firstOffset: slice * box.from[2], ids: new Int32Array(slice * (box.to[2] - box.from[2] + 1)) };
}

function emptyTally(id: number, label: 'tumour' | 'cyst'): Tally {
  return { id, label, count: 0, sum: [0, 0, 0], from: [1 << 30, 1 << 30, 1 << 30], to: [-1, -1, -1], firstKey: Infinity };
}

function tally(
  components: ComponentMap,
  grid: Grid,
  box: IndexBox,
  tallies: readonly Tally[],
  firstId: number,
  constants: PresetConstants,
): void {
  const step = strides(grid.sizeIjk);
  const layout = constants.centreRule === 'truncated' ? arrayLayout(grid, constants.arrayLayout) : null;
  for (let k = box.from[2]; k <= box.to[2]; k += 1) {
    for (let j = box.from[1]; j <= box.to[1]; j += 1) {
      let at = box.from[0] + step[1] * j + step[2] * k;
      for (let i = box.from[0]; i <= box.to[0]; i += 1, at += 1) {
        const id = componentAt(components, at);
        if (id < firstId) continue;
        const t = tallies[id - 1]!;
        t.count += 1;
        t.sum[0] += i;
        t.sum[1] += j;
        t.sum[2] += k;
        if (i < t.from[0]) t.from[0] = i;
        if (i > t.to[0]) t.to[0] = i;
        if (j < t.from[1]) t.from[1] = j;
        if (j > t.to[1]) t.to[1] = j;
        if (k < t.from[2]) t.from[2] = k;
        if (k > t.to[2]) t.to[2] = k;
        if (layout === null) continue;
        // Place of the voxel in C order of the authors' array (first axis slowest), for ties.
        const along = (a: 0 | 1 | 2): number => {
          const index = layout.axes[a] === 0 ? i : layout.axes[a] === 1 ? j : k;
          return layout.flipped[a] ? layout.size[a] - 1 - index : index;
        };
        const key = (along(0) * layout.size[1] + along(1)) * layout.size[2] + along(2);
        if (key < t.firstKey) t.firstKey = key;
      }
    }
  }
}

/** Tumours first, then by size. Ties: the published code takes the component met last, ours the one nearest to the middle slice. */
function order(a: Tally, b: Tally, grid: Grid, frame: AxialFrame, constants: PresetConstants): number {
  if (a.label !== b.label) return a.label === 'tumour' ? -1 : 1;
  if (a.count !== b.count) return b.count - a.count;
  if (constants.centreRule === 'truncated') return b.firstKey - a.firstKey;
  const n = frame.axes[2];
  const off = (t: Tally): number => Math.abs(t.sum[n] / t.count - (grid.sizeIjk[n] - 1) / 2);
  return off(a) - off(b) || a.id - b.id;
}

function unionOf(boxes: readonly (IndexBox | null)[]): IndexBox | null {
  return boxes.reduce<IndexBox | null>((sum, box) => {
    if (sum === null || box === null) return sum ?? box;
    const least = (n: 0 | 1 | 2): number => Math.min(sum.from[n], box.from[n]);
    const most = (n: 0 | 1 | 2): number => Math.max(sum.to[n], box.to[n]);
    return { from: [least(0), least(1), least(2)], to: [most(0), most(1), most(2)] };
  }, null);
}

/** Largest caliper over the axial slices, its perpendicular there, and the extent along the normal. */
function diameters(components: ComponentMap, grid: Grid, frame: AxialFrame, t: Tally): Vec3 {
  const [u, v, n] = frame.axes;
  const step = strides(grid.sizeIjk);
  const du = grid.spacingMm[u];
  const dv = grid.spacingMm[v];
  const points = new Float64Array(12 * (t.to[v] - t.from[v] + 1));
  let longestMm = 0;
  let perpendicularMm = 0;
  for (let slice = t.from[n]; slice <= t.to[n]; slice += 1) {
    let used = 0;
    const put = (x: number, y: number): void => {
      points[2 * used] = x * du;
      points[2 * used + 1] = y * dv;
      used += 1;
    };
    for (let row = t.from[v]; row <= t.to[v]; row += 1) {
      const base = slice * step[n] + row * step[v];
      let first = t.from[u];
      while (first <= t.to[u] && componentAt(components, base + first * step[u]) !== t.id) first += 1;
      if (first > t.to[u]) continue;
      let last = t.to[u];
      while (componentAt(components, base + last * step[u]) !== t.id) last -= 1;
      put(first - 0.5, row);
      put(first, row - 0.5);
      put(first, row + 0.5);
      put(last + 0.5, row);
      put(last, row - 0.5);
      put(last, row + 0.5);
    }
    if (used === 0) continue;
    const measured = caliper(points, used);
    if (measured.longestMm > longestMm) ({ longestMm, perpendicularMm } = measured);
  }
  return [longestMm, perpendicularMm, (t.to[n] - t.from[n] + 1) * grid.spacingMm[n]];
}

function meanHuPerPhase(
  components: ComponentMap,
  grid: Grid,
  t: Tally,
  volumes: Readonly<Partial<Record<ReadPhase, Volume>>>,
): Mass['meanHu'] {
  const means: Partial<Record<ReadPhase, number>> = {};
  for (const phase of READ_PHASES) {
    const volume = volumes[phase];
    if (volume === undefined) continue;
    const mean = meanHu(components, grid, t, volume);
    if (mean !== null) means[phase] = mean;
  }
  return means;
}

/**
 * Mean HU of a component's voxels in a volume: voxel by voxel on the same grid, else trilinear at the same world points, or
 * where the rigid `move` takes them.
 */
function meanHu(
  components: ComponentMap,
  grid: Grid,
  t: Pick<Tally, 'id'> & IndexBox,
  volume: Volume,
  move?: (pointLpsMm: Vec3) => Vec3,
): number | null {
  const step = strides(grid.sizeIjk);
  const same = move === undefined && sameGrid(grid, volume.grid);
  const indexThere = (ijk: Vec3): Vec3 => lpsToIndex(volume.grid, move === undefined ? indexToLps(grid, ijk) : move(indexToLps(grid, ijk)));
  // One step along i in the other volume's index space; the map between two grids is affine.
  const base = indexThere([0, 0, 0]);
  const per = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map(indexThere);
  const [pi, pj, pk] = [per[0]!, per[1]!, per[2]!];
  let sum = 0;
  let count = 0;
  for (let k = t.from[2]; k <= t.to[2]; k += 1) {
    for (let j = t.from[1]; j <= t.to[1]; j += 1) {
      let at = t.from[0] + step[1] * j + step[2] * k;
      for (let i = t.from[0]; i <= t.to[0]; i += 1, at += 1) {
        if (componentAt(components, at) !== t.id) continue;
        const value = same
          ? volume.hu[at]!
          : sampleTrilinear(
              volume.hu,
              volume.grid.sizeIjk,
              base[0] + i * (pi[0] - base[0]) + j * (pj[0] - base[0]) + k * (pk[0] - base[0]),
              base[1] + i * (pi[1] - base[1]) + j * (pj[1] - base[1]) + k * (pk[1] - base[1]),
              base[2] + i * (pi[2] - base[2]) + j * (pj[2] - base[2]) + k * (pk[2] - base[2]),
            );
        if (Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
    }
  }
  return count === 0 ? null : sum / count;
}
