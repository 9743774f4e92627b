import type { NnunetSegmentation } from '../../core/models';
import type { Vec3 } from '../../core/vector';
import { separateAxis } from './resize';
import { axisTaps, type AxisTaps } from './spline';
import type { TensorView } from './tensor-view';

/**
 * Turns planes of the network's grid, as they come, into label values on the CT's own voxels: heads are interpolated (linear;
 * along a coarse axis as the rule says) and decided there. Where all neighbours are background the interpolated heads are so
 * too, since weights are positive and sum to one: such voxels are passed over, which changes nothing and saves most of the work.
 * Source: nnunetv2 convert_predicted_logits_to_segmentation_with_correct_shape; nnunet save_segmentation_nifti_from_softmax.
 */
export class LabelWriter {
  private readonly taps: readonly [AxisTaps, AxisTaps, AxisTaps];
  private readonly decide: (heads: readonly Float32Array[], at: number) => number;
  private before: Plane | null = null;
  private nextOut = 0;

  /** `shape` and `spacingMm` are the network grid's; `view` is where the labels go in `labels`. */
  constructor(
    model: NnunetSegmentation,
    private readonly shape: Vec3,
    spacingMm: Vec3,
    private readonly view: TensorView,
    private readonly labels: Uint8Array,
  ) {
    const rule = model.resampling.output;
    // The two versions ask the two spacings in opposite order.
    const [first, second] = model.framework === 'nnunet-v2' ? [spacingMm, view.spacingMm] : [view.spacingMm, spacingMm];
    const separate = separateAxis(first, second, rule.separateZ);
    const tapsOf = (a: 0 | 1 | 2): AxisTaps => axisTaps(shape[a], view.shape[a], a === separate ? rule.orderZ : 1);
    this.taps = [tapsOf(0), tapsOf(1), tapsOf(2)];
    this.decide = decisionOf(model);
  }

  /** The next plane across axis 0; its arrays may change afterwards. */
  add(n: number, heads: readonly Float32Array[]): void {
    const plane: Plane = { n, heads: heads.map((values) => values.slice()), box: this.boxOf(heads) };
    const { first, taps } = this.taps[0];
    for (; this.nextOut < this.view.shape[0]; this.nextOut += 1) {
      const low = first[this.nextOut]!;
      const share = taps === 2 ? this.taps[0].weights[2 * this.nextOut + 1]! : 0;
      const high = share > 0 ? low + 1 : low;
      if (high > n) break;
      const lower = low === n ? plane : this.before;
      if (lower !== null) this.writeSlice(this.nextOut, lower, high === n ? plane : lower, share);
    }
    this.before = plane;
  }

  private writeSlice(out: number, lower: Plane, upper: Plane, share: number): void {
    const box = union(lower.box, share > 0 ? upper.box : null);
    if (box === null) return;
    const [, n1, n2] = this.shape;
    const mixed = lower.heads.map((low, h) => {
      if (share === 0) return low;
      const high = upper.heads[h]!;
      return low.map((value, at) => value * (1 - share) + high[at]! * share);
    });
    const [, rows, columns] = this.taps;
    const reach = (taps: AxisTaps, from: number, to: number): readonly number[] =>
      Array.from({ length: taps.to }, (_, n) => n).filter((n) => taps.first[n]! + taps.taps - 1 >= from && taps.first[n]! <= to);
    const here = mixed.map(() => new Float32Array(1));
    for (const b of reach(rows, box[0], box[1])) {
      const row = rows.first[b]!;
      const down = rows.taps === 2 && n1 > 1 ? rows.weights[2 * b + 1]! : 0;
      const below = down > 0 ? n2 : 0;
      for (const c of reach(columns, box[2], box[3])) {
        const at = row * n2 + columns.first[c]!;
        const right = columns.taps === 2 && n2 > 1 ? columns.weights[2 * c + 1]! : 0;
        const beside = right > 0 ? 1 : 0;
        for (let h = 0; h < mixed.length; h += 1) {
          const values = mixed[h]!;
          const top = values[at]! * (1 - right) + values[at + beside]! * right;
          const bottom = values[at + below]! * (1 - right) + values[at + below + beside]! * right;
          here[h]![0] = top * (1 - down) + bottom * down;
        }
        const label = this.decide(here, 0);
        if (label !== 0) this.labels[this.view.offset + out * this.view.steps[0] + b * this.view.steps[1] + c * this.view.steps[2]] = label;
      }
    }
  }

  /** Rows and columns that hold anything but background: first and last of each, or null. */
  private boxOf(heads: readonly Float32Array[]): Box | null {
    const [, n1, n2] = this.shape;
    let [top, bottom, left, right] = [n1, -1, n2, -1];
    for (let b = 0, at = 0; b < n1; b += 1) {
      for (let c = 0; c < n2; c += 1, at += 1) {
        if (this.decide(heads, at) === 0) continue;
        if (b < top) top = b;
        bottom = b;
        if (c < left) left = c;
        if (c > right) right = c;
      }
    }
    return bottom < 0 ? null : [top, bottom, left, right];
  }
}

type Box = readonly [number, number, number, number];

interface Plane {
  readonly n: number;
  readonly heads: readonly Float32Array[];
  readonly box: Box | null;
}

function union(a: Box | null, b: Box | null): Box | null {
  if (a === null || b === null) return a ?? b;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.max(a[3], b[3])];
}

/** The label value of a voxel from its heads. */
function decisionOf(model: NnunetSegmentation): (heads: readonly Float32Array[], at: number) => number {
  const { decision } = model;
  if (decision.kind === 'regions') {
    // Half as a probability, zero as a logit.
    const limit = model.framework === 'nnunet-v1' ? 0.5 : 0;
    return (heads, at) => {
      let label = 0;
      for (let h = 0; h < heads.length; h += 1) if (heads[h]![at]! > limit) label = decision.values[h]!;
      return label;
    };
  }
  return (heads, at) => {
    let best = 0;
    for (let h = 1; h < heads.length; h += 1) if (heads[h]![at]! > heads[best]![at]!) best = h;
    return best;
  };
}
