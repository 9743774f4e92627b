import { issue } from '../core/issue';
import { networksOf, type SelfTest, type TensorSpec } from '../core/models';
import { readNpy } from '../core/npy';
import type { NetworkRunner, Tensor } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { Pack } from '../packs/open-pack';

/**
 * Runs a network on its stored input and compares the stored answer. Inputs that are not stored are zeros. The largest
 * difference must not exceed `tolerance` times the larger of 1 and the largest stored value. A network without a stored
 * answer passes. Issues: `pack-self-test-failed` {output, difference, tolerance}, those of the pack's files.
 */
export async function selfTest(pack: Pack, file: string, runner: NetworkRunner): Promise<Result<number>> {
  const model = networksOf(pack.manifest).find((candidate) => candidate.file === file);
  if (model?.selfTest === undefined) return success(0);
  const { selfTest: test } = model;
  const inputs: Record<string, Tensor> = {};
  for (const spec of model.inputs) {
    const tensor = await storedInput(pack, test, spec);
    if (!tensor.ok) return tensor;
    inputs[spec.name] = tensor.value;
  }
  const answer = await runner.run(inputs);
  if (!answer.ok) return answer;
  let largest = 0;
  for (const [name, path] of Object.entries(test.outputs)) {
    const bytes = await pack.bytes(path);
    if (!bytes.ok) return bytes;
    const stored = readNpy(bytes.value, path);
    if (!stored.ok) return stored;
    const difference = relativeDifference(stored.value.data, answer.value[name]?.data);
    largest = Math.max(largest, difference);
    // Written this way round so that NaN fails too.
    if (!(difference <= test.tolerance)) {
      const data = { output: name, difference: Number(difference.toPrecision(3)), tolerance: test.tolerance };
      return failure(issue('pack-self-test-failed', 'error', file, data));
    }
  }
  return success(largest);
}

async function storedInput(pack: Pack, test: SelfTest, spec: TensorSpec): Promise<Result<Tensor>> {
  const path = test.inputs[spec.name];
  if (path === undefined) {
    const shape = spec.shape.map((size) => (size === 'batch' ? 1 : size));
    return success({ shape, data: new Float32Array(shape.reduce((product, n) => product * n, 1)) });
  }
  const bytes = await pack.bytes(path);
  return bytes.ok ? readNpy(bytes.value, path) : bytes;
}

/** Largest difference, divided by the largest stored value where that exceeds 1; Infinity when the sizes differ. */
function relativeDifference(stored: Float32Array, found: Float32Array | undefined): number {
  if (found?.length !== stored.length) return Infinity;
  let difference = 0;
  let scale = 1;
  for (let n = 0; n < stored.length; n += 1) {
    scale = Math.max(scale, Math.abs(stored[n]!));
    const here = Math.abs(stored[n]! - found[n]!);
    if (!(here <= difference)) difference = here;
  }
  return difference / scale;
}
