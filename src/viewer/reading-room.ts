import type { LabelMap } from '../core/label-map';
import type { RigidMap } from '../core/ports';
import { addScaled, cross, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { bodyBox } from './body-box';
import { panBy, zoomAt } from './camera';
import { bindHandle } from './centre-handle';
import { SliceEngine, chooseBackend, forgetVolume, registerVolume, startCornerstone, type RenderBackend } from './cornerstone';
import { bindGestures, type GestureTarget } from './gestures';
import { EMPTY_BOUNDS, grownBounds, labelBounds } from './label-picture';
import { nextTask } from './next-task';
import { Pane, type PaneScene } from './pane';
import { planeOf, pointInSlice } from './plane';
import { PaneLinks } from './pane-links';
import { paintShot } from './screenshot';
import type { BrushMark, CentreMark, HeatmapLayer, MaskStyle, PaneSpec, PaneWords, PatchPlace, PrimaryTool, RoomListener, Ruler, Window } from './types';
import './viewer.css';

interface LoadedVolume {
  readonly volume: Volume;
  readonly body: { readonly centreLpsMm: Vec3; readonly sizeMm: Vec3 };
  registered: boolean;
}

/** Side of the box that is shown around a chosen mass, mm: the patch's field of view. */
const MASS_BOX_MM = 140;

/** Panes are drawn within this time in one frame, ms; what is not reached is drawn in the next, so that hand and keys are answered between. */
const DRAWING_MS = 16;

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
  private frame = 0;
  /** Panes that are to be drawn, the longest waiting first. */
  private readonly due = new Set<Pane>();
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
  private labelMap: PaneScene['labelMap'] = null;
  private style: MaskStyle = { visible: true, fill: false, opacity: 0.25 };
  private heatmap: HeatmapLayer | null = null;
  private patches: readonly PatchPlace[] = [];
  private centre: CentreMark | null = null;
  private brush: BrushMark | null = null;
  private ruler: Ruler | null = null;
  private cursorLpsMm: Vec3 | null = null;
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
    if (this.zoomedPoint) this.zoomToPoint(this.zoomedPoint);
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
    for (const pane of this.panes) pane.pointLpsMm = this.toPane(pane, pointLpsMm);
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
    if (tool !== 'length') this.ruler = null;
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
    this.labelMap = map ? { map, bounds: labelBounds(map) ?? EMPTY_BOUNDS, version: ++this.counter } : null;
    this.request();
  }

  /** The labels in use changed within `radiusMm` of a point (label map's world, LPS mm): draws them anew. */
  labelsTouched(pointLpsMm: Vec3, radiusMm: number): void {
    if (!this.labelMap) return;
    const { map, bounds } = this.labelMap;
    this.labelMap = { map, bounds: grownBounds(map.grid, bounds, pointLpsMm, radiusMm), version: ++this.counter };
    this.request();
  }

  /** Shows the brush's circle in place of the cursor; null puts it away. */
  setBrush(brush: BrushMark | null): void {
    this.brush = brush;
    this.request();
  }

  setMaskStyle(style: MaskStyle): void {
    this.style = style;
    this.request();
  }

  setHeatmap(heatmap: HeatmapLayer | null): void {
    this.heatmap = heatmap;
    this.request();
  }

  setPatches(patches: readonly PatchPlace[]): void {
    this.patches = patches;
    this.request();
  }

  setCentre(centre: CentreMark | null): void {
    this.centre = centre;
    this.request();
  }

  /** The panes as one PNG, with what lies over them; `footer` is written below. */
  async screenshot(footer: readonly string[]): Promise<Blob | null> {
    for (const pane of this.panes) pane.draw(this.sceneOf(pane));
    return paintShot(this.host, this.panes, footer);
  }

  /** Frees everything. The room cannot be used afterwards. */
  dispose(): void {
    this.closed = true;
    this.generation++;
    this.resize.disconnect();
    cancelAnimationFrame(this.frame);
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
    this.due.clear();
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
    if (this.zoomedPoint) this.zoomToPoint(this.zoomedPoint);
    else {
      for (const pane of this.panes) {
        const body = this.volumes.get(pane.volume.id)!.body;
        pane.fit(body.centreLpsMm, body.sizeMm);
      }
    }
    this.request();
  }

  private zoomToPoint(pointLpsMm: Vec3): void {
    for (const pane of this.panes) pane.fit(this.toPane(pane, pointLpsMm), [MASS_BOX_MM, MASS_BOX_MM, MASS_BOX_MM]);
  }

  private scroll(pane: Pane, slices: number): void {
    const { grid } = pane.volume;
    const next = Math.min(pane.plane.slices - 1, Math.max(0, pane.slice + slices));
    pane.pointLpsMm = pointInSlice(grid, pane.plane, pane.pointLpsMm, next);
    if (this.links.linked) {
      const point = this.toReference(pane, pane.pointLpsMm);
      for (const other of this.panes) if (other !== pane) other.pointLpsMm = this.toPane(other, point);
    }
    this.request();
  }

  private zoom(pane: Pane, factor: number, x: number, y: number): void {
    const point = this.toReference(pane, pane.lpsAt(x, y));
    for (const other of this.links.linked ? this.panes : [pane]) {
      const at = other === pane || other.plane.name === pane.plane.name ? ([x, y] as const) : undefined;
      other.camera = zoomAt(other.camera, other.plane, other.sizePx, at ?? other.canvasOf(this.toPane(other, point)), factor);
    }
    this.request();
  }

  private pan(pane: Pane, dx: number, dy: number): void {
    for (const other of this.links.linked ? this.panes.filter((p) => p.plane.name === pane.plane.name) : [pane]) {
      other.camera = panBy(other.camera, other.plane, dx, dy);
    }
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
      pan: (dx, dy) => this.pan(pane, dx, dy),
      zoom: (factor, x, y) => this.zoom(pane, factor, x, y),
      hover: (x, y, bringAll) => this.hover(pane, x, y, bringAll),
      leave: () => {
        this.hoverLpsMm = null;
        this.cursorLpsMm = null;
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
          if (!this.centre) return;
          let p = addScaled(this.toPane(pane, this.centre.pointLpsMm), pane.plane.rightLps, right);
          p = addScaled(p, pane.plane.downLps, down);
          this.moveCentre(this.toReference(pane, pane.along(p, slices * pane.plane.stepMm)), true);
        },
      }),
    );
    pane.dom.root.addEventListener('focusin', () => this.activate(pane));
  }

  private stroke(pane: Pane, phase: 'begin' | 'move' | 'end', x: number, y: number): void {
    if (this.tool === 'length') {
      const pointLpsMm = pane.lpsAt(x, y);
      this.ruler = { paneId: pane.spec.id, fromLpsMm: phase === 'begin' || this.ruler === null ? pointLpsMm : this.ruler.fromLpsMm, toLpsMm: pointLpsMm };
      this.request();
      return;
    }
    if (!this.labelMap) return;
    const { normalAxis } = planeOf(this.labelMap.map.grid, pane.plane.name);
    this.listener.onStroke?.({ phase, pointLpsMm: this.toReference(pane, pane.lpsAt(x, y)), normalAxis });
  }

  private moveCentre(pointLpsMm: Vec3, finished: boolean): void {
    if (this.centre) this.centre = { ...this.centre, pointLpsMm };
    this.request();
    this.listener.onCentreMove?.(pointLpsMm, finished);
  }

  private hover(pane: Pane, x: number, y: number, bringAll: boolean): void {
    const point = this.toReference(pane, pane.lpsAt(x, y));
    this.hoverLpsMm = point;
    this.cursorLpsMm = point;
    if (bringAll) {
      for (const other of this.panes) if (other !== pane) other.pointLpsMm = this.toPane(other, point);
    }
    for (const other of this.panes) other.showHu(this.links.linked || other === pane ? this.toPane(other, point) : null);
    this.request();
  }

  private click(pane: Pane, x: number, y: number): void {
    const several = new Set(this.panes.map((p) => p.plane.name)).size > 1;
    if (several) this.goTo(this.toReference(pane, pane.lpsAt(x, y)));
  }

  /** Has every pane drawn, the active one first. */
  private request(): void {
    if (this.active) this.due.add(this.active);
    for (const pane of this.panes) this.due.add(pane);
    this.nextFrame();
  }

  private nextFrame(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.drawDue(performance.now() + DRAWING_MS);
      if (this.due.size > 0) this.nextFrame();
    });
  }

  /** Draws what is due until the time is over, one pane at least. */
  private drawDue(untilMs: number): void {
    for (const pane of this.due) {
      this.due.delete(pane);
      pane.draw(this.sceneOf(pane));
      if (performance.now() > untilMs) return;
    }
  }

  private sceneOf(pane: Pane): PaneScene {
    const patch = this.patches.find((place) => place.volumeId === pane.volume.id) ?? null;
    return {
      labelMap: this.labelMap,
      toPane: this.links.mapOf(pane.volume.id),
      style: this.style,
      heatmap: this.heatmap,
      patch,
      centreLpsMm: this.centre ? this.toPane(pane, this.centre.pointLpsMm) : null,
      centreLabel: this.centre?.label ?? '',
      cursorLpsMm: this.cursorLpsMm && (this.panes.length > 1 || this.brush) ? this.toPane(pane, this.cursorLpsMm) : null,
      brush: this.brush,
      ruler: this.ruler?.paneId === pane.spec.id ? this.ruler : null,
      lines: this.linesOf(pane),
      link: this.panes.length < 2 ? '' : this.links.nameOf(pane, this.words.link),
      window: this.shown,
    };
  }

  private linesOf(pane: Pane): PaneScene['lines'] {
    return this.panes
      .filter((other) => other.plane.normalAxis !== pane.plane.normalAxis)
      .map((other) => ({
        pointLpsMm: other.slicePointLpsMm,
        alongLps: cross(other.plane.stepLps, pane.plane.stepLps),
        colour: other === this.active ? '#4cc2b5' : '#d7dee5',
      }));
  }
}

/** True when a camera made for one size still suits the other. */
function similarSize(a: readonly [number, number], b: readonly [number, number]): boolean {
  return Math.abs(a[0] - b[0]) < 0.2 * a[0] && Math.abs(a[1] - b[1]) < 0.2 * a[1];
}
