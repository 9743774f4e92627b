import type { LabelMap } from '../core/label-map';
import type { Heatmap, Patch, Reading } from '../core/reading';
import type { Volume } from '../core/volume';
import type { CaseEvent } from '../worker/protocol';
import type { StoreEvent } from './store/case-event';

/** Arrays of the case: voxels, masks, patches and heatmaps. They live here, by id, and never in the store. */
interface CaseArrays {
  caseId: number;
  volumes: Map<string, Volume>;
  labelMap: LabelMap | null;
  labelVersion: number;
  /** Outlines that came with the files, by volume. */
  offered: Map<string, LabelMap>;
  patches: readonly Patch[];
  heatmaps: readonly Heatmap[];
}

const held: CaseArrays = { caseId: 0, volumes: new Map(), labelMap: null, labelVersion: 0, offered: new Map(), patches: [], heatmaps: [] };

/** A volume of the case by its id. */
export function volumeById(volumeId: string): Volume | undefined {
  return held.volumes.get(volumeId);
}

/** The label map in use, or null before segmentation. */
export function labelMapInUse(): LabelMap | null {
  return held.labelMap;
}

/** Labels that came with the files for a volume. */
export function offeredLabels(volumeId: string): Uint8Array | undefined {
  return held.offered.get(volumeId)?.labels;
}

/** The patch that the networks saw of a phase. */
export function patchOf(phase: string): Patch | undefined {
  return held.patches.find((patch) => patch.phase === phase);
}

/** All patches of the reading. */
export function patchesInUse(): readonly Patch[] {
  return held.patches;
}

/** A heatmap by task, class and phase. */
export function heatmapOf(task: string, classIndex: number, phase: string): Heatmap | undefined {
  return held.heatmaps.find((map) => map.task === task && map.classIndex === classIndex && map.phase === phase);
}

/** All heatmaps of the reading. */
export function heatmapsInUse(): readonly Heatmap[] {
  return held.heatmaps;
}

/** Takes the arrays of a whole case at once, in place of those before. */
export function holdCase(caseId: number, volumes: readonly Volume[], labelMap: LabelMap | null): void {
  releaseArrays();
  held.caseId = caseId;
  for (const volume of volumes) held.volumes.set(volume.id, volume);
  held.labelMap = labelMap;
}

/** Lets the label map go: what an analysis before outlined must not stand under the next one. */
export function releaseLabelMap(): void {
  held.labelMap = null;
  held.labelVersion++;
}

/** Lets everything of the case go. */
export function releaseArrays(): void {
  held.volumes.clear();
  held.offered.clear();
  held.labelMap = null;
  held.patches = [];
  held.heatmaps = [];
  held.labelVersion++;
}

/** Keeps an event's arrays here and gives back the event without them. */
export function keepArrays(event: CaseEvent): StoreEvent {
  if (event.kind === 'volume') {
    if (held.caseId !== event.caseId) {
      releaseArrays();
      held.caseId = event.caseId;
    }
    held.volumes.set(event.volume.id, event.volume);
    return { kind: 'volume', caseId: event.caseId, facts: event.facts, volumeId: event.volume.id, grid: event.volume.grid };
  }
  if (event.kind === 'outlines-offered') {
    held.offered.set(event.labelMap.volumeId, event.labelMap);
    return { kind: 'outlines-offered', caseId: event.caseId, volumeId: event.labelMap.volumeId };
  }
  if (event.kind === 'segmented') {
    held.labelMap = event.labelMap;
    const { caseId, runId, phase, labelMap } = event;
    return { kind: 'segmented', caseId, runId, phase, volumeId: labelMap.volumeId, version: ++held.labelVersion };
  }
  if (event.kind === 'reading') {
    held.patches = event.reading.patches;
    held.heatmaps = event.reading.heatmaps;
    return { kind: 'reading', caseId: event.caseId, runId: event.runId, reading: withoutArrays(event.reading) };
  }
  return event;
}

type Facts = Extract<StoreEvent, { kind: 'reading' }>['reading'];

function withoutArrays(reading: Reading): Facts {
  return { ...reading, patches: reading.patches.map((patch) => without(patch, ['hu', 'tensor'])), heatmaps: reading.heatmaps.map((map) => without(map, ['map'])) };
}

/** A copy without some fields. */
function without<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Omit<T, K> {
  const copy: Partial<T> = { ...from };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy as Omit<T, K>;
}
