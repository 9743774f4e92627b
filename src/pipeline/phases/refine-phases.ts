import type { LabelMap } from '../../core/label-map';
import type { PhaseEvidence, PhaseGuess } from '../../core/phase';
import type { SeriesFacts, Volume } from '../../core/volume';
import { coarsen } from './coarse-volume';
import { bestOf } from './gather-evidence';
import { guessTogether, type ExtraEvidence } from './guess-phases';
import { bell } from './hu-odds';
import { kidneyFeatures, kidneyPoints, type KidneyFeatures } from './kidney-features';
import type { PhaseOdds } from './read-text';

/**
 * Guesses again once the kidneys are known: how bright they are, how far the cortex stands out from the medulla, and whether
 * the pelvis is filled. Volumes in which the kidneys are not covered keep their guess's other evidence.
 * Source: normal enhancement by phase; docs/phase-guess.md.
 */
export function refinePhases(
  guesses: readonly PhaseGuess[],
  items: readonly { readonly facts: SeriesFacts; readonly volume: Volume }[],
  labelMap: LabelMap,
): readonly PhaseGuess[] {
  const points = kidneyPoints(labelMap);
  if (points === null) return guesses;
  const extra = new Map<string, ExtraEvidence>();
  for (const { volume } of items) {
    const features = kidneyFeatures(points, coarsen(volume));
    if (features !== null) extra.set(volume.id, kidneyEvidence(features));
  }
  return guessTogether(items, extra);
}

/** A filled pelvis is brighter than this and than the cortex by as much as urine can be, HU. */
const FILLED_HU = 250;
const ABOVE_CORTEX_HU = 80;

/** What the kidneys say. Medians, spreads: normal kidneys by phase, widened for weak boluses and for noise in 2 mm blocks. */
export function kidneyEvidence(features: KidneyFeatures): ExtraEvidence {
  const { medianHu, cortexHu, medullaHu, brightestMlHu } = features;
  const contrast = cortexHu - medullaHu;
  const filled = brightestMlHu > Math.max(FILLED_HU, cortexHu + ABOVE_CORTEX_HU);
  const odds: PhaseOdds = {
    N: bell(medianHu, 33, 9) * bell(contrast, 15, 14) * (filled ? 0.1 : 0.9),
    A: bell(medianHu, 130, 35) * bell(contrast, 105, 38) * (filled ? 0.05 : 0.95),
    V: bell(medianHu, 160, 42) * bell(contrast, 35, 28) * (filled ? 0.04 : 0.96),
    E: bell(medianHu, 135, 35) * bell(contrast, 22, 18) * (filled ? 0.85 : 0.15),
  };
  const data = { median: Math.round(medianHu), cortex: Math.round(cortexHu), medulla: Math.round(medullaHu) };
  const evidence: PhaseEvidence[] = [{ kind: 'kidney-hu', phase: bestOf(odds), data }];
  if (filled) evidence.push({ kind: 'pelvis-hu', phase: 'E', data: { hu: Math.round(brightestMlHu) } });
  return { odds, evidence };
}
