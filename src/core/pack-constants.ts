import type { PackManifest } from './models';
import { PRESETS, type PresetConstants, type PresetName } from './presets';

/**
 * The constants that hold for a pack under a preset; `null` takes the pack's own preset. The pack's declared constants
 * belong to the preset it declares. Under the other one only what the network was trained to see stays: clip, window and
 * patch size.
 */
export function constantsOf(manifest: PackManifest, preset: PresetName | null): PresetConstants {
  const declared = { ...PRESETS[manifest.preset], ...manifest.constants };
  if (preset === null || preset === manifest.preset) return declared;
  return { ...PRESETS[preset], clipHu: declared.clipHu, windowHu: declared.windowHu, patchPx: declared.patchPx };
}
