import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { RigidMap } from '../../core/ports';
import { addScaled, type Vec3 } from '../../core/vector';
import type { HeatmapLayer, PaneSpec, PaneWords, PatchPlace } from '../../viewer/types';
import type { ReadingRoom } from '../../viewer/reading-room';
import { comparisonsOf } from '../comparisons';
import { useWords, wordsOf, type Words } from '../parts/use-words';
import { setCentre, stroke } from '../session';
import { endComparison, useAlignment } from '../store/alignment';
import { assignmentOf, hangingOrder } from '../store/phase-choices';
import type { AppState, PhaseChoice, SeriesRow } from '../store/state';
import { useApp } from '../store/store';
import { loadRoom } from '../room-ahead';
import { heatmapPhase, hung, maximise } from '../view-actions';
import { offerViewer } from '../viewer-link';
import { heatmapOf, labelMapInUse, patchesInUse, volumeById } from '../volumes';

/** The panes: hands the store's view to the reading room and its answers back. The room is loaded when first needed. */
export function Panes(): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<ReadingRoom | null>(null);
  const { t } = useWords();
  const caseId = useApp((state) => state.caseId);

  useEffect(() => {
    let opened: ReadingRoom | null = null;
    let gone = false;
    void loadRoom().then(async ({ ReadingRoom: Room }) => {
      if (gone || !host.current) return;
      opened = await Room.open(host.current, paneWords(wordsOf(useApp.getState().language)), {
        onWindow: (window) => useApp.setState({ window }),
        onMaximise: (paneId) => maximise(paneId.split('|')[0] ?? null),
        onActive: (paneId) => useApp.setState({ activeVolume: paneId.split('|')[0] ?? null }),
        onStroke: (piece) => stroke(piece, (point, radiusMm) => opened?.labelsTouched(point, radiusMm)),
        onCentreMove: (pointLpsMm, finished) => (finished ? setCentre(pointLpsMm) : useApp.setState({ carriedLpsMm: pointLpsMm })),
      });
      // React may take the panes away while Cornerstone starts.
      if (gone as boolean) opened.dispose();
      else setRoom(opened);
    });
    return () => {
      gone = true;
      opened?.dispose();
      setRoom(null);
    };
  }, [caseId]);

  useRoom(room);
  useComparisons(room);
  return <div ref={host} className="panes" role="region" aria-label={t('panes')} data-testid="panes" />;
}

/** Shows other phases in a room's panes while phases are compared. */
function useComparisons(room: ReadingRoom | null): void {
  const words = useWords();
  const reading = useApp((state) => state.reading);
  const choices = useApp((state) => state.choices);
  const layout = useApp((state) => state.layout);
  const alignment = useAlignment();
  useEffect(() => room?.setComparisons(comparisonsOf({ reading, choices, layout }, alignment, words)), [room, words, reading, choices, layout, alignment]);
  // The next case begins with each pane's own phase.
  useEffect(() => endComparison, [room]);
}

/** Keeps a room in step with the store. */
function useRoom(room: ReadingRoom | null): void {
  const language = useApp((state) => state.language);
  const layout = useApp((state) => state.layout);
  const series = useApp((state) => state.series);
  const choices = useApp((state) => state.choices);
  const active = useApp((state) => state.activeVolume);
  const alone = layout === 'side-by-side' ? null : active;

  useEffect(() => {
    if (!room) return;
    const specs = paneSpecs({ layout, series, choices, activeVolume: alone }, wordsOf(language));
    for (const spec of specs) {
      const volume = volumeById(spec.volumeId);
      if (volume) room.addVolume(volume);
    }
    void room.setPanes(specs, paneWords(wordsOf(language)));
  }, [room, layout, series, choices, alone, language]);

  useEffect(() => {
    if (!room) return undefined;
    const update = (now: AppState, before: AppState | null): void => {
      const changed = (...keys: (keyof AppState)[]): boolean => before === null || keys.some((key) => now[key] !== before[key]);
      if (changed('window', 'invert')) room.setWindow(now.window, now.invert);
      if (changed('linked')) room.setLinked(now.linked);
      if (changed('tool', 'brush')) room.setTool(now.brush.tool ? 'brush' : now.tool);
      if (changed('brush')) room.setBrush(now.brush.tool ? { radiusMm: now.brush.radiusMm, colour: now.brush.tool === 'eraser' ? '#fff' : `var(--${now.brush.label})` } : null);
      if (changed('segmented', 'maskVersion')) room.setLabelMap(now.segmented ? labelMapInUse() : null);
      if (changed('masks')) room.setMaskStyle(now.masks);
      if (changed('reading')) room.setMaps(volumeMaps(now));
      if (changed('centre', 'language')) {
        const words = wordsOf(now.language);
        room.setCentre(now.centre ? { pointLpsMm: now.centre.pointLpsMm, label: words.t(now.centre.source === 'by-hand' ? 'centre.by-hand' : 'centre.automatic') } : null);
        if (now.centre && changed('centre')) room.goTo(now.centre.pointLpsMm);
      }
      if (changed('zoomedOnMass') && now.zoomedOnMass !== room.zoomed) {
        room.zoomTo(now.zoomedOnMass ? (now.centre?.pointLpsMm ?? null) : null);
        if (now.zoomedOnMass && now.centre) room.goTo(now.centre.pointLpsMm);
      }
      if (changed('reading', 'heatmap', 'activity')) {
        room.setHeatmap(heatmapLayer(now));
        room.setPatches(now.heatmap.on && now.reading ? patchesInUse() : []);
        // A heatmap lies in the slice that was read, which need not be the centre's: bring the panes there.
        const middle = before === null || now.reading !== before.reading || !before.heatmap.on ? readPlaneMiddle(now) : null;
        if (middle) room.goTo(middle);
      }
    };
    update(useApp.getState(), null);
    offerViewer({
      goTo: (point, close) => {
        if (close) {
          useApp.setState({ zoomedOnMass: true });
          room.zoomTo(point);
        }
        room.goTo(point);
      },
      scrollBy: (slices) => room.scrollBy(slices),
      scrollToEnd: (end) => room.scrollToEnd(end),
      zoomBy: (factor) => room.zoomBy(factor),
      nextPane: (step) => room.activatePane(step),
      reset: () => {
        room.clearOffsets();
        room.zoomTo(null);
        endComparison();
        useApp.setState({ zoomedOnMass: false, window: { width: 400, level: 40 }, invert: false });
      },
      pointer: () => room.pointerLpsMm,
      middle: () => room.pointLpsMm,
      screenshot: (footer) => room.screenshot(footer),
    });
    const stop = useApp.subscribe(update);
    return () => {
      stop();
      offerViewer(null);
    };
  }, [room]);
}

function paneSpecs(view: { layout: AppState['layout']; series: readonly SeriesRow[]; choices: AppState['choices']; activeVolume: string | null }, words: Words): PaneSpec[] {
  const spec = (row: SeriesRow, choice: PhaseChoice, plane: PaneSpec['plane']): PaneSpec => ({
    id: `${row.volumeId}|${plane}`,
    volumeId: row.volumeId,
    plane,
    letter: choice === 'off' || choice === 'U' ? '' : choice,
    title: [choice === 'off' || choice === 'U' ? '' : words.t(`phase.${choice}`), row.facts.description].filter(Boolean).join(' · '),
    colour: `var(--phase-${choice})`,
    preferred: choice === 'A',
  });
  const shown = hung(view.series, view.choices);
  if (view.layout === 'side-by-side') return shown.map(({ row, choice }) => spec(row, choice, 'axial'));
  const all = hangingOrder(view.series, view.choices);
  const one = all.find(({ row }) => row.volumeId === view.activeVolume) ?? shown.find(({ choice }) => choice === 'A') ?? shown[0];
  if (!one) return [];
  return view.layout === 'one-up'
    ? [spec(one.row, one.choice, 'axial')]
    : (['axial', 'coronal', 'sagittal'] as const).map((plane) => spec(one.row, one.choice, plane));
}

function paneWords({ t, n }: Words): PaneWords {
  return {
    slice: (number, of) => t('pane.slice', { number, of }),
    position: (mm, letter) => `${letter} ${n(mm, 1)} mm`,
    window: (width, level) => t('pane.window', { width, level }),
    hu: (value) => t('pane.hu', { hu: n(value) }),
    millimetres: (mm) => (mm >= 10 && mm % 10 === 0 ? `${n(mm / 10)} cm` : `${n(mm, mm < 10 ? 1 : 0)} mm`),
    length: (mm) => `${n(mm, 1)} mm`,
    centreHandle: t('centre.handle'),
    pane: (letter, plane) => t('pane.name', { phase: letter, plane: t(`plane.${plane}`) }),
    link: { position: t('link.position'), registration: t('link.registration'), offset: t('link.offset'), off: t('link.off') },
  };
}

/** Rigid maps by volume: from the world of the segmented phase, in which centre and masks are, into each volume's own. */
function volumeMaps(state: AppState): Record<string, RigidMap | null> {
  const assignment = assignmentOf(state.choices);
  return Object.fromEntries(
    (state.reading?.registration ?? []).flatMap(({ phase, map }) => {
      const volumeId = assignment[phase];
      return volumeId ? [[volumeId, map]] : [];
    }),
  );
}

/** Middle of the reference phase's patch in LPS mm while a heatmap is shown, else null. */
function readPlaneMiddle(state: AppState): Vec3 | null {
  const { heatmap, reading } = state;
  if (!heatmap.on || !reading) return null;
  const reference = reading.segmentedPhase ?? heatmapPhase({ ...heatmap, phase: null }, reading.phases);
  const patch = patchesInUse().find(({ phase }) => phase === reference);
  if (!patch) return null;
  const half = (patch.sizePx - 1) / 2;
  return addScaled(addScaled(patch.firstPixelLpsMm, patch.columnStepLpsMm, half), patch.rowStepLpsMm, half);
}

function heatmapLayer(state: AppState): HeatmapLayer | null {
  const { heatmap, reading } = state;
  if (!heatmap.on || !reading) return null;
  const phase = heatmapPhase(heatmap, reading.phases);
  const map = phase ? heatmapOf(heatmap.task, heatmap.classIndex, phase) : undefined;
  const patch: PatchPlace | undefined = patchesInUse().find((p) => p.phase === phase);
  if (!map || !patch) return null;
  return { ...patch, map: map.map, rows: map.rows, columns: map.columns, stridePx: map.stridePx, colours: heatmap.colours, opacity: heatmap.opacity };
}
