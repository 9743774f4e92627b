import type { Grid } from '../core/grid';
import { LABEL } from '../core/label-map';
import type { ReadPhase } from '../core/phase';
import type { Vec3 } from '../core/vector';
import type { Scene } from './scene';
import { sampleUids } from './slice-file';
import { BOLUS_START_TIME, CYST, MASS, PHASE_PLANS, trunkOriginLpsMm, type PhasePlan } from './study-plan';
import type { Trunk } from './trunk';

/** What was painted in one phase. Both lesions move fully with the breath. */
export interface PhaseTruth {
  readonly phase: ReadPhase;
  readonly seriesInstanceUid: string;
  readonly breathShiftMm: number;
  readonly massCentreLpsMm: Vec3;
  readonly cystCentreLpsMm: Vec3;
}

/** What was painted: for tests, and for whoever wants to judge a reading of the sample. */
export interface SampleTruth {
  readonly massSide: 'left' | 'right';
  readonly massDiametersMm: Vec3;
  readonly cystDiameterMm: number;
  readonly bolusStartTime: string;
  readonly phases: readonly PhaseTruth[];
}

/** The truth of the sample study in patient coordinates. */
export function sampleTruth(trunk: Trunk): SampleTruth {
  const origin = trunkOriginLpsMm(trunk);
  const placed = (centreMm: Vec3, plan: PhasePlan): Vec3 => [
    origin[0] + centreMm[0], origin[1] + centreMm[1], origin[2] + centreMm[2] + plan.breathShiftMm,
  ];
  return {
    massSide: MASS.side,
    massDiametersMm: [2 * MASS.radiiMm[0], 2 * MASS.radiiMm[1], 2 * MASS.radiiMm[2]],
    cystDiameterMm: 2 * CYST.radiusMm,
    bolusStartTime: BOLUS_START_TIME,
    phases: PHASE_PLANS.map((plan) => ({
      phase: plan.phase,
      seriesInstanceUid: sampleUids(plan).seriesInstanceUid,
      breathShiftMm: plan.breathShiftMm,
      massCentreLpsMm: placed(MASS.centreMm, plan),
      cystCentreLpsMm: placed(CYST.centreMm, plan),
    })),
  };
}

/** Labels of one phase on `grid` (0 background, 1 kidney without sinus, 2 tumour, 3 cyst), i fastest. */
export function truthLabels(scene: Scene, grid: Grid, plan: PhasePlan): Uint8Array {
  const [ni, nj, nk] = grid.sizeIjk;
  const origin = trunkOriginLpsMm(scene.trunk);
  const voxelMm = scene.trunk.spacingMm[0];
  const out = new Uint8Array(ni * nj * nk);
  for (const kidney of [scene.kidneys.left, scene.kidneys.right]) {
    const { box } = kidney;
    const margin = 25;
    const index = (axis: 0 | 1 | 2, mm: number): number => (mm + origin[axis] - grid.originLpsMm[axis]) / grid.spacingMm[axis];
    const from = ([0, 1, 2] as const).map((a) => Math.max(0, Math.floor(index(a, box.lowMm[a] - margin))));
    const to = ([0, 1, 2] as const).map((a) => Math.min(grid.sizeIjk[a] - 1, Math.ceil(index(a, box.highMm[a] + margin))));
    for (let k = from[2]!; k <= to[2]!; k++) {
      const zMm = grid.originLpsMm[2] + k * grid.spacingMm[2] - origin[2];
      for (let j = from[1]!; j <= to[1]!; j++) {
        const y = grid.originLpsMm[1] + j * grid.spacingMm[1] - origin[1];
        for (let i = from[0]!; i <= to[0]!; i++) {
          const x = grid.originLpsMm[0] + i * grid.spacingMm[0] - origin[0];
          const z = zMm - plan.breathShiftMm * scene.mobility.at(x / voxelMm, y / voxelMm, zMm / voxelMm);
          const label =
            scene.mass.surfaceMm(x, y, z) < 0 ? LABEL.tumour
            : scene.mass.cystMm(x, y, z) < 0 ? LABEL.cyst
            : kidney.depthMm(x, y, z) > 0 && kidney.sinusMm(x, y, z) < 0 ? LABEL.kidney
            : LABEL.background;
          if (label !== LABEL.background) out[i + ni * (j + nj * k)] = label;
        }
      }
    }
  }
  return out;
}
