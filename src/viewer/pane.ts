import { containsLps, lpsToIndex, voxelOffset } from '../core/grid';
import type { LabelMap } from '../core/label-map';
import type { RigidMap } from '../core/ports';
import { addScaled, dot, length, subtract, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { canvasToLps, distanceFromSlice, fitCamera, lpsToCanvas, scaleBar, type Camera, type PaneSize } from './camera';
import { ComparisonLayer, showsOther, type PlacedComparison } from './comparison';
import type { SliceEngine, SliceViewport } from './cornerstone';
import { labelBounds, labelsInSlice } from './label-picture';
import { makeMaskPicture, paintOverlay, type MaskPicture, type OverlayScene } from './overlay-painter';
import { buildPaneDom } from './pane-dom';
import { edgeLetters, planeOf, pointInSlice, positionOf, sliceOf, type Plane } from './plane';
import type { BrushMark, HeatmapLayer, MaskStyle, PaneSpec, PaneWords, PatchPlace, Ruler, Window } from './types';

/** What the room asks a pane to lay over its picture. Points in the pane's own world, LPS mm. */
export interface PaneScene {
  readonly labelMap: { readonly map: LabelMap; readonly bounds: NonNullable<ReturnType<typeof labelBounds>>; readonly version: number } | null;
  readonly toPane: RigidMap | null;
  readonly style: MaskStyle;
  readonly comparison: PlacedComparison | null;
  readonly heatmap: HeatmapLayer | null;
  readonly patch: PatchPlace | null;
  readonly centreLpsMm: Vec3 | null;
  readonly centreLabel: string;
  readonly cursorLpsMm: Vec3 | null;
  readonly brush: BrushMark | null;
  readonly ruler: Ruler | null;
  readonly lines: OverlayScene['lines'];
  readonly link: string;
  readonly window: Window;
  readonly invert: boolean;
}

const MASK_CACHE = 96;

/** One picture with everything over it: knows its volume, its plane, its camera and its slice. */
export class Pane {
  readonly dom = buildPaneDom();
  readonly plane: Plane;
  camera: Camera;
  pointLpsMm: Vec3;
  private viewport: SliceViewport | null = null;
  private size: PaneSize = [0, 0];
  private drawn = '';
  private compared: PlacedComparison | null = null;
  private readonly layer = new ComparisonLayer();
  private readonly masks = new Map<string, MaskPicture | null>();

  constructor(
    readonly spec: PaneSpec,
    readonly volume: Volume,
    private readonly words: PaneWords,
    body: { readonly centreLpsMm: Vec3; readonly sizeMm: Vec3 },
  ) {
    this.plane = planeOf(volume.grid, spec.plane);
    this.pointLpsMm = body.centreLpsMm;
    this.camera = { focusLpsMm: body.centreLpsMm, mmPerPx: 1 };
    this.dom.root.setAttribute('aria-label', words.pane(spec.letter, spec.plane));
    this.dom.root.dataset['pane'] = spec.id;
    this.dom.handle.setAttribute('aria-label', words.centreHandle);
    for (const [side, letters] of Object.entries(edgeLetters(this.plane))) {
      this.dom.edges[side as 'left'].textContent = letters;
    }
  }

  /** Opens the picture; the root must be in the page and have its size. */
  async open(engine: SliceEngine, id: string): Promise<void> {
    this.viewport = engine.open(id, this.dom.picture);
    await this.viewport.show(this.volume.id, this.plane);
    this.measure();
  }

  get sizePx(): PaneSize {
    return this.size;
  }

  /** Takes over the size of the element; true when it changed. */
  measure(): boolean {
    const { clientWidth: w, clientHeight: h } = this.dom.root;
    if (w === this.size[0] && h === this.size[1]) return false;
    this.size = [w, h];
    const ratio = window.devicePixelRatio;
    this.dom.overlay.width = Math.round(w * ratio);
    this.dom.overlay.height = Math.round(h * ratio);
    this.dom.marks.setAttribute('viewBox', `0 0 ${w} ${h}`);
    this.viewport?.resize();
    this.drawn = '';
    return true;
  }

  /** Number of the slice shown, 0 at the head, front or left. */
  get slice(): number {
    return sliceOf(this.volume.grid, this.plane, this.pointLpsMm);
  }

  /** The point moved into the centre of the slice that is shown. */
  get slicePointLpsMm(): Vec3 {
    return pointInSlice(this.volume.grid, this.plane, this.pointLpsMm, this.slice);
  }

  /** World point (pane's world, LPS mm) under a pixel. */
  lpsAt(x: number, y: number): Vec3 {
    return canvasToLps(this.camera, this.plane, this.size, this.slicePointLpsMm, [x, y]);
  }

  /** Pixel under which a point of the pane's world lies. */
  canvasOf(pointLpsMm: Vec3): [number, number] {
    return lpsToCanvas(this.camera, this.plane, this.size, pointLpsMm);
  }

  /** HU of the nearest voxel of what is shown there, or null outside. */
  huAt(pointLpsMm: Vec3): number | null {
    const other = this.compared && showsOther(this.compared, this.plane, this.camera.mmPerPx, pointLpsMm) ? this.compared : null;
    return other ? nearestHu(other.other, other.toOther(pointLpsMm)) : nearestHu(this.volume, pointLpsMm);
  }

  /** Shows a box around a point (pane's world) as large as the pane allows. */
  fit(centreLpsMm: Vec3, sizeMm: Vec3): void {
    const along = (direction: Vec3): number => ([0, 1, 2] as const).reduce<number>((sum, n) => sum + Math.abs(direction[n]) * sizeMm[n], 0);
    this.camera = fitCamera(centreLpsMm, along(this.plane.rightLps), along(this.plane.downLps), this.size);
  }

  showHu(pointLpsMm: Vec3 | null): void {
    const value = pointLpsMm ? this.huAt(pointLpsMm) : null;
    this.dom.hu.textContent = value === null ? '' : this.words.hu(value);
  }

  /** Draws picture, overlays and marks. */
  draw(scene: PaneScene): void {
    if (!this.viewport || this.size[0] === 0) return;
    this.compared = scene.comparison;
    const slicePoint = this.slicePointLpsMm;
    const key = JSON.stringify([slicePoint, this.camera, this.size]);
    if (key !== this.drawn) {
      this.viewport.draw(slicePoint, this.camera, this.size[1], this.plane);
      this.drawn = key;
    }
    const context = this.dom.overlay.getContext('2d');
    if (context) paintOverlay(context, this.overlayScene(scene, slicePoint), window.devicePixelRatio);
    this.drawMarks(scene, slicePoint);
    this.drawText(scene, slicePoint);
  }

  setWindow(shown: Window, invert: boolean): void {
    this.viewport?.setWindow(shown.level - shown.width / 2, shown.level + shown.width / 2, invert);
    this.drawn = '';
  }

  /** Forgets masks prepared for slices. */
  forgetMasks(): void {
    this.masks.clear();
  }

  /** Canvases from bottom to top, for a screenshot. */
  layers(): HTMLCanvasElement[] {
    return this.viewport ? [this.viewport.picture(), this.dom.overlay] : [];
  }

  dispose(): void {
    this.viewport?.dispose();
    this.viewport = null;
    this.dom.root.remove();
  }

  private overlayScene(scene: PaneScene, slicePointLpsMm: Vec3): OverlayScene {
    return {
      camera: this.camera,
      plane: this.plane,
      size: this.size,
      slicePointLpsMm,
      compared: scene.comparison && this.layer.picture(scene.comparison, { camera: this.camera, plane: this.plane, size: this.size, slicePointLpsMm, window: scene.window, invert: scene.invert }),
      masks: scene.style.visible ? this.maskPicture(scene, slicePointLpsMm) : null,
      style: scene.style,
      heatmap: scene.heatmap?.volumeId === this.volume.id ? scene.heatmap : null,
      patch: scene.patch,
      lines: scene.lines,
    };
  }

  private maskPicture(scene: PaneScene, slicePointLpsMm: Vec3): MaskPicture | null {
    if (!scene.labelMap) return null;
    const key = `${this.slice} ${scene.labelMap.version}`;
    const known = this.masks.get(key);
    if (known !== undefined) return known;
    const placed = labelsInSlice(scene.labelMap.map, scene.labelMap.bounds, this.plane, slicePointLpsMm, scene.toPane);
    const made = placed ? makeMaskPicture(placed) : null;
    if (this.masks.size >= MASK_CACHE) this.masks.delete(this.masks.keys().next().value ?? '');
    this.masks.set(key, made);
    return made;
  }

  private drawMarks(scene: PaneScene, slicePoint: Vec3): void {
    const { handle, handleNote, cursor, bar, barText } = this.dom;
    const place = (element: SVGGraphicsElement, point: Vec3 | null): void => {
      element.style.display = point ? '' : 'none';
      if (!point) return;
      const [x, y] = lpsToCanvas(this.camera, this.plane, this.size, point);
      element.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      element.dataset['x'] = String(x);
      element.dataset['y'] = String(y);
    };
    place(handle, scene.centreLpsMm);
    place(handleNote, scene.centreLpsMm);
    place(cursor, scene.brush ? null : scene.cursorLpsMm);
    this.drawBrush(scene);
    this.drawRuler(scene, slicePoint);
    if (scene.centreLpsMm) {
      const away = distanceFromSlice(this.plane, slicePoint, scene.centreLpsMm);
      const elsewhere = Math.abs(away) > this.plane.stepMm / 2 + 0.01;
      handle.classList.toggle('elsewhere', elsewhere);
      handleNote.textContent = elsewhere ? `${away > 0 ? '↓' : '↑'} ${this.words.millimetres(Math.abs(away))}` : scene.centreLabel;
    }
    const scale = scaleBar(this.camera.mmPerPx, Math.min(120, this.size[0] / 3));
    const [x, y] = [this.size[0] / 2 - scale.px / 2, this.size[1] - 26];
    bar.setAttribute('d', `M${x} ${y - 4}V${y}H${x + scale.px}V${y - 4}`);
    barText.setAttribute('x', String(this.size[0] / 2));
    barText.setAttribute('y', String(y - 7));
    barText.textContent = this.words.millimetres(scale.mm);
  }

  private drawBrush({ brush, cursorLpsMm }: PaneScene): void {
    const { brush: circle, root } = this.dom;
    root.classList.toggle('brushing', brush !== null);
    circle.style.display = brush && cursorLpsMm ? '' : 'none';
    if (!brush || !cursorLpsMm) return;
    const [x, y] = this.canvasOf(cursorLpsMm);
    circle.setAttribute('cx', x.toFixed(1));
    circle.setAttribute('cy', y.toFixed(1));
    circle.setAttribute('r', (brush.radiusMm / this.camera.mmPerPx).toFixed(1));
    circle.style.stroke = brush.colour;
  }

  /** The length measured here, in the slice it was measured in. */
  private drawRuler({ ruler }: PaneScene, slicePoint: Vec3): void {
    const { ruler: group, rulerLines, rulerText } = this.dom;
    const shown = ruler !== null && Math.abs(distanceFromSlice(this.plane, slicePoint, ruler.fromLpsMm)) <= this.plane.stepMm / 2 + 0.01;
    group.style.display = shown ? '' : 'none';
    if (!shown) return;
    const [[x0, y0], [x1, y1]] = [this.canvasOf(ruler.fromLpsMm), this.canvasOf(ruler.toLpsMm)];
    for (const line of rulerLines) line.setAttribute('d', `M${x0} ${y0}L${x1} ${y1}`);
    rulerText.setAttribute('x', String(Math.max(x0, x1) + 6));
    rulerText.setAttribute('y', String(x1 > x0 ? y1 : y0));
    rulerText.textContent = this.words.length(length(subtract(ruler.toLpsMm, ruler.fromLpsMm)));
  }

  private drawText(scene: PaneScene, slicePoint: Vec3): void {
    const { mm, letter } = positionOf(this.plane, slicePoint);
    this.dom.slice.textContent = `${this.words.slice(this.slice + 1, this.plane.slices)}  ${this.words.position(mm, letter)}`;
    this.dom.window.textContent = this.words.window(Math.round(scene.window.width), Math.round(scene.window.level));
    this.dom.link.textContent = scene.link;
    const { comparison } = scene;
    const alone = comparison?.squares ? null : comparison;
    this.dom.letter.textContent = comparison?.squares ? `${this.spec.letter} / ${comparison.letter}` : (alone?.letter ?? this.spec.letter);
    this.dom.letter.style.color = alone?.colour ?? this.spec.colour;
    this.dom.title.textContent = comparison?.title ?? this.spec.title;
  }

  /** Distance along the normal between two points, mm: the manual offset of an unlinked pane. */
  offsetTo(pointLpsMm: Vec3): number {
    return dot(subtract(this.pointLpsMm, pointLpsMm), this.plane.stepLps);
  }

  /** A point moved along the normal. */
  along(pointLpsMm: Vec3, mm: number): Vec3 {
    return addScaled(pointLpsMm, this.plane.stepLps, mm);
  }
}

/** HU of a volume's nearest voxel, or null outside. */
function nearestHu({ grid, hu }: Volume, pointLpsMm: Vec3): number | null {
  if (!containsLps(grid, pointLpsMm)) return null;
  const index = lpsToIndex(grid, pointLpsMm);
  return hu[voxelOffset(grid, Math.round(index[0]), Math.round(index[1]), Math.round(index[2]))] ?? null;
}
