import type { SeriesFacts, Volume } from '../core/volume';

/** A volume with what its tags say. */
export interface StudyVolume {
  readonly facts: SeriesFacts;
  readonly volume: Volume;
}
