import { issue } from '../../core/issue';
import type { NnunetSegmentation } from '../../core/models';
import type { Monitor, NetworkRunner } from '../../core/ports';
import { failure, success, type Result } from '../../core/result';
import type { Vec3 } from '../../core/vector';
import type { PreparedImage } from './prepare-image';
import { tileReader } from './read-tile';
import { tileStarts, tileWeights, weightSums } from './tiles';

/** A user is told after the first tile when the whole will take longer than this. */
const LONG_MS = 10 * 60_000;

/** Heads of an nnU-Net: labels with background, or regions. */
function headCount({ decision, labels }: NnunetSegmentation): number {
  return decision.kind === 'argmax' ? labels.length : decision.values.length;
}

/**
 * Reads a prepared image tile by tile and hands over each plane across axis 0 as soon as no later tile can change it, in
 * rising order: one array [n1, n2] per head, valid during the call only. So no more than one patch's depth of sums is held,
 * however long the scan. Images smaller than the patch are padded with zeros on both sides. `progress` gets the share done.
 * Issues: `cancelled` (asked between tiles), `segmentation-long` after the first tile, and what the networks refuse. Source: nnunetv2 predict_sliding_window_return_logits.
 */
export async function predictPlanes(input: {
  readonly image: PreparedImage;
  readonly model: NnunetSegmentation;
  readonly runners: readonly NetworkRunner[];
  readonly monitor: Monitor;
  readonly progress: (share: number) => void;
  readonly onPlane: (n: number, heads: readonly Float32Array[]) => void;
}): Promise<Result<true>> {
  const { image, model, monitor } = input;
  const flat = model.patchPx.length === 2;
  const patch: Vec3 = flat ? [1, model.patchPx[0]!, model.patchPx[1]!] : [model.patchPx[0]!, model.patchPx[1]!, model.patchPx[2]!];
  const padded = patch.map((n, a) => Math.max(n, image.shape[a]!));
  const before = padded.map((n, a) => Math.floor((n - image.shape[a]!) / 2));
  const starts = patch.map((n, a) => (flat && a === 0 ? Array.from({ length: padded[0]! }, (_, z) => z) : tileStarts(padded[a]!, n, model.tileStep)));
  const weights = patch.map((n, a) => (flat && a === 0 ? Float64Array.of(1) : tileWeights(n)));
  const totals = starts.map((some, a) => weightSums(padded[a]!, some, weights[a]!));
  const heads = headCount(model);
  const readTile = tileReader(model, input.runners, patch, heads);
  const planePx = image.shape[1] * image.shape[2];
  const tile = new Float32Array(patch[0] * patch[1] * patch[2]);
  /** Sums of a patch's depth of planes; plane z of the padded image lies at z % depth. */
  const sums = Array.from({ length: heads }, () => new Float32Array(patch[0] * planePx));
  const count = starts.reduce((product, some) => product * some.length, 1);
  let done = 0;
  const begunMs = monitor.nowMs();
  for (const [n, a] of starts[0]!.entries()) {
    for (const b of starts[1]!) {
      for (const c of starts[2]!) {
        const origin: Vec3 = [a - before[0]!, b - before[1]!, c - before[2]!];
        cutTile(image, origin, patch, tile);
        const answer = await readTile(tile);
        if (!answer.ok) return answer;
        addTile(answer.value, origin, patch, image.shape, weights, sums, a);
        input.progress((done += 1) / count);
        const wholeMs = (monitor.nowMs() - begunMs) * count;
        if (done === 1 && wholeMs > LONG_MS) monitor.issue(issue('segmentation-long', 'note', undefined, { minutes: Math.round(wholeMs / 60_000), tiles: count }));
        await monitor.breathe();
        if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
      }
    }
    const next = starts[0]![n + 1] ?? padded[0]!;
    for (let z = a; z < next; z += 1) finishPlane(z);
  }
  return success(true);

  function finishPlane(z: number): void {
    const slot = (z % patch[0]) * planePx;
    const planes = sums.map((sum) => sum.subarray(slot, slot + planePx));
    const plane = z - before[0]!;
    if (plane >= 0 && plane < image.shape[0]) {
      for (let b = 0, at = 0; b < image.shape[1]; b += 1) {
        const row = totals[0]![z]! * totals[1]![b + before[1]!]!;
        for (let c = 0; c < image.shape[2]; c += 1, at += 1) {
          const total = row * totals[2]![c + before[2]!]!;
          for (const values of planes) values[at]! /= total;
        }
      }
      input.onPlane(plane, planes);
    }
    for (const values of planes) values.fill(0);
  }
}

/** The part of the image from `origin` on; zeros outside it. */
function cutTile(image: PreparedImage, origin: Vec3, patch: Vec3, into: Float32Array): void {
  into.fill(0);
  const [, n1, n2] = image.shape;
  const from = Math.max(0, -origin[2]);
  const to = Math.min(patch[2], n2 - origin[2]);
  for (let a = 0; a < patch[0]; a += 1) {
    const z = origin[0] + a;
    if (z < 0 || z >= image.shape[0]) continue;
    for (let b = 0; b < patch[1]; b += 1) {
      const y = origin[1] + b;
      if (y < 0 || y >= n1) continue;
      const row = (z * n1 + y) * n2 + origin[2];
      into.set(image.data.subarray(row + from, row + to), (a * patch[1] + b) * patch[2] + from);
    }
  }
}

/** Adds a tile's answer, weighted, where it lies inside the image; `first` is its first plane in the padded image. */
function addTile(answer: Float32Array, origin: Vec3, patch: Vec3, shape: Vec3, weights: readonly Float64Array[], sums: readonly Float32Array[], first: number): void {
  const voxels = patch[0] * patch[1] * patch[2];
  for (let a = 0; a < patch[0]; a += 1) {
    const z = origin[0] + a;
    if (z < 0 || z >= shape[0]) continue;
    const slot = ((first + a) % patch[0]) * shape[1] * shape[2];
    for (let b = 0; b < patch[1]; b += 1) {
      const y = origin[1] + b;
      if (y < 0 || y >= shape[1]) continue;
      const row = weights[0]![a]! * weights[1]![b]!;
      const from = Math.max(0, -origin[2]);
      const to = Math.min(patch[2], shape[2] - origin[2]);
      for (let h = 0; h < sums.length; h += 1) {
        const sum = sums[h]!;
        let at = h * voxels + (a * patch[1] + b) * patch[2] + from;
        let out = slot + y * shape[2] + origin[2] + from;
        for (let c = from; c < to; c += 1, at += 1, out += 1) sum[out]! += row * weights[2]![c]! * answer[at]!;
      }
    }
  }
}
