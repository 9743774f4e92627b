import type { Grid } from '../../core/grid';
import type { AppState, CaseState } from '../store/state';

const SCHEMA = 'renalens-kept-case/1';

/** What of a case is kept beside its arrays: everything that was found and decided. The rest is made again. */
const KEPT_FIELDS = [
  ...(['patient', 'issues', 'series', 'guesses', 'choices', 'confirmed', 'segmented', 'masses', 'automaticCentre', 'centre'] as const),
  ...(['reading', 'automaticReading', 'maskVersion', 'steps'] as const),
] as const;

/** The kept part of a case's state. */
export type KeptState = Pick<CaseState, (typeof KEPT_FIELDS)[number]>;

/** A kept case without its voxels and labels. */
export interface Snapshot {
  readonly schema: typeof SCHEMA;
  readonly appVersion: string;
  /** When it was written last, ISO 8601. */
  readonly savedAt: string;
  /** Outlines by another pack are not taken over. */
  readonly packId: string | null;
  readonly sample: AppState['samples'][number] | null;
  readonly state: KeptState;
}

/** Name of the pack that outlined and read, with its version. */
export function packName(state: Pick<CaseState, 'pack'>): string | null {
  return state.pack ? `${state.pack.id} ${state.pack.version}` : null;
}

/** What is kept of the page's state now. */
export function snapshotOf(state: AppState, savedAt: string): Snapshot {
  const kept = Object.fromEntries(KEPT_FIELDS.map((field) => [field, state[field]])) as unknown as KeptState;
  return { schema: SCHEMA, appVersion: __APP_VERSION__, savedAt, packId: packName(state), sample: state.samples[state.caseId] ?? null, state: kept };
}

/** A snapshot from its text; null for what another version wrote, or what is damaged. */
export function parseSnapshot(text: string): Snapshot | null {
  try {
    const read = JSON.parse(text) as Partial<Snapshot>;
    const whole = read.schema === SCHEMA && read.appVersion === __APP_VERSION__ && Array.isArray(read.state?.series) && read.state.series.length > 0;
    return whole ? (read as Snapshot) : null;
  } catch {
    return null;
  }
}

/** Number of voxels of a kept volume. */
export function voxelsOf({ sizeIjk }: Grid): number {
  return sizeIjk[0] * sizeIjk[1] * sizeIjk[2];
}
