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
  const [a, b] = [output.data[0]!, output.data[1]!];
  const logits: readonly [number, number] = areLogits ? [a, b] : [Math.log(Math.max(a, TINY)), Math.log(Math.max(b, TINY))];
  const temperature = model.calibration.method === 'temperature' ? model.calibration.temperature : 1;
  const plain = !areLogits && temperature === 1;
  const first = model.thresholds[0];
  return {
    task: model.task,
    probability: plain ? b : 1 / (1 + Math.exp((logits[0] - logits[1]) / temperature)),
    logits,
    phases,
    threshold: first === undefined ? ARGMAX : { name: first.name, value: first.value },
    modelId: model.id,
  };
}

/** The AI-aggressiveness score: 10 x P(aggressive), to one decimal. The paper gives no formula; this is our reading. */
export function aggressivenessScore(probability: number): number {
  return Math.round(100 * probability) / 10;
}
