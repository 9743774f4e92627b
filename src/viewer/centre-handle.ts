import type { PaneDom } from './pane-dom';

/** What a drag or the arrow keys on the centre handle ask for. Distances in CSS pixels of the pane. */
export interface HandleTarget {
  /** Handle carried to a place of the pane. */
  carry(x: number, y: number, finished: boolean): void;
  /** Moved by whole steps right, down and along the slices. */
  nudge(right: number, down: number, slices: number): void;
}

const NUDGES: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  PageUp: [0, 0, -1],
  PageDown: [0, 0, 1],
};

/** Makes the handle draggable by mouse, finger and arrow keys. Returns the way to undo it. */
export function bindHandle(dom: PaneDom, target: HandleTarget): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let grip: { id: number; dx: number; dy: number; moved: boolean } | null = null;
  const at = (event: PointerEvent): [number, number] => {
    const box = dom.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  dom.handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const [x, y] = at(event);
    const place = dom.handle.dataset;
    grip = { id: event.pointerId, dx: Number(place['x']) - x, dy: Number(place['y']) - y, moved: false };
    dom.handle.setPointerCapture(event.pointerId);
    dom.root.classList.add('carrying');
  }, { signal });
  dom.handle.addEventListener('pointermove', (event) => {
    if (grip?.id !== event.pointerId) return;
    event.stopPropagation();
    const [x, y] = at(event);
    grip.moved = true;
    target.carry(x + grip.dx, y + grip.dy, false);
  }, { signal });
  const drop = (event: PointerEvent): void => {
    if (grip?.id !== event.pointerId) return;
    const [x, y] = at(event);
    if (grip.moved) target.carry(x + grip.dx, y + grip.dy, true);
    grip = null;
    dom.root.classList.remove('carrying');
    // After a drag the arrow keys scroll again; they nudge the centre only for who came to it by keyboard.
    dom.handle.blur();
  };
  dom.handle.addEventListener('pointerup', drop, { signal });
  dom.handle.addEventListener('pointercancel', drop, { signal });
  dom.handle.addEventListener('keydown', (event) => {
    const step = NUDGES[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    target.nudge(...step);
  }, { signal });
  return () => abort.abort();
}
