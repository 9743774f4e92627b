import { issue, type Issue } from '../core/issue';
import type { NetworkEngine } from '../core/ports';
import type { Pack } from '../packs/open-pack';
import { fallingEngine } from './falling-engine';
import { makeEngine, type OrtModule } from './session-engine';

/** What runs in this browser, for the status line. */
export interface BrowserEngine {
  readonly engine: NetworkEngine;
  /** Name of the graphics adapter, '' on WASM. */
  readonly adapter: string;
}

/**
 * Opens a pack's networks in the browser: WebGPU on a real adapter when `backend` allows it, else WASM with threads.
 * A network that WebGPU refuses, answers wrongly or fails to run moves the whole pack to WASM, with the issue
 * `backend-fallback`. Software adapters are never taken: they are a hundred times slower than WASM.
 */
export async function openBrowserEngine(input: {
  readonly pack: Pack;
  readonly threads: number;
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  readonly onIssue: (issue: Issue) => void;
}): Promise<BrowserEngine> {
  const { pack, threads, onIssue } = input;
  const wasm = async (): Promise<NetworkEngine> =>
    makeEngine({ ort: await wasmModule(threads), pack, backend: 'wasm', threads, provider: 'wasm' });
  const adapter = input.backend === 'wasm' ? null : await realAdapter();
  if (adapter === null) {
    if (input.backend === 'webgpu') onIssue(issue('backend-fallback', 'note', undefined, { from: 'webgpu', to: 'wasm' }));
    return { engine: await wasm(), adapter: '' };
  }
  try {
    const gpu = makeEngine({ ort: await gpuModule(), pack, backend: 'webgpu', threads: 1, provider: 'webgpu' });
    return { engine: fallingEngine(gpu, wasm, onIssue), adapter };
  } catch {
    onIssue(issue('backend-fallback', 'note', undefined, { from: 'webgpu', to: 'wasm' }));
    return { engine: await wasm(), adapter: '' };
  }
}

/** Name of a hardware adapter, or null. */
async function realAdapter(): Promise<string | null> {
  if (!('gpu' in navigator)) return null;
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null || adapter.info.isFallbackAdapter) return null;
    const { vendor, architecture, description } = adapter.info;
    return [vendor, architecture, description].filter((part) => part !== '').join(' ') || 'unnamed';
  } catch {
    return null;
  }
}

async function wasmModule(threads: number): Promise<OrtModule> {
  const [ort, wasm, mjs] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
  ]);
  ort.env.wasm.wasmPaths = { wasm: wasm.default, mjs: mjs.default };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return ort;
}

/** The build that suspends its stack natively is a third smaller than the one that is rewritten to do so. */
async function gpuModule(): Promise<OrtModule> {
  const [ort, wasm, mjs] =
    'Suspending' in WebAssembly
      ? await Promise.all([
          import('onnxruntime-web/jspi'),
          import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
          import('onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url'),
        ])
      : await Promise.all([
          import('onnxruntime-web/webgpu'),
          import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
          import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
        ]);
  ort.env.wasm.wasmPaths = { wasm: wasm.default, mjs: mjs.default };
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return ort;
}
