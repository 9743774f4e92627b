import type { PresetConstants } from '../core/presets';

/**
 * HU to network input: clip to `clipHu` where a pack wants it, then the window to 0..1, in double, then float32.
 * Source: method step 13.
 */
export function normalise(hu: Float64Array | Float32Array, constants: PresetConstants): Float32Array {
  const [low, high] = constants.windowHu;
  const [clipLow, clipHigh] = constants.clipHu ?? [-Infinity, Infinity];
  const out = new Float32Array(hu.length);
  for (let n = 0; n < hu.length; n += 1) {
    const clipped = Math.min(Math.max(hu[n]!, clipLow), clipHigh);
    out[n] = (Math.min(Math.max(clipped, low), high) - low) / (high - low);
  }
  return out;
}
