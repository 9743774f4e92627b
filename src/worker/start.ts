import { proxy, transfer, wrap, type Remote } from 'comlink';
import { issue } from '../core/issue';
import { paintWith } from './paint-sample';
import type { CaseEvent, StudyWorker, WatchedWorker } from './protocol';

/** Painters of the sample study at once; more than two gain little and cost memory. */
const PAINTERS = 2;

/** Paints the sample study in workers and returns it as DICOM files, to be opened like a dropped study. */
export function paintSample(onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<File[]> {
  const start = (): Worker => new Worker(new URL('./sample.worker.ts', import.meta.url), { type: 'module', name: 'sample' });
  return paintWith(start, PAINTERS, onProgress, signal);
}

/**
 * A worker that has not answered a stop after this time, ms, hangs or computes what cannot be broken off. Its pieces of work last
 * a second at most on two cores, but for one step of the alignment.
 */
export const PATIENCE_MS = 5000;

/**
 * Starts the worker that reads and analyses. `stop` ends it with everything it holds, also in the middle of a computation.
 * What goes wrong in the worker outside a request, or when it cannot start, is told as `failed` of what was asked for last.
 * When it ends by itself (out of memory, or ended by the browser) another one is started and set up, then `worker-lost` is
 * told: the page hands it the case again. The same is done to a worker that does not answer `cancel` or `close` within
 * `PATIENCE_MS`. Issues: `internal-error`.
 */
export function startStudyWorker(): { readonly study: StudyWorker; readonly stop: () => void } {
  let asked: { readonly caseId: number; readonly runId?: number } = { caseId: 0 };
  let tell: (event: CaseEvent) => void = () => undefined;
  let setUp: (remote: Remote<WatchedWorker>) => Promise<void> = () => Promise.resolve();
  let stopped = false;
  /** How much was asked so far. */
  let requests = 0;
  let { worker, remote } = begin();

  function begin(): { worker: Worker; remote: Remote<WatchedWorker> } {
    const name = `study-${crypto.randomUUID()}`;
    const started = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name });
    const spoken = wrap<WatchedWorker>(started);
    const crashed = (event: Event): void => {
      const message = 'message' in event && typeof event.message === 'string' && event.message !== '' ? event.message : event.type;
      tell({ kind: 'failed', ...asked, issue: issue('internal-error', 'error', undefined, { message }) });
    };
    started.addEventListener('error', crashed);
    started.addEventListener('messageerror', crashed);
    void watch(spoken, name);
    return { worker: started, remote: spoken };
  }

  /** A worker that ends says nothing, but the lock under its name, which it holds while it lives, comes free. */
  async function watch(spoken: Remote<WatchedWorker>, name: string): Promise<void> {
    // Without locks (an address that is not secure) a worker's end is noticed at the next drop only.
    if (typeof navigator === 'undefined' || !('locks' in navigator)) return;
    await spoken.nameHeld();
    await navigator.locks.request(name, () => undefined);
    if (remote === spoken) replace({ kind: 'worker-lost' });
  }

  /** Ends the worker, starts and sets up another in its place and tells of it. */
  function replace(told: Extract<CaseEvent, { kind: 'worker-lost' }>): void {
    if (stopped) return;
    worker.terminate();
    ({ worker, remote } = begin());
    // Not awaited: the models come while the page goes on.
    void setUp(remote);
    tell(told);
  }

  /** Waits for the answer to a stop, and ends the worker when none comes. What was asked of it since is lost with it, and said to be. */
  async function stopWith(act: (to: Remote<StudyWorker>) => Promise<void>): Promise<void> {
    const [spoken, before] = [remote, requests];
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), PATIENCE_MS));
    const outcome = await Promise.race([act(spoken), late]);
    if (outcome === 'late' && remote === spoken) replace({ kind: 'worker-lost', ...(requests === before && { onStop: true as const }) });
  }

  return {
    // Functions cross to a worker as proxies only; the rest passes as it is.
    study: {
      setup: (setup, listener) => {
        tell = listener;
        setUp = (to) => to.setup(setup, proxy(listener));
        return setUp(remote);
      },
      open: (caseId, files) => {
        asked = { caseId };
        requests += 1;
        return remote.open(caseId, files);
      },
      join: (caseId, from, volumeIds) => {
        asked = { caseId };
        requests += 1;
        return remote.join(caseId, from, volumeIds);
      },
      restore: (caseId, held) => remote.restore(caseId, held),
      analyse: (caseId, request) => {
        asked = { caseId, runId: request.runId };
        requests += 1;
        return remote.analyse(caseId, request);
      },
      reread: (caseId, request) => {
        asked = { caseId, runId: request.runId };
        requests += 1;
        // The labels are the request's own copy: moved, not copied again.
        const { labels } = request;
        return remote.reread(caseId, labels?.buffer instanceof ArrayBuffer ? transfer(request, [labels.buffer]) : request);
      },
      usePack: (files) => {
        requests += 1;
        return remote.usePack(files);
      },
      useDefaultPack: () => {
        requests += 1;
        return remote.useDefaultPack();
      },
      secondOpinion: (caseId, request, files) => {
        requests += 1;
        return remote.secondOpinion(caseId, request, files);
      },
      cancel: () => stopWith((to) => to.cancel()),
      close: () => stopWith((to) => to.close()),
    },
    stop: () => {
      stopped = true;
      worker.terminate();
    },
  };
}

export { fetchCase, fetchGallery } from './fetch-case';
