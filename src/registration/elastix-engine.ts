import type { Image, JsonCompatible } from 'itk-wasm';
import { issue } from '../core/issue';
import type { RegistrationEngine, RigidMap } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import { dot, type Vec3 } from '../core/vector';
import { coarseShift } from './coarse-shift';
import { eulerMatrix, mapFromBox } from './euler-map';
import { RIGID_PARAMETERS } from './rigid-parameters';
import { normalisedMutualInformation, type Box } from './similarity';

/** Runs elastix on two images; the browser's and Node's builds differ only here. */
export type RunElastix = (
  parameters: JsonCompatible,
  images: { readonly fixed: Image; readonly moving: Image },
) => Promise<{ readonly transformParameterObject: JsonCompatible }>;

/**
 * A registration engine over elastix, started from the best of a grid of shifts. Both boxes must have the same axes: elastix sees them in the box's own coordinates,
 * so that no direction matrix is involved. A run that throws, or answers nothing sensible, becomes `registration-identity`.
 */
export function elastixEngine(run: RunElastix): RegistrationEngine {
  return {
    warm: async () => {
      // Two small blocks and one step: enough for the code to be fetched, compiled and run once.
      await run([{ ...RIGID_PARAMETERS, ...ONE_STEP }], { fixed: boxImage(BLOCK, [0, 0, 0]), moving: boxImage(BLOCK, [0, 0, 0]) }).catch(() => undefined);
    },
    align: async (fixed, moving) => {
      const { axesLps } = fixed.grid;
      const parallel = ([0, 1, 2] as const).every((a) => dot(axesLps[a], moving.grid.axesLps[a]) > 1 - 1e-9);
      if (!parallel) return failure(issue('internal-error', 'error'));
      try {
        const startMm = coarseShift(fixed, moving);
        const result = await run([RIGID_PARAMETERS] as unknown as JsonCompatible, {
          fixed: boxImage(fixed, [0, 0, 0]),
          moving: boxImage(moving, startMm),
        });
        return finish(fixed, moving, startMm, result.transformParameterObject);
      } catch (error) {
        return failure(issue('registration-identity', 'warning', undefined, { reason: String(error) }));
      }
    },
  };
}

const ONE_STEP = { NumberOfResolutions: ['1'], MaximumNumberOfIterations: ['1'], NumberOfSpatialSamples: ['64'] };

const BLOCK: Box = {
  grid: { sizeIjk: [16, 16, 16], spacingMm: [1.5, 1.5, 1.5], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] },
  hu: Float32Array.from({ length: 4096 }, (_, n) => (n * 37) % 211),
};

function finish(fixed: Box, moving: Box, startMm: Vec3, transform: JsonCompatible): Result<RigidMap> {
  const parameters = numbersOf(transform, 'TransformParameters');
  const centre = numbersOf(transform, 'CenterOfRotationPoint');
  if (parameters.length !== 6 || centre.length !== 3 || ![...parameters, ...centre].every(Number.isFinite)) {
    return failure(issue('registration-identity', 'warning'));
  }
  const [ax, ay, az, tx, ty, tz] = parameters as [number, number, number, number, number, number];
  const map = mapFromBox(fixed.grid.axesLps, eulerMatrix(ax, ay, az), [tx + startMm[0], ty + startMm[1], tz + startMm[2]], centre as unknown as Vec3);
  return success({
    ...map,
    similarityBefore: normalisedMutualInformation(fixed, moving, null),
    similarityAfter: normalisedMutualInformation(fixed, moving, map),
  });
}

/** Numbers of a key in elastix's answer: a list of maps whose values are lists of strings. */
function numbersOf(transform: JsonCompatible, key: string): readonly number[] {
  const first: unknown = Array.isArray(transform) ? transform[0] : null;
  if (typeof first !== 'object' || first === null) return [];
  const values: unknown = (first as Record<string, unknown>)[key];
  return Array.isArray(values) ? values.map(Number) : [];
}

/** A box as an ITK image in the box's own coordinates, moved back by `startMm`: x, y, z along its axes, direction the identity. */
function boxImage({ grid, hu }: Box, startMm: Vec3): Image {
  return {
    imageType: { dimension: 3, componentType: 'float32', pixelType: 'Scalar', components: 1 },
    name: 'box',
    origin: grid.axesLps.map((axis, a) => dot(grid.originLpsMm, axis) - startMm[a]!),
    spacing: [...grid.spacingMm],
    direction: new Float64Array([1, 0, 0, 0, 1, 0, 0, 0, 1]),
    size: [...grid.sizeIjk],
    data: hu,
    metadata: new Map(),
  } as unknown as Image;
}
