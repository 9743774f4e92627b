import type { DecodeAnswer, DecodeThread, ThreadListener } from '../dicom/decode/decode-pool';

/** Starts one decoding thread. In a file of its own, because the study worker starts them and is itself started in start.ts. */
export function startDecodeThread(listener: ThreadListener): DecodeThread {
  const thread = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
  thread.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => listener.answered(data);
  thread.onerror = () => listener.failed();
  return { post: (message, moved) => thread.postMessage(message, [...moved]), end: () => thread.terminate() };
}
