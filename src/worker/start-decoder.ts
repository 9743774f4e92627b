/** Starts one decoding thread. In a file of its own, because the study worker starts them and is itself started in start.ts. */
export function startDecodeThread(): Worker {
  return new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
}
