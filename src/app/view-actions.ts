import type { ReadPhase } from '../core/phase';
import { hangingOrder, isReadPhase } from './store/phase-choices';
import type { HeatmapChoice, Layout, OpenPanel, SeriesRow } from './store/state';
import { useApp } from './store/store';

const get = useApp.getState;
const set = useApp.setState;

/** Window presets in the order of their keys, HU: width and level. Source: the habits of five viewers and a renal form. */
export const WINDOW_PRESETS = [
  { name: 'abdomen', width: 400, level: 40 },
  { name: 'kidney', width: 250, level: 100 },
  { name: 'fat', width: 400, level: -10 },
  { name: 'bone', width: 1800, level: 400 },
  { name: 'lung', width: 1500, level: -600 },
] as const;

/** Opens a panel, or closes it when it is open. */
export function togglePanel(panel: Exclude<OpenPanel, null>): void {
  set({ panel: get().panel === panel ? null : panel });
}

/** Hangs the panes side by side, one alone, or one phase in three planes. */
export function setLayout(layout: Layout): void {
  set({ layout });
}

/** Shows one pane alone, or all again. */
export function maximise(volumeId: string | null): void {
  const { layout } = get();
  set(layout === 'one-up' ? { layout: 'side-by-side' } : { layout: 'one-up', activeVolume: volumeId ?? get().activeVolume });
}

/** Changes what is chosen about the heatmap; the rest stays. */
export function setHeatmap(change: Partial<HeatmapChoice>): void {
  set({ heatmap: { ...get().heatmap, ...change } });
}

/** Volumes that hang now: those that are read, or all when none is, three at most. */
export function hung(series: readonly SeriesRow[], choices: Readonly<Record<string, string>>): ReturnType<typeof hangingOrder> {
  const order = hangingOrder(series, choices as Parameters<typeof hangingOrder>[1]);
  const read = order.filter(({ choice }) => isReadPhase(choice));
  return (read.length > 0 ? read : order).slice(0, 3);
}

/** Phase of the heatmap that is shown: the one chosen, else the arterial, else the first that is read. */
export function heatmapPhase(choice: HeatmapChoice, phases: readonly ReadPhase[]): ReadPhase | null {
  if (choice.phase && phases.includes(choice.phase)) return choice.phase;
  return phases.includes('A') ? 'A' : (phases[0] ?? null);
}
