import { proxy, wrap } from 'comlink';
import { paintWith } from './paint-sample';
import type { StudyWorker } from './protocol';

/** Painters of the sample study at once; more than two gain little and cost memory. */
const PAINTERS = 2;

/** Paints the sample study in workers and returns it as DICOM files, to be opened like a dropped study. */
export function paintSample(onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<File[]> {
  const start = (): Worker => new Worker(new URL('./sample.worker.ts', import.meta.url), { type: 'module', name: 'sample' });
  return paintWith(start, PAINTERS, onProgress, signal);
}

/** Starts the worker that reads and analyses. `stop` ends it with everything it holds, also in the middle of a computation. */
export function startStudyWorker(): { readonly study: StudyWorker; readonly stop: () => void } {
  const worker = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'study' });
  const remote = wrap<StudyWorker>(worker);
  return {
    // Functions cross to a worker as proxies only; the rest passes as it is.
    study: {
      setup: (setup, listener) => remote.setup(setup, proxy(listener)),
      open: (caseId, files) => remote.open(caseId, files),
      analyse: (caseId, request) => remote.analyse(caseId, request),
      reread: (caseId, request) => remote.reread(caseId, request),
      usePack: (files) => remote.usePack(files),
      cancel: () => remote.cancel(),
      close: () => remote.close(),
    },
    stop: () => worker.terminate(),
  };
}

export { fetchCase, fetchGallery } from './fetch-case';
