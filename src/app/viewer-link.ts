import type { Vec3 } from '../core/vector';

/** What panels and keys may ask of the panes, whichever room is open. */
export interface ViewerLink {
  /** Brings every pane to a point; `close` zooms to its box. */
  goTo(pointLpsMm: Vec3, close: boolean): void;
  scrollBy(slices: number): void;
  scrollToEnd(end: 'first' | 'last'): void;
  zoomBy(factor: number): void;
  nextPane(step: 1 | -1): void;
  reset(): void;
  /** Under the pointer, or null when it is not over a pane. */
  pointer(): Vec3 | null;
  /** Middle of the active pane in its slice. */
  middle(): Vec3 | null;
  screenshot(footer: readonly string[]): Promise<Blob | null>;
}

const NONE: ViewerLink = {
  goTo: () => undefined,
  scrollBy: () => undefined,
  scrollToEnd: () => undefined,
  zoomBy: () => undefined,
  nextPane: () => undefined,
  reset: () => undefined,
  pointer: () => null,
  middle: () => null,
  screenshot: () => Promise.resolve(null),
};

let current: ViewerLink = NONE;

/** The room that is open takes the link over; null gives it back. */
export function offerViewer(link: ViewerLink | null): void {
  current = link ?? NONE;
}

/** The link to whichever room is open now; its calls do nothing while none is. */
export function viewer(): ViewerLink {
  return current;
}

const steady: ViewerLink = {
  goTo: (point, close) => current.goTo(point, close),
  scrollBy: (slices) => current.scrollBy(slices),
  scrollToEnd: (end) => current.scrollToEnd(end),
  zoomBy: (factor) => current.zoomBy(factor),
  nextPane: (step) => current.nextPane(step),
  reset: () => current.reset(),
  pointer: () => current.pointer(),
  middle: () => current.middle(),
  screenshot: (footer) => current.screenshot(footer),
};

/** The same link for components. */
export function useViewer(): ViewerLink {
  return steady;
}
