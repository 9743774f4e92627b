import type { PackManifest } from './models';
import { REFERENCE_ORDER, type ReadPhase } from './phase';
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

/** The phase that a pack segments among those present: the first in the order of reference that it was made for, or null. */
export function phaseToSegment(manifest: PackManifest, present: Readonly<Partial<Record<ReadPhase, unknown>>>): ReadPhase | null {
  const { segmentation } = manifest;
  return REFERENCE_ORDER.find((phase) => present[phase] !== undefined && segmentation?.phases.includes(phase) === true) ?? null;
}
