/** What the page under measurement offers to the benchmark. */
export interface InteractionProbe {
  /** Frames per second in which every pane showed another slice, scrolled by one slice a frame for `seconds`. */
  scroll(seconds: number): Promise<number>;
  /** Milliseconds from each of `moves` pointer moves on the centre's ring to the frame that shows it there. */
  drag(moves: number): Promise<number[]>;
  /** Durations of the main thread's tasks above 50 ms since the last call, ms. */
  takeLongTasks(): number[];
}

/** Runs in the page: measures from within, so that nothing but the page's own work is counted. */
export function watchInteraction(): void {
  let longTasks: number[] = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  // A message sent within a frame arrives after its painting.
  const painted = async (): Promise<number> => {
    await frame();
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });
  };
  const slices = (): string => [...document.querySelectorAll('.pane-slice')].map((slice) => slice.textContent).join();
  const probe: InteractionProbe = {
    async scroll(seconds) {
      const panes = document.querySelectorAll('.pane');
      const pane = panes[Math.min(1, panes.length - 1)]!;
      const box = pane.getBoundingClientRect();
      const place = { bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
      const start = performance.now();
      let shown = slices();
      let turned = 0;
      for (let n = 0; performance.now() - start < seconds * 1000; n += 1) {
        pane.dispatchEvent(new WheelEvent('wheel', { ...place, deltaY: Math.floor(n / 50) % 2 === 0 ? 100 : -100 }));
        await frame();
        const now = slices();
        if (now !== shown) turned += 1;
        shown = now;
      }
      return (turned * 1000) / (performance.now() - start);
    },
    async drag(moves) {
      const panes = document.querySelectorAll('.pane');
      const handle = panes[Math.min(1, panes.length - 1)]!.querySelector<SVGGraphicsElement>('.centre-handle')!;
      // Synthetic pointers cannot be captured; the handle asks for it.
      handle.setPointerCapture = () => undefined;
      const box = handle.getBoundingClientRect();
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const send = (type: string, n: number): boolean =>
        handle.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerId: 77, button: 0, buttons: 1, clientX: middle.x + 0.5 * n, clientY: middle.y }));
      send('pointerdown', 0);
      const answers: number[] = [];
      for (let n = 1; n <= moves; n += 1) {
        const before = handle.getAttribute('transform');
        const asked = performance.now();
        send('pointermove', n);
        let now = await painted();
        while (handle.getAttribute('transform') === before && now - asked < 2000) now = await painted();
        answers.push(now - asked);
      }
      send('pointercancel', 0);
      return answers;
    },
    takeLongTasks() {
      const taken = longTasks;
      longTasks = [];
      return taken;
    },
  };
  Object.assign(globalThis, { benchProbe: probe });
}
