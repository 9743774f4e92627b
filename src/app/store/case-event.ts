import type { Grid } from '../../core/grid';
import type { SeriesFacts } from '../../core/volume';
import type { CaseEvent } from '../../worker/protocol';
import type { ReadingFacts } from './state';

type WithoutArrays =
  | { readonly kind: 'volume'; readonly caseId: number; readonly facts: SeriesFacts; readonly volumeId: string; readonly grid: Grid }
  | { readonly kind: 'outlines-offered'; readonly caseId: number; readonly volumeId: string }
  | { readonly kind: 'segmented'; readonly caseId: number; readonly runId: number; readonly volumeId: string; readonly phase: 'N' | 'A' | 'V'; readonly version: number }
  | { readonly kind: 'reading'; readonly caseId: number; readonly runId: number; readonly reading: ReadingFacts };

/** A worker's event as the store takes it: arrays replaced by ids. */
export type StoreEvent = Exclude<CaseEvent, { kind: 'volume' | 'outlines-offered' | 'segmented' | 'reading' }> | WithoutArrays;
