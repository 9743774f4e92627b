import { paintPhase, type Share } from './paint-phase';
import { buildScene } from './scene';
import { sliceFile, type SampleFile } from './slice-file';
import { paintedGrid, PHASE_PLANS, SAMPLE_SEED } from './study-plan';
import type { Trunk } from './trunk';

/**
 * Paints the sample study as DICOM files, one file at a time, so that the caller can show progress and stop.
 * @param share which slices of every phase to paint; several workers share a study
 */
export function* paintStudy(trunk: Trunk, share: Share = { part: 0, of: 1 }): Generator<SampleFile> {
  const grid = paintedGrid(trunk);
  const scene = buildScene(trunk, SAMPLE_SEED, grid.spacingMm[0]);
  for (const plan of PHASE_PLANS) {
    for (const { k, hu } of paintPhase(scene, grid, plan, share)) yield sliceFile(hu, grid, k, plan);
  }
}

/** Files of the whole study. */
export function studyFiles(trunk: Trunk): number {
  return PHASE_PLANS.length * paintedGrid(trunk).sizeIjk[2];
}
