import type { CtIntensity, NnunetSegmentation } from '../../core/models';
import type { Vec3 } from '../../core/vector';
import { resizedShape, resizeImage, separateAxis } from './resize';
import type { TensorView } from './tensor-view';

/** A CT as the network reads it: normalised, on the network's grid, last axis fastest. */
export interface PreparedImage {
  readonly data: Float32Array;
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
}

/**
 * Cuts, normalises and resamples a CT to a network's grid. v2 normalises before resampling and v1 after it, which differs
 * where the clipping acts. Source: nnunetv2 DefaultPreprocessor.run_case_npy; nnunet GenericPreprocessor.resample_and_normalize.
 */
export function prepareImage(hu: Int16Array, view: TensorView, model: NnunetSegmentation): PreparedImage {
  const spacingMm: Vec3 = [model.spacingMm[0] ?? view.spacingMm[0], model.spacingMm[1], model.spacingMm[2]];
  const shape = resizedShape(view.shape, view.spacingMm, spacingMm);
  const rule = model.resampling.image;
  const axis = separateAxis(view.spacingMm, spacingMm, rule.separateZ);
  const raw = copyOf(hu, view);
  if (model.framework === 'nnunet-v2') normalise(raw, model.intensity);
  const data = resizeImage(raw, view.shape, shape, rule, axis);
  if (model.framework === 'nnunet-v1') normalise(data, model.intensity);
  return { data, shape, spacingMm };
}

function copyOf(hu: Int16Array, { shape, offset, steps }: TensorView): Float32Array {
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let a = 0; a < shape[0]; a += 1) {
    for (let b = 0; b < shape[1]; b += 1) {
      let source = offset + a * steps[0] + b * steps[1];
      for (let c = 0; c < shape[2]; c += 1, at += 1, source += steps[2]) data[at] = hu[source]!;
    }
  }
  return data;
}

function normalise(data: Float32Array, { clipHu, meanHu, sdHu }: CtIntensity): void {
  for (let at = 0; at < data.length; at += 1) data[at] = (Math.min(Math.max(data[at]!, clipHu[0]), clipHu[1]) - meanHu) / sdHu;
}
