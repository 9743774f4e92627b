import { issue } from '../core/issue';
import type { ClassifierModel } from '../core/models';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { NetworkEngine, Tensor } from '../core/ports';
import type { Patch, Score } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { scoreOf } from './score';

/** One network's answer for one set of phases. */
export interface Answer {
  readonly model: ClassifierModel;
  readonly score: Score;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** What a classifier is fed: the patches of `phases`; inputs of other phases are zeros, `present` says which are there. */
export function feedsOf(model: ClassifierModel, phases: readonly ReadPhase[], patches: readonly Patch[]): Readonly<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {};
  for (const input of model.inputs) {
    const patch = input.phase !== undefined && phases.includes(input.phase) ? patches.find((p) => p.phase === input.phase) : undefined;
    const shape = input.shape.map((size) => (size === 'batch' ? 1 : size));
    const data = input.phase === undefined
      ? Float32Array.from(READ_PHASES, (phase) => (phases.includes(phase) ? 1 : 0))
      : (patch?.tensor ?? new Float32Array(shape.reduce((product, n) => product * n, 1)));
    feeds[input.name] = { shape, data };
  }
  return feeds;
}

/**
 * The output that the score is made of, `count` rows of two: logits where the network gives them, else probabilities.
 * Issue: `pack-shape-mismatch`.
 */
export function scoreOutput(model: ClassifierModel, outputs: Readonly<Record<string, Tensor>>, count = 1): Result<Tensor> {
  const spec = model.outputs.find((output) => output.role === 'logits') ?? model.outputs.find((output) => output.role === 'probabilities');
  const output = spec === undefined ? undefined : outputs[spec.name];
  if (output?.data.length === 2 * count) return success(output);
  const found = `${output?.data.length ?? 0} values`;
  return failure(issue('pack-shape-mismatch', 'error', model.file, { name: spec?.name ?? 'logits', expected: `[${count}, 2]`, found }));
}

/** Runs one network on the patches of `phases`. Issues: those of the engine, `pack-shape-mismatch`. */
export async function runClassifier(
  engine: NetworkEngine,
  model: ClassifierModel,
  phases: readonly ReadPhase[],
  patches: readonly Patch[],
): Promise<Result<Answer>> {
  const runner = await engine.open(model.file);
  if (!runner.ok) return runner;
  const outputs = await runner.value.run(feedsOf(model, phases, patches));
  if (!outputs.ok) return outputs;
  const output = scoreOutput(model, outputs.value);
  if (!output.ok) return output;
  return success({ model, score: scoreOf({ model, output: output.value, phases }), outputs: outputs.value });
}
