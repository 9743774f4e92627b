import type { CaseEvent, StudyWorker } from '../worker/protocol';
import { startWorker } from './worker-link';

/** The worker that is asked, and when there is one. */
let study: StudyWorker | null = null;
let started: Promise<void> = Promise.resolve();

/** Starts the worker, which loads the default pack; `hear` is told of everything. */
export function startAsking(hear: (event: CaseEvent) => void): Promise<void> {
  started = startWorker(hear).then((link) => {
    study = link.study;
  });
  return started;
}

/** Resolves when there is a worker to ask. */
export function whenStarted(): Promise<void> {
  return started;
}

/** Asks the worker; what is asked before there is one waits for it. */
export function ask(act: (worker: StudyWorker) => unknown): void {
  if (study) act(study);
  else void started.then(() => study && act(study));
}
