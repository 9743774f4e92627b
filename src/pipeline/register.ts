import { issue } from '../core/issue';
import type { ReadPhase } from '../core/phase';
import type { RegistrationEngine, RigidMap } from '../core/ports';
import { success, type Result } from '../core/result';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { sampleBox, voiGrid } from './voi';

/** The moving phase's box is larger by this on every side, so that a breath does not push the mass out of it, mm. */
const MOVING_MARGIN_MM = 30;

/**
 * Reading between voxels blurs, so a perfect map of phases that lay right already looks slightly less alike than none. A loss
 * of up to this share of what both have in common is no reason to reject.
 */
const KEPT_SHARE = 0.97;

/** What became of one phase's registration. `map` is null for the identity. */
export interface PhaseAlignment {
  readonly map: RigidMap | null;
  readonly outcome: 'aligned' | 'rejected' | 'failed';
  /** What the engine found, kept for display even when it was rejected. */
  readonly found: RigidMap | null;
}

/**
 * Aligns a phase to the reference phase within the VOI around the centre. A map that makes the phases less alike than no
 * map at all is rejected (`registration-rejected`), a failed run leaves the identity (`registration-identity`).
 * Source: method step 10, preset `paper`.
 */
export async function alignPhase(input: {
  readonly reference: Volume;
  readonly moving: Volume;
  readonly phase: ReadPhase;
  readonly centreLpsMm: Vec3;
  readonly engine: RegistrationEngine;
}): Promise<Result<PhaseAlignment>> {
  const { reference, moving, phase, centreLpsMm, engine } = input;
  const box = { reference: reference.grid, centreLpsMm };
  const fixedGrid = voiGrid({ ...box, covered: reference.grid, marginMm: 0 });
  const movingGrid = voiGrid({ ...box, covered: moving.grid, marginMm: MOVING_MARGIN_MM });
  const result = await engine.align(
    { grid: fixedGrid, hu: sampleBox(reference, fixedGrid) },
    { grid: movingGrid, hu: sampleBox(moving, movingGrid) },
  );
  if (!result.ok) {
    const note = issue('registration-identity', 'warning', moving.id, { phase });
    return success({ map: null, outcome: 'failed', found: null }, [note]);
  }
  const found = result.value;
  if (found.similarityAfter - 1 >= KEPT_SHARE * (found.similarityBefore - 1)) {
    return success({ map: found, outcome: 'aligned', found }, result.issues);
  }
  const rejected = issue('registration-rejected', 'warning', moving.id, {
    phase,
    before: found.similarityBefore,
    after: found.similarityAfter,
  });
  return success({ map: null, outcome: 'rejected', found }, [rejected]);
}
