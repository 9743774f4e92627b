/** Drawn within this time in one frame, ms; what is not reached is drawn in the next, so that hand and keys are answered between. */
const DRAWING_MS = 16;

/** Draws what is asked for in the next frames, the longest waiting first, and each thing once however often it was asked for. */
export class FrameQueue<T> {
  private readonly due = new Set<T>();
  private frame = 0;

  constructor(private readonly draw: (one: T) => void) {}

  /** Has these drawn. */
  add(some: Iterable<T>): void {
    for (const one of some) this.due.add(one);
    if (this.frame === 0 && this.due.size > 0) this.frame = requestAnimationFrame(() => this.drawDue());
  }

  /** Forgets what was asked for. */
  clear(): void {
    this.due.clear();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** One at least, and more until the time is over. */
  private drawDue(): void {
    this.frame = 0;
    const until = performance.now() + DRAWING_MS;
    for (const one of this.due) {
      this.due.delete(one);
      this.draw(one);
      if (performance.now() > until) break;
    }
    this.add([]);
  }
}
