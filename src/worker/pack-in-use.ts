import { networksOf } from '../core/models';
import { issue, type Issue } from '../core/issue';
import type { NetworkEngine } from '../core/ports';
import type { AnatomyModel } from '../measure/anatomy-model';
import { readAnatomyFile } from '../measure/read-anatomy-file';
import { openPack, verifyPack, type Pack, type PackSource } from '../packs/open-pack';
import { readPackFile } from '../packs/read-pack-file';
import type { CaseEvent, WorkerSetup } from './protocol';

/** What opening a pack takes from the thread it runs in. */
export interface PackHost {
  /** True when buffers may be shared with the page. */
  readonly isolated: boolean;
  readonly fetchPack: (baseUrl: string, onBytes: (bytes: number) => void, onIssue: (issue: Issue) => void) => PackSource;
  readonly openEngine: (pack: Pack, setup: WorkerSetup, onIssue: (issue: Issue) => void) => Promise<{ readonly engine: NetworkEngine; readonly adapter: string }>;
}

/** A pack in use. */
export interface LoadedPack {
  readonly pack: Pack;
  readonly engine: NetworkEngine;
  readonly adapter: string;
  readonly anatomyModel: AnatomyModel | null;
}

/** Loads packs for a worker and tells the page which one is in use and what runs it. */
export interface PackLoader {
  /** The site's own pack, announced; null when it was refused, which is told. */
  loadDefault(from: WorkerSetup): Promise<LoadedPack | null>;
  /** The site's own pack beside the one in use, not announced; else why not. */
  openDefault(from: WorkerSetup): Promise<LoadedPack | Issue>;
  /** A dropped pack, once every check has passed and every network has given its stored answer; else why not. */
  open(source: PackSource, from: WorkerSetup): Promise<LoadedPack | Issue>;
  /** Tells the page that a pack is the one in use. */
  announce(loaded: LoadedPack, foreign?: true): void;
}

/** Makes the loader. `caseId` names the case on screen, so that the page can place what is told. */
export function makePackLoader(host: PackHost, tell: (event: CaseEvent) => void, caseId: () => number): PackLoader {
  const tellIssue = (met: Issue): void => tell({ kind: 'issue', caseId: caseId(), issue: met });

  function tellBackend({ engine, adapter }: Pick<LoadedPack, 'engine' | 'adapter'>): void {
    const facts = { backend: engine.backend, threads: engine.threads, adapter: engine.backend === 'webgpu' ? adapter : '', crossOriginIsolated: host.isolated };
    tell({ kind: 'backend', facts });
  }

  /** Opens a pack's engine; the backend is told now and again when it falls. */
  async function load(pack: Pack, from: WorkerSetup): Promise<LoadedPack | Issue> {
    const anatomy = await readPackFile(pack, pack.manifest.anatomy, readAnatomyFile);
    if (!anatomy.ok) return anatomy.issue;
    let opened: LoadedPack | null = null;
    const { engine, adapter } = await host.openEngine(pack, from, (met) => {
      tellIssue(met);
      if (opened !== null) tellBackend(opened);
    });
    opened = { pack, engine, adapter, anatomyModel: anatomy.value };
    return opened;
  }

  function announce(loaded: LoadedPack, foreign?: true): void {
    tell({ kind: 'pack', manifest: loaded.pack.manifest, sha256: loaded.pack.sha256, ...(foreign && { foreign }) });
    tellBackend(loaded);
  }

  return {
    announce,

    async loadDefault(from) {
      let bytes = 0;
      let total = Infinity;
      const onBytes = (more: number): void => {
        bytes += more;
        tell({ kind: 'progress', caseId: caseId(), step: 'load-models', fraction: Math.min(1, bytes / total), elapsedMs: 0 });
      };
      const pack = await openPack(host.fetchPack(from.packUrl, onBytes, tellIssue));
      if (!pack.ok) {
        tell({ kind: 'pack-refused', issue: pack.issue });
        return null;
      }
      total = pack.value.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      const loaded = await load(pack.value, from);
      if ('code' in loaded) {
        tell({ kind: 'pack-refused', issue: loaded });
        return null;
      }
      announce(loaded);
      // Weights come while the user looks at the images; a file that cannot be had is told when it is needed.
      for (const file of pack.value.manifest.files) if (file.role === 'onnx') void pack.value.bytes(file.path);
      return loaded;
    },

    async openDefault(from) {
      const pack = await openPack(host.fetchPack(from.packUrl, () => undefined, tellIssue));
      return pack.ok ? load(pack.value, from) : pack.issue;
    },

    async open(source, from) {
      const pack = await openPack(source);
      if (!pack.ok) return pack.issue;
      const whole = await verifyPack(pack.value);
      if (!whole.ok) return whole.issue;
      const loaded = await load(pack.value, from);
      if ('code' in loaded) return loaded;
      const fault = await openAllNetworks(loaded);
      if (fault === null) return loaded;
      await loaded.engine.release();
      return fault;
    },
  };
}

/** Opens and so self-tests every network of a pack; the first refusal. */
export async function openAllNetworks({ pack, engine }: LoadedPack): Promise<Issue | null> {
  for (const network of networksOf(pack.manifest)) {
    const runner = await engine.open(network.file);
    if (!runner.ok) return runner.issue;
  }
  return null;
}

/** Weights dropped without the pack around them: what to do with such files. Null when there is none among the names. */
export function bareWeights(names: readonly string[]): Issue | null {
  const pickle = names.find((name) => /\.(pt|pth|ckpt|pkl|pickle|joblib)$/i.test(name));
  if (pickle !== undefined) return issue('pack-pickle', 'error', pickle);
  const network = names.find((name) => /\.onnx$/i.test(name));
  return network === undefined ? null : issue('pack-manifest-missing', 'error', network);
}
