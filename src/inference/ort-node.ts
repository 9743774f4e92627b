import * as ort from 'onnxruntime-web';
import type { NetworkEngine } from '../core/ports';
import type { Pack } from '../packs/open-pack';
import { makeEngine } from './session-engine';

/**
 * Networks in Node: the same WASM kernels as on the page, so the terminal's numbers are the page's.
 * `threads` counts before the first network of the process only.
 */
export function openNodeEngine(pack: Pack, threads: number): NetworkEngine {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return makeEngine({ ort, pack, backend: 'node', threads, provider: 'wasm' });
}
