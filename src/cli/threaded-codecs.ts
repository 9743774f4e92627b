import { availableParallelism } from 'node:os';
import { Worker as NodeThread } from 'node:worker_threads';
import type { CodecHost } from '../dicom/decode/codec-host';
import { decodePool, type DecodeAnswer, type PoolHost } from '../dicom/decode/decode-pool';
import { nodeCodecs } from './node-codecs';

/** More threads than this wait for the thread that puts slices into their volume. */
const MAX_THREADS = 8;
const THREAD = new URL('./start-decode-thread.mjs', import.meta.url);

/**
 * The codecs of a terminal program: decoding threads, one for each core, started when first needed. One that hangs is ended after
 * `hangMs`, and only its frames are refused. Idle threads do not keep the process alive. `thread` is another program for a test.
 */
export function threadedCodecs({ hangMs, thread = THREAD }: { readonly hangMs?: number; readonly thread?: URL } = {}): CodecHost {
  const host: PoolHost = {
    start(listener) {
      const started = new NodeThread(thread);
      started.on('message', (answer: DecodeAnswer) => listener.answered(answer));
      started.on('error', () => listener.failed());
      started.on('exit', () => listener.failed());
      // Listening holds the process; answers that are waited for have a timer that does.
      started.unref();
      return { post: (message, moved) => started.postMessage(message, [...moved]), end: () => void started.terminate() };
    },
    after(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
  return { ...nodeCodecs(), pool: decodePool(host, Math.min(MAX_THREADS, availableParallelism()), hangMs) };
}
