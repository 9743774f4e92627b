import { proxy, wrap } from 'comlink';
import { issue } from '../core/issue';
import { paintWith } from './paint-sample';
import type { CaseEvent, StudyWorker } from './protocol';

/** Painters of the sample study at once; more than two gain little and cost memory. */
const PAINTERS = 2;

/** Paints the sample study in workers and returns it as DICOM files, to be opened like a dropped study. */
export function paintSample(onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<File[]> {
  const start = (): Worker => new Worker(new URL('./sample.worker.ts', import.meta.url), { type: 'module', name: 'sample' });
  return paintWith(start, PAINTERS, onProgress, signal);
}

/**
 * Starts the worker that reads and analyses. `stop` ends it with everything it holds, also in the middle of a computation.
 * What goes wrong in the worker outside a request, or when it cannot start, is told as `failed` of what was asked for last.
 * Issues: `internal-error`.
 */
export function startStudyWorker(): { readonly study: StudyWorker; readonly stop: () => void } {
  const worker = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'study' });
  const remote = wrap<StudyWorker>(worker);
  let asked: { readonly caseId: number; readonly runId?: number } = { caseId: 0 };
  let tell: (event: CaseEvent) => void = () => undefined;
  const crashed = (event: Event): void => {
    const message = 'message' in event && typeof event.message === 'string' && event.message !== '' ? event.message : event.type;
    tell({ kind: 'failed', ...asked, issue: issue('internal-error', 'error', undefined, { message }) });
  };
  worker.addEventListener('error', crashed);
  worker.addEventListener('messageerror', crashed);
  return {
    // Functions cross to a worker as proxies only; the rest passes as it is.
    study: {
      setup: (setup, listener) => {
        tell = listener;
        return remote.setup(setup, proxy(listener));
      },
      open: (caseId, files) => {
        asked = { caseId };
        return remote.open(caseId, files);
      },
      analyse: (caseId, request) => {
        asked = { caseId, runId: request.runId };
        return remote.analyse(caseId, request);
      },
      reread: (caseId, request) => {
        asked = { caseId, runId: request.runId };
        return remote.reread(caseId, request);
      },
      usePack: (files) => remote.usePack(files),
      cancel: () => remote.cancel(),
      close: () => remote.close(),
    },
    stop: () => worker.terminate(),
  };
}

export { fetchCase, fetchGallery } from './fetch-case';
