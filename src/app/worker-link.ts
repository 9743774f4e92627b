import type { CaseEvent, StudyWorker } from '../worker/protocol';

/** Starts the worker that reads and analyses, with the default pack of this origin. */
export async function startWorker(listener: (event: CaseEvent) => void): Promise<{ study: StudyWorker; stop: () => void }> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const { startFakeWorker } = await import('./testing/fake-worker');
    return startFakeWorker(listener);
  }
  const { startStudyWorker } = await import('../worker/start');
  const { study, stop } = startStudyWorker();
  const packUrl = new URL('models/renalens-demo/', document.baseURI).href;
  const threads = crossOriginIsolated ? Math.max(1, Math.min(8, navigator.hardwareConcurrency)) : 1;
  // Not awaited: a study can be opened while the models still come.
  void study.setup({ packUrl, threads, backend: 'auto' }, listener);
  return { study, stop };
}
