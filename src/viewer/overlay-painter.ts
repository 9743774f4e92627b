import { LABEL } from '../core/label-map';
import { addScaled, type Vec3 } from '../core/vector';
import { distanceFromSlice, lpsToCanvas, type Camera, type PaneSize } from './camera';
import { colourPicture } from './colour-maps';
import { outlinesOf, type Outline } from './contours';
import type { PlacedLabels } from './label-picture';
import type { Plane } from './plane';
import { cutOfPatch } from './patch-cut';
import type { HeatmapLayer, MaskStyle, PatchPlace } from './types';
import { upsampleForDisplay } from './upsample';

/** Colours of the tissues: as in the paper, cyst set apart by its dotted edge too. */
const TISSUE_COLOURS = { kidney: '#4a90ff', tumour: '#ffd23f', cyst: '#b48cff' } as const;

/** Masks of one slice, ready to draw: a picture for the fill, outlines for the edge. Colours by label value. */
export interface MaskPicture {
  readonly placed: PlacedLabels;
  /** Made when it is first drawn: outlines alone need none. */
  fill: HTMLCanvasElement | null;
  readonly outlines: readonly { readonly label: number; readonly paths: readonly Outline[] }[];
}

const LABELS = [
  { value: LABEL.kidney, colour: TISSUE_COLOURS.kidney, dash: [] },
  { value: LABEL.tumour, colour: TISSUE_COLOURS.tumour, dash: [] },
  { value: LABEL.cyst, colour: TISSUE_COLOURS.cyst, dash: [3, 3] },
] as const;

/** Prepares the masks of one slice. */
export function makeMaskPicture(placed: PlacedLabels): MaskPicture {
  return { placed, fill: null, outlines: LABELS.map(({ value }) => ({ label: value, paths: outlinesOf(placed, value) })) };
}

function fillOf(placed: PlacedLabels): HTMLCanvasElement {
  const fill = document.createElement('canvas');
  fill.width = placed.columns;
  fill.height = placed.rows;
  const image = new ImageData(placed.columns, placed.rows);
  const colour = new Uint32Array(image.data.buffer);
  const packed = LABELS.map(({ colour: c }) => {
    const n = parseInt(c.slice(1), 16);
    return (255 << 24) | ((n & 255) << 16) | (n & 0xff00) | (n >> 16);
  });
  for (let o = 0; o < placed.labels.length; o++) {
    const label = placed.labels[o]!;
    if (label > 0) colour[o] = packed[label - 1] ?? 0;
  }
  fill.getContext('2d')?.putImageData(image, 0, 0);
  return fill;
}

/** What lies over a picture, in one pane and slice. */
export interface OverlayScene {
  readonly camera: Camera;
  readonly plane: Plane;
  readonly size: PaneSize;
  readonly slicePointLpsMm: Vec3;
  /** Another phase over the picture, one pixel per CSS pixel; under everything else. */
  readonly compared: HTMLCanvasElement | null;
  readonly masks: MaskPicture | null;
  readonly style: MaskStyle;
  readonly heatmap: HeatmapLayer | null;
  readonly patch: PatchPlace | null;
  readonly lines: readonly { readonly pointLpsMm: Vec3; readonly alongLps: Vec3; readonly colour: string }[];
}

/** Paints masks, patch square, heatmap and reference lines. `ratio` is device pixels per CSS pixel. */
export function paintOverlay(context: CanvasRenderingContext2D, scene: OverlayScene, ratio: number): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (scene.compared) context.drawImage(scene.compared, 0, 0, ...scene.size);
  if (scene.heatmap) {
    if (scene.plane.name !== 'axial') paintHeatmapOnEdge(context, scene, scene.heatmap);
    else if (onSlice(scene, scene.heatmap)) paintHeatmap(context, scene, scene.heatmap);
  }
  if (scene.masks && scene.style.visible) paintMasks(context, scene, scene.masks);
  if (scene.patch && onSlice(scene, scene.patch)) paintSquare(context, scene, scene.patch);
  for (const line of scene.lines) paintLine(context, scene, line);
}

function onSlice(scene: OverlayScene, patch: PatchPlace): boolean {
  const half = patch.sizePx / 2;
  const middle = addScaled(addScaled(patch.firstPixelLpsMm, patch.columnStepLpsMm, half), patch.rowStepLpsMm, half);
  return scene.plane.name === 'axial' && Math.abs(distanceFromSlice(scene.plane, scene.slicePointLpsMm, middle)) <= scene.plane.stepMm / 2 + 0.01;
}

/** Puts the picture's own pixel grid under the pen: pixel (0, 0) has its centre at `first`. */
function enter(context: CanvasRenderingContext2D, scene: OverlayScene, first: Vec3, column: Vec3, row: Vec3): void {
  const at = (p: Vec3): [number, number] => lpsToCanvas(scene.camera, scene.plane, scene.size, p);
  const [x0, y0] = at(first);
  const [x1, y1] = at(addScaled(first, column, 1));
  const [x2, y2] = at(addScaled(first, row, 1));
  context.save();
  context.transform(x1 - x0, y1 - y0, x2 - x0, y2 - y0, x0, y0);
}

function paintMasks(context: CanvasRenderingContext2D, scene: OverlayScene, masks: MaskPicture): void {
  const { placed } = masks;
  if (scene.style.fill) {
    enter(context, scene, placed.firstLpsMm, placed.columnStepLpsMm, placed.rowStepLpsMm);
    context.globalAlpha = scene.style.opacity;
    context.imageSmoothingEnabled = false;
    masks.fill ??= fillOf(placed);
    context.drawImage(masks.fill, -0.5, -0.5);
    context.restore();
  }
  const at = (p: Vec3): [number, number] => lpsToCanvas(scene.camera, scene.plane, scene.size, p);
  const [x0, y0] = at(placed.firstLpsMm);
  const columnPx = at(addScaled(placed.firstLpsMm, placed.columnStepLpsMm, 1))[0] - x0;
  const rowPx = at(addScaled(placed.firstLpsMm, placed.rowStepLpsMm, 1))[1] - y0;
  for (const [n, { paths }] of masks.outlines.entries()) {
    const path = new Path2D();
    for (const points of paths) {
      for (let o = 0; o < points.length; o += 2) {
        const [x, y] = [x0 + points[o]! * columnPx, y0 + points[o + 1]! * rowPx];
        if (o === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      }
      path.closePath();
    }
    const label = LABELS[n]!;
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeStyle = 'rgba(0, 0, 0, 0.55)';
    context.lineWidth = 3;
    context.stroke(path);
    context.setLineDash([...label.dash]);
    context.strokeStyle = label.colour;
    context.lineWidth = 1.5;
    context.stroke(path);
  }
  context.setLineDash([]);
}

let painted: { map: Float32Array; colours: string; canvas: HTMLCanvasElement } | null = null;

function heatmapCanvas(layer: HeatmapLayer): HTMLCanvasElement {
  if (painted?.map === layer.map && painted.colours === layer.colours) return painted.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = layer.sizePx;
  canvas.height = layer.sizePx;
  canvas.getContext('2d')?.putImageData(new ImageData(colourPicture(upsampleForDisplay(layer, layer.sizePx), layer.colours), layer.sizePx, layer.sizePx), 0, 0);
  painted = { map: layer.map, colours: layer.colours, canvas };
  return canvas;
}

function paintHeatmap(context: CanvasRenderingContext2D, scene: OverlayScene, layer: HeatmapLayer): void {
  enter(context, scene, layer.firstPixelLpsMm, layer.columnStepLpsMm, layer.rowStepLpsMm);
  context.globalAlpha = layer.opacity;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(heatmapCanvas(layer), -0.5, -0.5);
  context.restore();
}

/** A heatmap seen from its edge is drawn this thick, CSS pixels: it has no depth of its own. */
const EDGE_PX = 8;

/**
 * The heatmap in a plane that cuts it: the row or column that lies in the slice, as a band at the height of the slice that was
 * read. The network saw one slice per phase, so there is nothing above and below.
 */
function paintHeatmapOnEdge(context: CanvasRenderingContext2D, scene: OverlayScene, layer: HeatmapLayer): void {
  const { firstPixelLpsMm: first, columnStepLpsMm: column, rowStepLpsMm: row, sizePx } = layer;
  const cut = cutOfPatch(scene, layer);
  if (cut === null) return;
  const { alongColumns, at } = cut;
  const start = alongColumns ? addScaled(first, row, at) : addScaled(first, column, at);
  const step = alongColumns ? column : row;
  const on = (p: Vec3): [number, number] => lpsToCanvas(scene.camera, scene.plane, scene.size, p);
  const [x0, y0] = on(start);
  const [x1, y1] = on(addScaled(start, step, 1));
  context.save();
  // Along the band one pixel of the patch, across it the thickness.
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length > 0) {
    context.transform(x1 - x0, y1 - y0, (-(y1 - y0) / length) * EDGE_PX, ((x1 - x0) / length) * EDGE_PX, x0, y0);
    context.globalAlpha = layer.opacity;
    const canvas = heatmapCanvas(layer);
    const line = Math.min(sizePx - 1, Math.max(0, Math.round(at)));
    if (alongColumns) context.drawImage(canvas, 0, line, sizePx, 1, -0.5, -0.5, sizePx, 1);
    else {
      // The canvas's column becomes the band's length.
      context.transform(0, 1, 1, 0, 0, 0);
      context.drawImage(canvas, line, 0, 1, sizePx, -0.5, -0.5, 1, sizePx);
    }
  }
  context.restore();
}

function paintSquare(context: CanvasRenderingContext2D, scene: OverlayScene, patch: PatchPlace): void {
  const corner = (c: number, r: number): [number, number] =>
    lpsToCanvas(scene.camera, scene.plane, scene.size, addScaled(addScaled(patch.firstPixelLpsMm, patch.columnStepLpsMm, c), patch.rowStepLpsMm, r));
  const n = patch.sizePx - 0.5;
  const path = new Path2D();
  for (const [x, y] of [corner(-0.5, -0.5), corner(n, -0.5), corner(n, n), corner(-0.5, n)]) path.lineTo(x, y);
  path.closePath();
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.lineWidth = 3;
  context.stroke(path);
  context.strokeStyle = 'rgba(255, 255, 255, 0.85)';
  context.lineWidth = 1;
  context.stroke(path);
}

function paintLine(context: CanvasRenderingContext2D, scene: OverlayScene, line: OverlayScene['lines'][number]): void {
  const far = 2000;
  const [x0, y0] = lpsToCanvas(scene.camera, scene.plane, scene.size, addScaled(line.pointLpsMm, line.alongLps, -far));
  const [x1, y1] = lpsToCanvas(scene.camera, scene.plane, scene.size, addScaled(line.pointLpsMm, line.alongLps, far));
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.strokeStyle = line.colour;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}
