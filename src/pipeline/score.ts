import type { ClassifierModel } from '../core/models';
import type { ReadPhase } from '../core/phase';
import type { Tensor } from '../core/ports';
import type { Score } from '../core/reading';

/** Without a threshold in the pack: the class with the larger probability. */
const ARGMAX = { name: 'argmax', value: 0.5 } as const;

/** Smallest probability whose logarithm is taken; below it a float32 softmax has lost everything anyway. */
const TINY = 1e-38;

/**
 * The probability of the positive class from a network's output [1, 2], logits or probabilities as the pack says,
 * through its temperature: p = softmax(z / T). For probabilities z is their logarithm. Source: method step 15, section 5.1.
 */
export function scoreOf(input: {
  readonly model: ClassifierModel;
  readonly output: Tensor;
  readonly phases: readonly ReadPhase[];
}): Score {
  const { model, output, phases } = input;
  const areLogits = model.outputs.some((spec) => spec.role === 'logits');
  const logits = logitsOf(model, output.data);
  const temperature = model.calibration.method === 'temperature' ? model.calibration.temperature : 1;
  const plain = !areLogits && temperature === 1;
  const first = model.thresholds[0];
  return {
    task: model.task,
    probability: plain ? output.data[1]! : 1 / (1 + Math.exp((logits[0] - logits[1]) / temperature)),
    logits,
    phases,
    threshold: first === undefined ? ARGMAX : { name: first.name, value: first.value },
    modelId: model.id,
  };
}

/** Both logits of a network's two values; of probabilities their logarithms. */
export function logitsOf(model: Pick<ClassifierModel, 'outputs'>, values: ArrayLike<number>): readonly [number, number] {
  const [a, b] = [values[0]!, values[1]!];
  return model.outputs.some((spec) => spec.role === 'logits') ? [a, b] : [Math.log(Math.max(a, TINY)), Math.log(Math.max(b, TINY))];
}

/** The AI-aggressiveness score: 10 x P(aggressive), to one decimal. The paper gives no formula; this is our reading. */
export function aggressivenessScore(probability: number): number {
  return Math.round(100 * probability) / 10;
}
