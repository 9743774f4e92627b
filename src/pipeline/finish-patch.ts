import { issue } from '../core/issue';
import { MAX_PATCH_OUTSIDE, type PresetConstants } from '../core/presets';
import type { Patch } from '../core/reading';
import { success, type Result } from '../core/result';
import { normalise } from './normalise';

/**
 * A patch from its sampled HU (float64, row-major) and its place: adds the network's input, and the warning
 * `patch-outside-phase` where too much of it lies outside the volume. Both presets end here.
 */
export function finishPatch(
  sampled: Omit<Patch, 'hu' | 'tensor' | 'sizePx'> & { readonly hu: Float64Array },
  constants: PresetConstants,
): Result<Patch> {
  const { hu, phase, volumeId, outsideShare } = sampled;
  const patch: Patch = { ...sampled, hu: Float32Array.from(hu), tensor: normalise(hu, constants), sizePx: constants.patchPx };
  if (outsideShare <= MAX_PATCH_OUTSIDE) return success(patch);
  return success(patch, [issue('patch-outside-phase', 'warning', volumeId, { phase, percent: Math.round(100 * outsideShare) })]);
}
