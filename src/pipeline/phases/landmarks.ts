import type { Volume } from '../../core/volume';
import { coarsen } from './coarse-volume';
import { findAorta } from './find-aorta';
import { liverMedianHu } from './find-liver';
import { findSpine } from './find-spine';

/** What the picture alone says about the phase; null where the landmark was not found. */
export interface Landmarks {
  readonly aortaHu: number | null;
  readonly aortaDiameterMm: number | null;
  readonly liverHu: number | null;
}

/** A volume's landmarks do not change, and the guess is made again with every volume that arrives. */
const known = new WeakMap<Int16Array, Landmarks>();

/** Median HU of aorta and liver, found without segmentation; remembered per volume. */
export function readLandmarks(volume: Volume): Landmarks {
  const before = known.get(volume.hu);
  if (before !== undefined) return before;
  const coarse = coarsen(volume);
  const spine = findSpine(coarse);
  const aorta = findAorta(volume, { coarse, spine });
  const landmarks: Landmarks = {
    aortaHu: aorta?.medianHu ?? null,
    aortaDiameterMm: aorta?.diameterMm ?? null,
    liverHu: liverMedianHu(coarse, spine),
  };
  known.set(volume.hu, landmarks);
  return landmarks;
}
