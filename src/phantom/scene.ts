import { kidneyAnatomy, type KidneyAnatomy } from './kidney-anatomy';
import { massAnatomy, type MassAnatomy } from './mass-anatomy';
import { mobility, type Mobility } from './mobility';
import { noiseTiles } from './noise-tiles';
import { randomStream } from './random';
import { texture, type Texture } from './texture';
import { tissueFields, type TissueFields } from './tissue-fields';
import type { Side, Trunk } from './trunk';

/** Everything of the phantom that the phases share. */
export interface Scene {
  readonly trunk: Trunk;
  readonly fields: TissueFields;
  readonly kidneys: Readonly<Record<Side, KidneyAnatomy>>;
  readonly mass: MassAnatomy;
  readonly mobility: Mobility;
  readonly grain: Texture;
  readonly noise: readonly Float32Array[];
  readonly seed: number;
}

/** Noise planes kept; two of them, shifted at random, make a slice's noise. */
const NOISE_PLANES = 12;
const NOISE_PEAK_PER_MM = 0.29;

/** Builds the scene; the same trunk and seed give the same scene. */
export function buildScene(trunk: Trunk, seed: number, pixelMm: number): Scene {
  const random = randomStream(seed);
  const grain = texture(random);
  return {
    trunk,
    fields: tissueFields(trunk),
    kidneys: { left: kidneyAnatomy(trunk, 'left', random), right: kidneyAnatomy(trunk, 'right', random) },
    mass: massAnatomy(grain),
    mobility: mobility(trunk),
    grain,
    noise: noiseTiles(random, NOISE_PLANES, pixelMm, NOISE_PEAK_PER_MM),
    seed,
  };
}
