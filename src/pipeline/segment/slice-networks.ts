import { SLICE_HEADS, type SliceSegmentation, type SliceStage } from '../../core/models';
import type { Monitor, NetworkRunner, Tensor } from '../../core/ports';
import { failure, success, type Result } from '../../core/result';
import { issue } from '../../core/issue';
import { placePatches, type PatchOrigin } from './place-patches';
import type { WorkingGrid } from './working-grid';

/** Probabilities over the working stack: one array per head, columns fastest, then rows, then slabs. */
export interface StackProbabilities {
  readonly kidney: Float32Array;
  readonly mass: Float32Array;
  readonly tumour: Float32Array;
}


/** Slices that go into a network at once where its first axis is free: enough to keep threads busy, little to wait for a cancel. */
const SLICES_PER_RUN = 4;

/** Shares of the segmentation's time up to the end of the first and of the second network; for the progress bar only. */
const WHOLE_SHARE = 0.7;
const NETWORKS_SHARE = 0.95;

/**
 * Runs one or two slice networks over a working stack and blends them. `runners` match `model.stages`.
 * Issues: `cancelled`, and what the networks refuse. Rules: docs/model-pack.md, 'Segmentation', points 4 to 6.
 */
export async function runSliceNetworks(input: {
  readonly grid: WorkingGrid;
  readonly readSlab: (slab: number, into: Float32Array) => void;
  readonly model: SliceSegmentation;
  readonly runners: readonly NetworkRunner[];
  readonly monitor: Monitor;
}): Promise<Result<{ readonly probabilities: StackProbabilities; readonly patches: readonly (readonly PatchOrigin[])[] }>> {
  const { grid, model, monitor } = input;
  const [whole, fine] = model.stages;
  const planePx = grid.rows * grid.columns;
  const heads = SLICE_HEADS.map(() => new Float32Array(grid.slabs * planePx)) as [Float32Array, Float32Array, Float32Array];
  const probabilities: StackProbabilities = { kidney: heads[0], mass: heads[1], tumour: heads[2] };
  if (whole === undefined || input.runners[0] === undefined) return success({ probabilities, patches: [] });
  const share = fine === undefined ? NETWORKS_SHARE : WHOLE_SHARE;
  const perRun = batchOf(whole);
  for (let slab = 0; slab < grid.slabs; slab += perRun) {
    const count = Math.min(perRun, grid.slabs - slab);
    const data = new Float32Array(count * planePx);
    for (let n = 0; n < count; n += 1) input.readSlab(slab + n, data.subarray(n * planePx, (n + 1) * planePx));
    normalise(data, model);
    const logits = await runOnce(input.runners[0], whole, data, count);
    if (!logits.ok) return logits;
    for (let n = 0; n < count; n += 1) {
      heads.forEach((head, h) => {
        const from = (n * heads.length + h) * planePx;
        const to = (slab + n) * planePx;
        for (let at = 0; at < planePx; at += 1) head[to + at] = sigmoid(logits.value[from + at]!);
      });
    }
    monitor.progress('segment', (share * (slab + count)) / grid.slabs);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  if (fine === undefined || input.runners[1] === undefined) return success({ probabilities, patches: [] });
  const patches = placePatches(probabilities.kidney, grid, fine.sizePx, model.join);
  const refined = await refine({ ...input, runner: input.runners[1], stage: fine, patches, heads });
  return refined.ok ? success({ probabilities, patches }) : refined;
}

/** The second network on its patches, blended into `heads` slab by slab. */
async function refine(input: {
  readonly grid: WorkingGrid;
  readonly readSlab: (slab: number, into: Float32Array) => void;
  readonly model: SliceSegmentation;
  readonly runner: NetworkRunner;
  readonly stage: SliceStage;
  readonly patches: readonly (readonly PatchOrigin[])[];
  readonly heads: readonly Float32Array[];
  readonly monitor: Monitor;
}): Promise<Result<true>> {
  const { grid, model, stage, heads, monitor } = input;
  const planePx = grid.rows * grid.columns;
  const [rows, columns] = stage.sizePx;
  const patchPx = rows * columns;
  const weight = rimWeight(rows, columns, model.join.rampPx);
  const slice = new Float32Array(planePx);
  const total = new Float32Array(planePx);
  const mixed = heads.map(() => new Float32Array(planePx));
  const perRun = batchOf(stage);
  const work = input.patches.flatMap((places, slab) => (places.length > 0 ? [{ slab, places }] : []));
  for (const [done, { slab, places }] of work.entries()) {
    input.readSlab(slab, slice);
    normalise(slice, model);
    total.fill(0);
    mixed.forEach((plane) => plane.fill(0));
    for (let first = 0; first < places.length; first += perRun) {
      const some = places.slice(first, first + perRun);
      const data = new Float32Array(some.length * patchPx);
      some.forEach(([row, column], n) => {
        for (let r = 0; r < rows; r += 1) {
          const from = (row + r) * grid.columns + column;
          data.set(slice.subarray(from, from + columns), n * patchPx + r * columns);
        }
      });
      const logits = await runOnce(input.runner, stage, data, some.length);
      if (!logits.ok) return logits;
      some.forEach(([row, column], n) => {
        for (let r = 0; r < rows; r += 1) {
          for (let c = 0; c < columns; c += 1) {
            const at = (row + r) * grid.columns + column + c;
            const inPatch = r * columns + c;
            const w = weight[inPatch]!;
            total[at]! += w;
            for (let h = 0; h < mixed.length; h += 1) mixed[h]![at]! += w * sigmoid(logits.value[(n * mixed.length + h) * patchPx + inPatch]!);
          }
        }
      });
    }
    for (let at = 0; at < planePx; at += 1) {
      const sum = total[at]!;
      if (sum === 0) continue;
      const share = model.join.fineShare * Math.min(1, sum);
      const o = slab * planePx + at;
      for (let h = 0; h < heads.length; h += 1) heads[h]![o] = heads[h]![o]! * (1 - share) + (share * mixed[h]![at]!) / sum;
    }
    monitor.progress('segment', WHOLE_SHARE + ((NETWORKS_SHARE - WHOLE_SHARE) * (done + 1)) / work.length);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  return success(true);
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Images per run: a graph with a fixed first axis decides itself. */
function batchOf(stage: SliceStage): number {
  const first = stage.inputs[0]?.shape[0];
  return typeof first === 'number' ? first : SLICES_PER_RUN;
}

function normalise(data: Float32Array, model: SliceSegmentation): void {
  const { meanHu, sdHu } = model.intensity;
  for (let at = 0; at < data.length; at += 1) data[at] = (data[at]! - meanHu) / sdHu;
}

/** Runs a stage on `count` images of its size; a fixed larger batch is filled with zeros. Returns the logits. */
async function runOnce(runner: NetworkRunner, stage: SliceStage, images: Float32Array, count: number): Promise<Result<Float32Array>> {
  const [input] = stage.inputs;
  const [output] = stage.outputs;
  if (input === undefined || output === undefined) return failure(issue('internal-error', 'error', stage.file));
  const fixed = input.shape[0];
  const batch = typeof fixed === 'number' ? fixed : count;
  let data = images;
  if (batch !== count) {
    data = new Float32Array((images.length / count) * batch);
    data.set(images);
  }
  const tensor: Tensor = { shape: [batch, 1, ...stage.sizePx], data };
  const answer = await runner.run({ [input.name]: tensor });
  if (!answer.ok) return answer;
  const logits = answer.value[output.name];
  if (logits === undefined) return failure(issue('pack-shape-mismatch', 'error', stage.file, { name: output.name, expected: 'an output', found: 'nothing' }));
  return success(logits.data);
}

/** Weight of a patch's pixels: 1 in the middle, falling towards the rim over `rampPx`. */
function rimWeight(rows: number, columns: number, rampPx: number): Float32Array {
  const edge = (n: number, length: number): number => Math.min(1, (Math.min(n, length - 1 - n) + 1) / rampPx);
  return Float32Array.from({ length: rows * columns }, (_, at) => edge(Math.floor(at / columns), rows) * edge(at % columns, columns));
}
