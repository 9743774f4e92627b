import type { Issue } from '../core/issue';
import type { Monitor, Step } from '../core/ports';

/** One thing the worker does: it can be cancelled, and others can wait for its end. */
export interface RunToken {
  readonly cancelled: boolean;
  readonly cancel: () => void;
  /** Resolves once the run is cancelled: what waits for a download need not wait for its end. */
  readonly stopped: Promise<void>;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** A token for a run that begins. */
export function beginRun(): RunToken {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  let cancelled = false;
  return {
    get cancelled() {
      return cancelled;
    },
    cancel() {
      cancelled = true;
      stop();
    },
    stopped,
    ended,
    end,
  };
}

/** What `waited` comes to, or `cancelled` as soon as the run is stopped; what was waited for goes on by itself. */
export function orStopped<T>(token: RunToken, waited: Promise<T>): Promise<T | 'cancelled'> {
  return token.cancelled ? Promise.resolve('cancelled') : Promise.race([waited, token.stopped.then(() => 'cancelled' as const)]);
}

/** Progress is told at most this often, ms; the ends of a step always. */
const TELL_EVERY_MS = 40;

/** A cancel waits no longer than this for its turn, ms. */
const BREATHE_EVERY_MS = 8;

/** A monitor that tells a run's progress and issues, and hears its token. */
export function monitorOf(
  token: RunToken,
  nowMs: () => number,
  tell: { readonly progress: (step: Step, fraction: number, elapsedMs: number) => void; readonly issue: (issue: Issue) => void },
): Monitor {
  const started = new Map<Step, number>();
  let last = -Infinity;
  let breathed = nowMs();
  return {
    progress(step, fraction) {
      const now = nowMs();
      const begun = started.get(step);
      if (begun === undefined) started.set(step, now);
      if (begun !== undefined && fraction < 1 && now - last < TELL_EVERY_MS) return;
      last = now;
      tell.progress(step, fraction, now - (begun ?? now));
    },
    issue: tell.issue,
    cancelled: () => token.cancelled,
    nowMs,
    async breathe() {
      if (nowMs() - breathed < BREATHE_EVERY_MS) return;
      await nextTurn();
      breathed = nowMs();
    },
  };
}

/** Lets messages in: a turn of the event loop without the delay that nested timers get. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
