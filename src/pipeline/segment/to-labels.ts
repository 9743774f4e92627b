import { LABEL } from '../../core/label-map';
import type { JoinRules } from '../../core/models';
import type { JoinedMasks } from './join';
import { boxDilate, type Shape } from './regions';
import type { StackProbabilities } from './slice-networks';
import type { WorkingGrid } from './working-grid';

/** Working pixels kept round what was found when it is carried back to the CT's voxels. */
const RIM = 2;

/**
 * Labels on the CT's own grid (array order of the volume): smoothed probabilities near the chosen masks, interpolated at
 * every voxel of their bounding box and compared with the thresholds there. `p` is zeroed away from the masks on the way.
 * Rules: docs/model-pack.md, 'Segmentation', points 7.4 to 7.6.
 */
export function labelsOnSource(p: StackProbabilities, masks: JoinedMasks, grid: WorkingGrid, join: JoinRules): Uint8Array {
  const [depth, height, width] = grid.source.size;
  const labels = new Uint8Array(depth * height * width);
  const box = boundingBox(masks, grid);
  if (box === null) return labels;
  const shape: Shape = { columns: grid.columns, rows: grid.rows, slabs: grid.slabs };
  const kidney = keepNear(p.kidney, masks.kidneys, shape);
  const tumour = keepNear(p.mass, masks.tumours, shape);
  const cyst = keepNear(p.mass, masks.cysts, shape);
  const [, rowMm, columnMm] = grid.source.spacingMm;
  const rows = range(box.rows, grid.centre[0], grid.pixelMm / rowMm, grid.rows, height);
  const columns = range(box.columns, grid.centre[1], grid.pixelMm / columnMm, grid.columns, width);
  const slices = Array.from({ length: depth }, (_, slice) => ({ slice, ...slabOf(slice, grid.positions) }));
  const inBox = slices.filter(({ slab }) => slab >= box.slabs[0] - RIM && slab <= box.slabs[1] + RIM);
  const low = Math.fround(join.massThresholds.low);
  const kidneyLimit = Math.fround(join.kidneyThreshold);
  const [sliceStep, rowStep, columnStep] = grid.source.steps;
  const plane = grid.rows * grid.columns;
  const between = [kidney, tumour, cyst].map(() => new Float32Array(plane));
  for (const { slice, slab, fraction } of inBox) {
    [kidney, tumour, cyst].forEach((stack, n) => blendSlabs(stack, slab, fraction, grid.slabs, plane, between[n]!));
    const [k, t, c] = between as [Float32Array, Float32Array, Float32Array];
    for (const row of rows) {
      for (const column of columns) {
        const at = row.low * grid.columns + column.low;
        const tumourP = bilinear(t, at, grid.columns, row.fraction, column.fraction);
        const cystP = bilinear(c, at, grid.columns, row.fraction, column.fraction);
        let label: number = LABEL.background;
        if (tumourP >= low && tumourP >= cystP) label = LABEL.tumour;
        else if (cystP >= low) label = LABEL.cyst;
        else if (bilinear(k, at, grid.columns, row.fraction, column.fraction) >= kidneyLimit) label = LABEL.kidney;
        if (label !== LABEL.background) labels[grid.source.base + slice * sliceStep + row.index * rowStep + column.index * columnStep] = label;
      }
    }
  }
  return labels;
}

/** The probability inside the mask grown by one voxel each way (faces, edges and corners), zero elsewhere. */
function keepNear(stack: Float32Array, mask: Uint8Array, shape: Shape): Float32Array {
  const near = boxDilate(mask, shape, 1, 1);
  const kept = new Float32Array(stack.length);
  for (let at = 0; at < stack.length; at += 1) if (near[at] === 1) kept[at] = stack[at]!;
  return kept;
}

interface WorkingBox {
  readonly slabs: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

function boundingBox(masks: JoinedMasks, grid: WorkingGrid): WorkingBox | null {
  let [s0, s1, r0, r1, c0, c1] = [Infinity, -1, Infinity, -1, Infinity, -1];
  for (let s = 0, at = 0; s < grid.slabs; s += 1) {
    for (let r = 0; r < grid.rows; r += 1) {
      for (let c = 0; c < grid.columns; c += 1, at += 1) {
        if (masks.kidneys[at] === 0 && masks.tumours[at] === 0 && masks.cysts[at] === 0) continue;
        s0 = Math.min(s0, s);
        s1 = s;
        r0 = Math.min(r0, r);
        r1 = Math.max(r1, r);
        c0 = Math.min(c0, c);
        c1 = Math.max(c1, c);
      }
    }
  }
  return s1 < 0 ? null : { slabs: [s0, s1], rows: [r0, r1], columns: [c0, c1] };
}

/** A source index and its place between two working pixels. */
interface Place {
  readonly index: number;
  readonly low: number;
  readonly fraction: number;
}

/** Source indices whose working position lies within the box and its rim, with their places. */
function range(box: readonly [number, number], centre: number, scale: number, count: number, size: number): readonly Place[] {
  const middle = (count - 1) / 2;
  const from = Math.max(Math.floor(centre + (box[0] - RIM - middle) * scale), 0);
  const to = Math.min(Math.ceil(centre + (box[1] + RIM - middle) * scale) + 1, size);
  const places: Place[] = [];
  for (let index = from; index < to; index += 1) {
    const position = (index - centre) / scale + middle;
    if (position <= -1 || position >= count) continue;
    const clamped = Math.min(Math.max(position, 0), count - 1);
    const low = Math.min(Math.floor(clamped), Math.max(count - 2, 0));
    places.push({ index, low, fraction: Math.fround(clamped - low) });
  }
  return places;
}

/** The slab below a slice and how far it lies towards the next one; constant beyond the first and the last. */
function slabOf(slice: number, positions: readonly number[]): { readonly slab: number; readonly fraction: number } {
  const last = positions.length - 1;
  if (last === 0 || slice <= positions[0]!) return { slab: 0, fraction: 0 };
  if (slice >= positions[last]!) return { slab: last - 1, fraction: 1 };
  let slab = 0;
  while (positions[slab + 1]! <= slice) slab += 1;
  return { slab, fraction: Math.fround((slice - positions[slab]!) / (positions[slab + 1]! - positions[slab]!)) };
}

function blendSlabs(stack: Float32Array, slab: number, fraction: number, slabs: number, plane: number, into: Float32Array): void {
  const here = slab * plane;
  const next = Math.min(slab + 1, slabs - 1) * plane;
  const rest = Math.fround(1 - fraction);
  for (let at = 0; at < plane; at += 1) into[at] = Math.fround(stack[here + at]! * rest) + Math.fround(stack[next + at]! * fraction);
}

// Single precision at every step, as the reference has it: thresholds then fall on the same side.
function bilinear(plane: Float32Array, at: number, columns: number, rowFraction: number, columnFraction: number): number {
  const f = Math.fround;
  const rest = f(1 - rowFraction);
  const left = f(f(plane[at]! * rest) + f(plane[at + columns]! * rowFraction));
  const right = f(f(plane[at + 1]! * rest) + f(plane[at + columns + 1]! * rowFraction));
  return f(f(left * f(1 - columnFraction)) + f(right * columnFraction));
}
