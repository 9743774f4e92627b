import type { PrimaryTool } from './types';

/** What pointers, wheel and fingers ask of a pane. Positions and distances in CSS pixels of the pane. */
export interface GestureTarget {
  primaryTool(): PrimaryTool;
  activate(): void;
  scroll(slices: number): void;
  window(dx: number, dy: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  hover(x: number, y: number, bringAll: boolean): void;
  leave(): void;
  click(x: number, y: number): void;
  maximise(): void;
  stroke(phase: 'begin' | 'move' | 'end', x: number, y: number): void;
}

interface Finger {
  x: number;
  y: number;
}

const PIXELS_PER_SLICE = 6;

/** True for tools that leave something where they pass, so that no drag is taken for a click. */
const draws = (tool: PrimaryTool | 'none'): boolean => tool === 'brush' || tool === 'length';

/** Binds the habits of a reading room to an element; returns the way to take them off again. */
export function bindGestures(element: HTMLElement, target: GestureTarget): () => void {
  const abort = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, passive = true): void => {
    element.addEventListener(type, listener, { signal: abort.signal, passive });
  };
  const fingers = new Map<number, Finger>();
  let kind: PrimaryTool | 'none' = 'none';
  let moved = 0;
  let scrolled = 0;
  let lastTap = 0;
  let wheelRest = 0;

  const at = (event: MouseEvent): Finger => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  on('contextmenu', (event) => event.preventDefault(), false);
  on('dblclick', () => {
    if (!draws(target.primaryTool())) target.maximise();
  });
  on('pointerdown', (event) => {
    if ((event.target as Element).closest('.centre-handle')) return;
    target.activate();
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = 0;
    scrolled = 0;
    if (fingers.size > 1) {
      // A second finger zooms and moves, whatever the first one held.
      if (draws(kind)) stroke('end', [...fingers.values()][0]!);
      kind = 'none';
    } else if (event.pointerType === 'touch') kind = draws(target.primaryTool()) ? target.primaryTool() : 'scroll';
    else if (event.button === 1) kind = 'pan';
    else if (event.button === 2) kind = 'zoom';
    else kind = event.shiftKey ? 'pan' : event.ctrlKey || event.metaKey ? 'zoom' : target.primaryTool();
    if (event.button === 1) event.preventDefault();
    if (draws(kind)) stroke('begin', at(event));
  }, false);
  on('pointermove', (event) => {
    const now = at(event);
    const before = fingers.get(event.pointerId);
    if (before && draws(kind)) {
      target.hover(now.x, now.y, false);
      stroke('move', now);
      return;
    }
    if (!before) {
      if (event.pointerType !== 'touch') target.hover(now.x, now.y, event.shiftKey);
      return;
    }
    if (fingers.size === 2) pinch(event.pointerId, before, now);
    else drag(before, now);
    fingers.set(event.pointerId, now);
  });
  const end = (event: PointerEvent): void => {
    const was = fingers.get(event.pointerId);
    if (!was) return;
    fingers.delete(event.pointerId);
    if (draws(kind)) {
      stroke('end', at(event));
      kind = 'none';
      return;
    }
    if (fingers.size > 0 || moved >= 4 || event.type !== 'pointerup') return;
    if (event.pointerType === 'touch') {
      if (event.timeStamp - lastTap < 320) target.maximise();
      lastTap = event.timeStamp;
    }
    if (event.button === 0) target.click(was.x, was.y);
  };
  on('pointerup', end);
  on('pointercancel', end);
  on('pointerleave', () => target.leave());
  on('wheel', (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    if (event.ctrlKey || event.metaKey) {
      target.zoom(Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.004 : 0.1)), x, y);
      return;
    }
    const step = event.deltaMode === 0 && Math.abs(event.deltaY) < 50 ? event.deltaY / 25 : Math.sign(event.deltaY);
    wheelRest += step;
    const whole = Math.trunc(wheelRest);
    if (whole !== 0) {
      wheelRest -= whole;
      target.scroll(whole);
    }
  }, false);

  function stroke(phase: 'begin' | 'move' | 'end', { x, y }: Finger): void {
    target.stroke(phase, x, y);
  }

  function drag(before: Finger, now: Finger): void {
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < 4) return;
    if (kind === 'window') target.window(dx, dy);
    else if (kind === 'pan') target.pan(dx, dy);
    else if (kind === 'zoom') target.zoom(Math.exp(-dy * 0.01), now.x, now.y);
    else {
      scrolled += dy / PIXELS_PER_SLICE;
      const whole = Math.trunc(scrolled);
      scrolled -= whole;
      if (whole !== 0) target.scroll(whole);
    }
  }

  function pinch(id: number, before: Finger, now: Finger): void {
    const other = [...fingers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    moved = 99;
    const spread = (a: Finger): number => Math.hypot(a.x - other.x, a.y - other.y);
    target.zoom(spread(now) / Math.max(1, spread(before)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    target.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  return () => abort.abort();
}
