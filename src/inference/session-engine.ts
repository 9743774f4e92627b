import type * as Ort from 'onnxruntime-web';
import { issue } from '../core/issue';
import type { NetworkEngine, NetworkRunner, Tensor } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { Pack } from '../packs/open-pack';
import { selfTest } from './self-test';

/** The part of an onnxruntime build that is used here; the builds for page and Node have it alike. */
export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

/** What distinguishes one engine from another. */
export interface EngineSettings {
  readonly ort: OrtModule;
  readonly pack: Pack;
  readonly backend: string;
  readonly threads: number;
  readonly provider: 'wasm' | 'webgpu';
}

/**
 * Networks of a pack on one onnxruntime build. Each file is opened once, checked against its stored answer where the pack
 * has one, and kept until `release`. Issues: those of `Pack.bytes`, `pack-operator-unsupported` for what the runtime
 * refuses, `pack-self-test-failed`, `internal-error` when a run fails.
 */
export function makeEngine(settings: EngineSettings): NetworkEngine {
  const opened = new Map<string, Promise<Result<Session>>>();
  return {
    backend: settings.backend,
    threads: settings.threads,
    async open(file) {
      const known = opened.get(file) ?? openSession(settings, file);
      opened.set(file, known);
      const session = await known;
      // A refusal is not kept: the file may be repaired and tried again.
      if (!session.ok) opened.delete(file);
      return session.ok ? success(session.value.runner) : session;
    },
    async release() {
      const all = [...opened.values()];
      opened.clear();
      for (const pending of all) {
        const session = await pending;
        if (session.ok) await session.value.release();
      }
    },
  };
}

interface Session {
  readonly runner: NetworkRunner;
  release(): Promise<void>;
}

async function openSession(settings: EngineSettings, file: string): Promise<Result<Session>> {
  const bytes = await settings.pack.bytes(file);
  if (!bytes.ok) return bytes;
  let session: Ort.InferenceSession;
  try {
    session = await settings.ort.InferenceSession.create(bytes.value, {
      executionProviders: [settings.provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Threads that wait must not burn the core that page and viewer need: 0.85 s of processor time a run instead of 0.85 to
      // 1.3 s on two busy cores (four slices, two threads), the run itself no longer.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    return failure(issue('pack-operator-unsupported', 'error', file, { operators: messageOf(error) }));
  }
  const runner = makeRunner(settings.ort, session, file);
  const tested = await selfTest(settings.pack, file, runner);
  if (!tested.ok) {
    await session.release();
    return tested;
  }
  return success({ runner, release: () => session.release() });
}

function makeRunner(ort: OrtModule, session: Ort.InferenceSession, file: string): NetworkRunner {
  return {
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [name, new ort.Tensor('float32', tensor.data, [...tensor.shape])]),
      );
      try {
        const answer = await session.run(feeds);
        const outputs: Record<string, Tensor> = {};
        for (const [name, value] of Object.entries(answer)) {
          const data = await value.getData(true);
          if (data instanceof Float32Array) outputs[name] = { shape: [...value.dims], data };
        }
        return success(outputs);
      } catch (error) {
        return failure(issue('internal-error', 'error', file, { message: messageOf(error) }));
      } finally {
        for (const tensor of Object.values(feeds)) tensor.dispose();
      }
    },
  };
}

/** The runtime throws errors, strings and, from its C++ part, bare numbers. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
