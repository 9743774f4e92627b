import type { Grid } from '../core/grid';
import type { ReadPhase } from '../core/phase';
import type { Vec3 } from '../core/vector';
import type { Trunk } from './trunk';

/** The seed of the sample case. Another seed draws other textures and noise on the same anatomy. */
export const SAMPLE_SEED = 20250207;

/** Painted matrix. */
const SIZE_PX = 512;
const PIXEL_MM = 0.75;
const SLICE_MM = 3;

/** How one phase of the sample is taken. */
export interface PhasePlan {
  readonly phase: ReadPhase;
  readonly seriesNumber: number;
  readonly description: string;
  /** HHMMSS of the first slice. */
  readonly acquisitionTime: string;
  /** Seconds after the start of the injection, or null before it. */
  readonly delayS: number | null;
  /** Where the organs lie against the first phase, mm towards the head: another breath-hold. */
  readonly breathShiftMm: number;
  /** SD of the noise in the middle of the body, HU. */
  readonly noiseHu: number;
}

/** The three phases, in the order in which they are taken. */
export const PHASE_PLANS: readonly PhasePlan[] = [
  { phase: 'N', seriesNumber: 2, description: 'Abdomen native 3.0 B30f', acquisitionTime: '101500', delayS: null, breathShiftMm: 0, noiseHu: 12 },
  { phase: 'A', seriesNumber: 3, description: 'Abdomen arterial 3.0 B30f', acquisitionTime: '101940', delayS: 40, breathShiftMm: 3.5, noiseHu: 12 },
  { phase: 'V', seriesNumber: 4, description: 'Abdomen portal venous 3.0 B30f', acquisitionTime: '102030', delayS: 90, breathShiftMm: -4.5, noiseHu: 11 },
];

/** HHMMSS at which the injection starts. */
export const BOLUS_START_TIME = '101900';

/** The solid mass, in trunk mm: a slightly flattened ball at the back of the right kidney, half outside it. */
export const MASS = { side: 'right', centreMm: [87, 209, 137] as Vec3, radiiMm: [21, 19, 20] as Vec3 } as const;

/** The simple cyst of the other kidney, in trunk mm. */
export const CYST = { side: 'left', centreMm: [277, 183, 116] as Vec3, radiusMm: 8.5 } as const;

/** World position (LPS mm) of the centre of the trunk's voxel (0, 0, 0). */
export function trunkOriginLpsMm(trunk: Trunk): Vec3 {
  const middle = (axis: 0 | 1): number => (-(trunk.sizeIjk[axis] - 1) * trunk.spacingMm[axis]) / 2;
  return [middle(0), middle(1) - 20, -760];
}

/** The painted grid: axial, feet first, all of the trunk's height, the body in the middle. */
export function paintedGrid(trunk: Trunk): Grid {
  const origin = trunkOriginLpsMm(trunk);
  const heightMm = trunk.sizeIjk[2] * trunk.spacingMm[2];
  const slices = Math.floor(heightMm / SLICE_MM);
  const half = ((SIZE_PX - 1) * PIXEL_MM) / 2;
  return {
    sizeIjk: [SIZE_PX, SIZE_PX, slices],
    spacingMm: [PIXEL_MM, PIXEL_MM, SLICE_MM],
    originLpsMm: [-half, -20 - half, origin[2] + SLICE_MM / 2 - trunk.spacingMm[2] / 2],
    axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  };
}
