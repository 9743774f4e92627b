import type { JoinRules } from '../../core/models';
import { boxDilate, elements, regionsOf, type Region, type Shape } from './regions';
import type { StackProbabilities } from './slice-networks';
import { workingMl, type WorkingGrid } from './working-grid';

/** A mass that the join accepted, on the working grid. */
export interface JoinedMass {
  readonly volumeMl: number;
  readonly meanTumour: number;
  readonly peak: number;
}

/** Masks (0 and 1) on the working stack after the join in three dimensions. */
export interface JoinedMasks {
  readonly kidneys: Uint8Array;
  readonly tumours: Uint8Array;
  readonly cysts: Uint8Array;
  readonly masses: readonly JoinedMass[];
}

const halfUp = (x: number): number => Math.floor(x + 0.5);

function shapeOf(grid: WorkingGrid): Shape {
  return { columns: grid.columns, rows: grid.rows, slabs: grid.slabs };
}

/** Three-tap Gaussian across slabs, in place, ends repeated. */
export function smoothAcrossSlabs(stack: Float32Array, grid: WorkingGrid, smoothingMm: number): void {
  if (smoothingMm <= 0) return;
  const side = Math.exp(-0.5 * (grid.slabMm / smoothingMm) ** 2);
  const plane = grid.rows * grid.columns;
  const before = stack.slice(0, plane);
  for (let slab = 0; slab < grid.slabs; slab += 1) {
    const here = slab * plane;
    const next = Math.min(slab + 1, grid.slabs - 1) * plane;
    for (let at = 0; at < plane; at += 1) {
      const own = stack[here + at]!;
      stack[here + at] = (own + side * Math.fround(before[at]! + stack[next + at]!)) / (1 + 2 * side);
      before[at] = own;
    }
  }
}

/**
 * From smoothed probabilities to masks: the largest kidney on each side with its fragments, and the masses that touch one.
 * Rules: docs/model-pack.md, 'Segmentation', point 7.
 */
export function joinMasks(p: StackProbabilities, grid: WorkingGrid, join: JoinRules): JoinedMasks {
  const kidneys = chooseKidneys(p.kidney, grid, join);
  return { kidneys, ...chooseMasses(p, kidneys, grid, join) };
}

// Plain loops from here on: `from` and `map` with a function take ten times as long on stacks of ten million voxels.

function threshold(stack: Float32Array, value: number): Uint8Array {
  const limit = Math.fround(value);
  const mask = new Uint8Array(stack.length);
  for (let at = 0; at < stack.length; at += 1) if (stack[at]! >= limit) mask[at] = 1;
  return mask;
}

/** 1 where the table has 1 for the voxel's region. */
function pick(ids: Int32Array, table: Uint8Array): Uint8Array {
  const mask = new Uint8Array(ids.length);
  for (let at = 0; at < ids.length; at += 1) mask[at] = table[ids[at]!]!;
  return mask;
}

function chooseKidneys(kidney: Float32Array, grid: WorkingGrid, join: JoinRules): Uint8Array {
  const shape = shapeOf(grid);
  const mask = threshold(kidney, join.kidneyThreshold);
  const ids = new Int32Array(elements(shape));
  const regions = regionsOf(mask, shape, ids);
  const ml = (region: Region): number => region.voxels * workingMl(grid);
  const keep = new Uint8Array(regions.length + 1);
  for (const left of [false, true]) {
    const side = regions.filter((region) => region.columnMean >= grid.columns / 2 === left);
    const [first] = side;
    if (first === undefined) continue;
    const largest = side.reduce((best, region) => (region.voxels > best.voxels ? region : best), first);
    if (ml(largest) < join.minKidneyMl) continue;
    const own = new Uint8Array(regions.length + 1);
    own[largest.id] = 1;
    const near = boxDilate(pick(ids, own), shape, halfUp(join.fragmentMm / grid.pixelMm), halfUp(join.fragmentMm / grid.slabMm));
    const touched = new Uint8Array(regions.length + 1);
    for (let at = 0; at < ids.length; at += 1) if (near[at] === 1) touched[ids[at]!] = 1;
    for (const region of side) {
      if (region === largest || (touched[region.id] === 1 && ml(region) >= join.minFragmentMl)) keep[region.id] = 1;
    }
  }
  return pick(ids, keep);
}

function chooseMasses(p: StackProbabilities, kidneys: Uint8Array, grid: WorkingGrid, join: JoinRules): Omit<JoinedMasks, 'kidneys'> {
  const shape = shapeOf(grid);
  const near = boxDilate(kidneys, shape, halfUp(join.massToKidneyMm / grid.pixelMm), halfUp(join.massToKidneyMm / grid.slabMm));
  const ids = new Int32Array(elements(shape));
  const regions = regionsOf(threshold(p.mass, join.massThresholds.low), shape, ids);
  const peak = new Float32Array(regions.length + 1);
  const tumourSum = new Float64Array(regions.length + 1);
  const touches = new Uint8Array(regions.length + 1);
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at]!;
    if (id === 0) continue;
    peak[id] = Math.max(peak[id]!, p.mass[at]!);
    tumourSum[id]! += p.tumour[at]!;
    touches[id]! |= near[at]!;
  }
  const tumours = new Uint8Array(regions.length + 1);
  const cysts = new Uint8Array(regions.length + 1);
  const masses: JoinedMass[] = [];
  for (const { id, voxels } of regions) {
    const volumeMl = voxels * workingMl(grid);
    if (volumeMl < join.minMassMl || peak[id]! < join.massThresholds.high || touches[id] === 0) continue;
    const meanTumour = tumourSum[id]! / voxels;
    (meanTumour >= join.tumourThreshold ? tumours : cysts)[id] = 1;
    masses.push({ volumeMl, meanTumour, peak: peak[id]! });
  }
  return { tumours: pick(ids, tumours), cysts: pick(ids, cysts), masses };
}
