import type { Grid } from './grid';

/** Label values: 0 background, 1 kidney, 2 tumour, 3 cyst. */
export const LABEL = { background: 0, kidney: 1, tumour: 2, cyst: 3 } as const;

/** A segmentation on the grid of the volume that was segmented; `labels` in the same order as `Volume.hu`. */
export interface LabelMap {
  readonly volumeId: string;
  readonly grid: Grid;
  readonly labels: Uint8Array;
}
