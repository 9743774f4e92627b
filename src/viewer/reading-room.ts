import type { LabelMap } from '../core/label-map';
import type { RigidMap } from '../core/ports';
import { addScaled, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { bodyBox } from './body-box';
import { bindHandle } from './centre-handle';
import type { Comparison } from './comparison';
import { SliceEngine, chooseBackend, forgetVolume, registerVolume, startCornerstone, type RenderBackend } from './cornerstone';
import { FrameQueue } from './frame-queue';
import { bindGestures, type GestureTarget } from './gestures';
import { bringTo, fitMass, panTogether, scrollTogether, zoomTogether } from './move-together';
import { nextTask } from './next-task';
import { Overlays } from './overlays';
import { Pane } from './pane';
import { PaneLinks } from './pane-links';
import { planeOf } from './plane';
import { paintShot } from './screenshot';
import type { BrushMark, CentreMark, HeatmapLayer, MaskStyle, PaneSpec, PaneWords, PatchPlace, PrimaryTool, RoomListener, Window } from './types';
import './viewer.css';

interface LoadedVolume {
  readonly volume: Volume;
  readonly body: { readonly centreLpsMm: Vec3; readonly sizeMm: Vec3 };
  registered: boolean;
}

/**
 * The panes side by side and everything in them. The only door to Cornerstone: it draws volumes, masks, heatmap and the
 * centre handle, and tells what the user did. Points given and told are in the reference world (LPS mm); rigid maps
 * lead from there into each volume's own world.
 */
export class ReadingRoom {
  private engine: SliceEngine | null = null;
  private readonly volumes = new Map<string, LoadedVolume>();
  private panes: Pane[] = [];
  private unbind: (() => void)[] = [];
  private readonly drawing = new FrameQueue<Pane>((pane) => this.draw(pane));
  private readonly overlays = new Overlays();
  private generation = 0;
  private counter = 0;
  private readonly resize: ResizeObserver;

  private activeId = '';
  /** The pane that the user made active; one that was active by default gives way to a better one. */
  private chosenId = '';
  private readonly links = new PaneLinks();
  private shown: Window = { level: 40, width: 400 };
  private invert = false;
  private tool: PrimaryTool = 'window';
  private hoverLpsMm: Vec3 | null = null;
  private closed = false;

  private constructor(
    private readonly host: HTMLElement,
    private words: PaneWords,
    private readonly listener: RoomListener,
    readonly backend: RenderBackend,
  ) {
    this.resize = new ResizeObserver(() => {
      if (this.panes.map((pane) => pane.measure()).some(Boolean)) this.refit();
    });
    this.resize.observe(host);
  }

  /** Starts Cornerstone ahead of the first room; done once, however often it is asked. */
  static prepare(): Promise<void> {
    return startCornerstone();
  }

  /** Opens a room in an element. */
  static async open(host: HTMLElement, words: PaneWords, listener: RoomListener, backend = chooseBackend()): Promise<ReadingRoom> {
    await startCornerstone();
    return new ReadingRoom(host, words, listener, backend);
  }

  /** Makes a volume known. Cornerstone gets it with its first pane; nothing is copied on the 'cpu' backend. */
  addVolume(volume: Volume): void {
    if (this.closed || this.volumes.has(volume.id)) return;
    this.volumes.set(volume.id, { volume, body: bodyBox(volume), registered: false });
  }

  /** Lets a volume go. Panes that show it must have been replaced before. */
  removeVolume(volumeId: string): void {
    if (this.volumes.get(volumeId)?.registered) forgetVolume(volumeId);
    this.volumes.delete(volumeId);
  }

  /** Replaces the panes. Position and window are kept, as is the zoom of panes that stay the same. */
  async setPanes(specs: readonly PaneSpec[], words = this.words): Promise<void> {
    // The page may still speak to a room that another case has replaced; its panes must not come back.
    if (this.closed) return;
    const generation = ++this.generation;
    const focus = this.pointLpsMm;
    const before = new Map(this.panes.map((pane) => [`${pane.volume.id} ${pane.plane.name}`, { camera: pane.camera, size: pane.sizePx }]));
    this.words = words;
    this.closePanes();
    this.engine ??= new SliceEngine(this.backend);
    this.host.dataset['count'] = String(specs.length);
    for (const spec of specs) {
      const loaded = this.volumes.get(spec.volumeId);
      if (!loaded) continue;
      const pane = new Pane(spec, loaded.volume, this.words, loaded.body);
      if (focus) pane.pointLpsMm = this.toPane(pane, focus);
      this.panes.push(pane);
      this.host.append(pane.dom.root);
    }
    for (const pane of this.panes) {
      // One volume, one pane at a time: together they would hold the page up.
      const loaded = this.volumes.get(pane.volume.id)!;
      if (!loaded.registered) {
        registerVolume(loaded.volume, this.backend);
        loaded.registered = true;
      }
      await nextTask();
      if (generation !== this.generation) return;
      try {
        await pane.open(this.engine, `pane-${++this.counter}`);
      } catch (error) {
        // Newer panes took this one's place while it opened; Cornerstone then throws from within.
        if (generation === this.generation) throw error;
      }
      if (generation !== this.generation) return;
      this.bind(pane);
      pane.setWindow(this.shown, this.invert);
      pane.fit(loaded.body.centreLpsMm, loaded.body.sizeMm);
      const kept = before.get(`${pane.volume.id} ${pane.plane.name}`);
      if (kept && focus && similarSize(kept.size, pane.sizePx)) pane.camera = kept.camera;
      await nextTask();
      if (generation !== this.generation) return;
    }
    const active = this.panes.find((pane) => pane.spec.id === this.chosenId) ?? this.panes.find((pane) => pane.spec.preferred) ?? this.panes[0];
    if (active) this.activate(active, false);
    if (this.zoomedPoint) fitMass(this.panes, this.links, this.zoomedPoint);
    this.request();
  }

  /** The linked position: the active pane's point in the reference world. */
  get pointLpsMm(): Vec3 | null {
    const active = this.active;
    return active ? this.toReference(active, active.pointLpsMm) : null;
  }

  /** Where the pointer is, in the reference world, or null when it is not over a pane. */
  get pointerLpsMm(): Vec3 | null {
    return this.hoverLpsMm;
  }

  /** Brings every pane to a point. */
  goTo(pointLpsMm: Vec3): void {
    bringTo(this.panes, this.links, pointLpsMm);
    this.request();
  }

  /** Moves the active pane, and the linked ones with it, by whole slices. */
  scrollBy(slices: number): void {
    if (this.active) this.scroll(this.active, slices);
  }

  /** First or last slice of the active pane. */
  scrollToEnd(end: 'first' | 'last'): void {
    if (this.active) this.scroll(this.active, end === 'first' ? -1e6 : 1e6);
  }

  zoomBy(factor: number): void {
    const active = this.active;
    if (active) this.zoom(active, factor, active.sizePx[0] / 2, active.sizePx[1] / 2);
  }

  private zoomedPoint: Vec3 | null = null;

  /** Shows the patch-sized box around a point in every pane; null gives the whole body back. */
  zoomTo(pointLpsMm: Vec3 | null): void {
    this.zoomedPoint = pointLpsMm;
    this.refit();
  }

  get zoomed(): boolean {
    return this.zoomedPoint !== null;
  }

  activatePane(step: 1 | -1): void {
    const at = this.panes.findIndex((pane) => pane.spec.id === this.activeId);
    const next = this.panes[(at + step + this.panes.length) % Math.max(1, this.panes.length)];
    if (next) this.activate(next);
  }

  setWindow(shown: Window, invert = this.invert): void {
    this.shown = shown;
    this.invert = invert;
    for (const pane of this.panes) pane.setWindow(shown, invert);
    this.request();
  }

  setTool(tool: PrimaryTool): void {
    this.tool = tool;
    // A length is a look, not a finding: it goes with the tool.
    if (tool !== 'length') this.overlays.ruler = null;
    this.request();
  }

  /** Links the panes or lets each scroll alone; a difference made meanwhile stays as a manual offset. */
  setLinked(linked: boolean): void {
    this.links.setLinked(linked, this.panes, this.active, this.pointLpsMm);
    this.request();
  }

  /** Forgets manual offsets. */
  clearOffsets(): void {
    const point = this.pointLpsMm;
    this.links.clearOffsets();
    if (point) this.goTo(point);
  }

  /** Rigid maps from the reference world into volumes' own worlds; missing means identity. */
  setMaps(maps: Readonly<Record<string, RigidMap | null>>): void {
    const point = this.pointLpsMm;
    this.links.setMaps(maps);
    for (const pane of this.panes) pane.forgetMasks();
    if (point) this.goTo(point);
  }

  setLabelMap(map: LabelMap | null): void {
    this.overlays.setLabelMap(map);
    this.request();
  }

  /** The labels in use changed within `radiusMm` of a point (label map's world, LPS mm): draws them anew. */
  labelsTouched(pointLpsMm: Vec3, radiusMm: number): void {
    this.overlays.labelsTouched(pointLpsMm, radiusMm);
    this.request();
  }

  /** Shows the brush's circle in place of the cursor; null puts it away. */
  setBrush(brush: BrushMark | null): void {
    this.overlays.brush = brush;
    this.request();
  }

  setMaskStyle(style: MaskStyle): void {
    this.overlays.style = style;
    this.request();
  }

  setHeatmap(heatmap: HeatmapLayer | null): void {
    this.overlays.heatmap = heatmap;
    this.request();
  }

  /** Shows other phases in the panes of these volumes, through the maps of `setMaps`; none gives the panes their own back. */
  setComparisons(comparisons: readonly Comparison[]): void {
    this.overlays.comparisons = comparisons;
    // What stood under the pointer may be another phase's now.
    for (const pane of this.panes) pane.showHu(null);
    this.request();
  }

  setPatches(patches: readonly PatchPlace[]): void {
    this.overlays.patches = patches;
    this.request();
  }

  setCentre(centre: CentreMark | null): void {
    this.overlays.centre = centre;
    this.request();
  }

  /** The panes as one PNG, with what lies over them; `footer` is written below. */
  async screenshot(footer: readonly string[]): Promise<Blob | null> {
    for (const pane of this.panes) this.draw(pane);
    return paintShot(this.host, this.panes, footer);
  }

  /** Frees everything. The room cannot be used afterwards. */
  dispose(): void {
    this.closed = true;
    this.generation++;
    this.resize.disconnect();
    this.closePanes();
    this.engine?.dispose();
    this.engine = null;
    for (const id of [...this.volumes.keys()]) this.removeVolume(id);
  }

  private get active(): Pane | undefined {
    return this.panes.find((pane) => pane.spec.id === this.activeId) ?? this.panes[0];
  }

  private toPane(pane: Pane, pointLpsMm: Vec3): Vec3 {
    return this.links.toPane(pane, pointLpsMm);
  }

  private toReference(pane: Pane, pointLpsMm: Vec3): Vec3 {
    return this.links.toReference(pane, pointLpsMm);
  }

  private closePanes(): void {
    for (const undo of this.unbind) undo();
    this.unbind = [];
    for (const pane of this.panes) pane.dispose();
    this.panes = [];
    this.drawing.clear();
  }

  private activate(pane: Pane, tell = true): void {
    const changed = tell && this.activeId !== pane.spec.id;
    this.activeId = pane.spec.id;
    if (tell) this.chosenId = pane.spec.id;
    for (const other of this.panes) other.dom.root.classList.toggle('active', other === pane && this.panes.length > 1);
    if (changed) this.listener.onActive?.(pane.spec.id);
    this.request();
  }

  private refit(): void {
    if (this.zoomedPoint) fitMass(this.panes, this.links, this.zoomedPoint);
    else {
      for (const pane of this.panes) {
        const body = this.volumes.get(pane.volume.id)!.body;
        pane.fit(body.centreLpsMm, body.sizeMm);
      }
    }
    this.request();
  }

  private scroll(pane: Pane, slices: number): void {
    scrollTogether(this.panes, this.links, pane, slices);
    this.request();
  }

  private zoom(pane: Pane, factor: number, x: number, y: number): void {
    zoomTogether(this.panes, this.links, pane, factor, x, y);
    this.request();
  }

  private bind(pane: Pane): void {
    const target: GestureTarget = {
      primaryTool: () => this.tool,
      activate: () => this.activate(pane),
      scroll: (slices) => this.scroll(pane, slices),
      window: (dx, dy) => {
        const shown = { width: Math.max(1, this.shown.width + dx * 2), level: this.shown.level + dy * 1.5 };
        this.setWindow(shown);
        this.listener.onWindow?.(shown);
      },
      pan: (dx, dy) => {
        panTogether(this.panes, this.links, pane, dx, dy);
        this.request();
      },
      zoom: (factor, x, y) => this.zoom(pane, factor, x, y),
      hover: (x, y, bringAll) => this.hover(pane, x, y, bringAll),
      leave: () => {
        this.hoverLpsMm = null;
        this.overlays.cursorLpsMm = null;
        for (const other of this.panes) other.showHu(null);
        this.request();
      },
      click: (x, y) => this.click(pane, x, y),
      maximise: () => this.listener.onMaximise?.(pane.spec.id),
      stroke: (phase, x, y) => this.stroke(pane, phase, x, y),
    };
    this.unbind.push(bindGestures(pane.dom.root, target));
    this.unbind.push(
      bindHandle(pane.dom, {
        carry: (x, y, finished) => this.moveCentre(this.toReference(pane, pane.lpsAt(x, y)), finished),
        nudge: (right, down, slices) => {
          const { centre } = this.overlays;
          if (!centre) return;
          let p = addScaled(this.toPane(pane, centre.pointLpsMm), pane.plane.rightLps, right);
          p = addScaled(p, pane.plane.downLps, down);
          this.moveCentre(this.toReference(pane, pane.along(p, slices * pane.plane.stepMm)), true);
        },
      }),
    );
    pane.dom.root.addEventListener('focusin', () => this.activate(pane));
  }

  private stroke(pane: Pane, phase: 'begin' | 'move' | 'end', x: number, y: number): void {
    if (this.tool === 'length') {
      this.overlays.measure(pane.spec.id, pane.lpsAt(x, y), phase === 'begin');
      this.request();
      return;
    }
    const { labelMap } = this.overlays;
    if (!labelMap) return;
    const { normalAxis } = planeOf(labelMap.map.grid, pane.plane.name);
    this.listener.onStroke?.({ phase, pointLpsMm: this.toReference(pane, pane.lpsAt(x, y)), normalAxis });
  }

  private moveCentre(pointLpsMm: Vec3, finished: boolean): void {
    const { centre } = this.overlays;
    if (centre) this.overlays.centre = { ...centre, pointLpsMm };
    this.request();
    this.listener.onCentreMove?.(pointLpsMm, finished);
  }

  private hover(pane: Pane, x: number, y: number, bringAll: boolean): void {
    const point = this.toReference(pane, pane.lpsAt(x, y));
    this.hoverLpsMm = point;
    this.overlays.cursorLpsMm = point;
    if (bringAll) bringTo(this.panes.filter((other) => other !== pane), this.links, point);
    for (const other of this.panes) other.showHu(this.links.linked || other === pane ? this.toPane(other, point) : null);
    this.request();
  }

  private click(pane: Pane, x: number, y: number): void {
    const several = new Set(this.panes.map((p) => p.plane.name)).size > 1;
    if (several) this.goTo(this.toReference(pane, pane.lpsAt(x, y)));
  }

  /** Has every pane drawn, the active one first. */
  private request(): void {
    const { active } = this;
    this.drawing.add(active ? [active, ...this.panes] : this.panes);
  }

  private draw(pane: Pane): void {
    const { panes, active, links, words, shown, invert } = this;
    pane.draw(this.overlays.sceneOf(pane, { panes, active, links, words: words.link, window: shown, invert }));
  }
}

/** True when a camera made for one size still suits the other. */
function similarSize(a: readonly [number, number], b: readonly [number, number]): boolean {
  return Math.abs(a[0] - b[0]) < 0.2 * a[0] && Math.abs(a[1] - b[1]) < 0.2 * a[1];
}
