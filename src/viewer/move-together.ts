import type { Vec3 } from '../core/vector';
import { panBy, zoomAt } from './camera';
import type { Pane } from './pane';
import type { PaneLinks } from './pane-links';
import { pointInSlice } from './plane';

/** Side of the box that is shown around a chosen mass, mm: the patch's field of view. */
const MASS_BOX_MM = 140;

/** Brings panes to a point of the reference world, LPS mm. */
export function bringTo(panes: readonly Pane[], links: PaneLinks, pointLpsMm: Vec3): void {
  for (const pane of panes) pane.pointLpsMm = links.toPane(pane, pointLpsMm);
}

/** Moves a pane by whole slices, and the linked ones with it. */
export function scrollTogether(panes: readonly Pane[], links: PaneLinks, pane: Pane, slices: number): void {
  const next = Math.min(pane.plane.slices - 1, Math.max(0, pane.slice + slices));
  pane.pointLpsMm = pointInSlice(pane.volume.grid, pane.plane, pane.pointLpsMm, next);
  if (!links.linked) return;
  const point = links.toReference(pane, pane.pointLpsMm);
  bringTo(panes.filter((other) => other !== pane), links, point);
}

/** Zooms a pane about a pixel, and the linked ones about the same point of the world. */
export function zoomTogether(panes: readonly Pane[], links: PaneLinks, pane: Pane, factor: number, x: number, y: number): void {
  const point = links.toReference(pane, pane.lpsAt(x, y));
  for (const other of links.linked ? panes : [pane]) {
    const at = other === pane || other.plane.name === pane.plane.name ? ([x, y] as const) : undefined;
    other.camera = zoomAt(other.camera, other.plane, other.sizePx, at ?? other.canvasOf(links.toPane(other, point)), factor);
  }
}

/** Pushes a pane's picture by pixels, and those of linked panes in the same plane. */
export function panTogether(panes: readonly Pane[], links: PaneLinks, pane: Pane, dx: number, dy: number): void {
  for (const other of links.linked ? panes.filter((one) => one.plane.name === pane.plane.name) : [pane]) {
    other.camera = panBy(other.camera, other.plane, dx, dy);
  }
}

/** Shows the box of a mass around a point of the reference world in every pane. */
export function fitMass(panes: readonly Pane[], links: PaneLinks, pointLpsMm: Vec3): void {
  for (const pane of panes) pane.fit(links.toPane(pane, pointLpsMm), [MASS_BOX_MM, MASS_BOX_MM, MASS_BOX_MM]);
}
