import { addScaled, dot, subtract, type Vec3 } from '../core/vector';
import type { Plane } from './plane';

/** What a pane shows: the point at its middle (LPS mm) and the size of a CSS pixel in mm. */
export interface Camera {
  readonly focusLpsMm: Vec3;
  readonly mmPerPx: number;
}

/** Width and height of a pane in CSS pixels. */
export type PaneSize = readonly [number, number];

/** World point (LPS mm) under a pixel of the pane, in the slice through `slicePointLpsMm`. */
export function canvasToLps(camera: Camera, plane: Plane, size: PaneSize, slicePointLpsMm: Vec3, px: readonly [number, number]): Vec3 {
  const depth = dot(subtract(slicePointLpsMm, camera.focusLpsMm), plane.stepLps);
  let p = addScaled(camera.focusLpsMm, plane.stepLps, depth);
  p = addScaled(p, plane.rightLps, (px[0] - size[0] / 2) * camera.mmPerPx);
  return addScaled(p, plane.downLps, (px[1] - size[1] / 2) * camera.mmPerPx);
}

/** Pixel of the pane under which a world point lies, seen along the normal. */
export function lpsToCanvas(camera: Camera, plane: Plane, size: PaneSize, pointLpsMm: Vec3): [number, number] {
  const d = subtract(pointLpsMm, camera.focusLpsMm);
  return [
    size[0] / 2 + dot(d, plane.rightLps) / camera.mmPerPx,
    size[1] / 2 + dot(d, plane.downLps) / camera.mmPerPx,
  ];
}

/** Signed distance of a point from the slice through `slicePointLpsMm`, mm, positive towards the next slices. */
export function distanceFromSlice(plane: Plane, slicePointLpsMm: Vec3, pointLpsMm: Vec3): number {
  return dot(subtract(pointLpsMm, slicePointLpsMm), plane.stepLps);
}

/** The camera that shows a box of `widthMm` by `heightMm` around a point as large as the pane allows. */
export function fitCamera(focusLpsMm: Vec3, widthMm: number, heightMm: number, size: PaneSize): Camera {
  return { focusLpsMm, mmPerPx: Math.max(widthMm / Math.max(size[0], 1), heightMm / Math.max(size[1], 1)) };
}

/** Zoomed by a factor (above 1: larger) so that the point under `px` stays where it is. */
export function zoomAt(camera: Camera, plane: Plane, size: PaneSize, px: readonly [number, number], factor: number): Camera {
  const mmPerPx = Math.min(2.5, Math.max(0.02, camera.mmPerPx / factor));
  const moved = camera.mmPerPx - mmPerPx;
  let focus = addScaled(camera.focusLpsMm, plane.rightLps, (px[0] - size[0] / 2) * moved);
  focus = addScaled(focus, plane.downLps, (px[1] - size[1] / 2) * moved);
  return { focusLpsMm: focus, mmPerPx };
}

/** Moved with the picture by a drag of `dx`, `dy` pixels. */
export function panBy(camera: Camera, plane: Plane, dx: number, dy: number): Camera {
  const focus = addScaled(camera.focusLpsMm, plane.rightLps, -dx * camera.mmPerPx);
  return { ...camera, focusLpsMm: addScaled(focus, plane.downLps, -dy * camera.mmPerPx) };
}

/** A round length (1, 2 or 5 times a power of ten, mm) whose bar is at most `maxPx` long, with its length in pixels. */
export function scaleBar(mmPerPx: number, maxPx: number): { mm: number; px: number } {
  const limit = maxPx * mmPerPx;
  const power = 10 ** Math.floor(Math.log10(limit));
  const mm = [5, 2, 1].map((n) => n * power).find((n) => n <= limit) ?? power;
  return { mm, px: mm / mmPerPx };
}
