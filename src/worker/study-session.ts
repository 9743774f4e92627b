import { issue, type Issue } from '../core/issue';
import { READ_PHASES, type PhaseAssignment, type PhaseGuess, type ReadPhase } from '../core/phase';
import type { NetworkEngine, RegistrationEngine, Step } from '../core/ports';
import { failure } from '../core/result';
import type { Volume } from '../core/volume';
import type { CodecHost } from '../dicom/decode/codec-host';
import type { StudyVolume } from '../dicom/read-study';
import type { AnatomyModel } from '../measure/anatomy-model';
import { readAnatomyFile } from '../measure/read-anatomy-file';
import { openPack, verifyPack, type Pack, type PackSource } from '../packs/open-pack';
import { readPackFile } from '../packs/read-pack-file';
import { analyse } from '../pipeline/analyse';
import { guessPhases } from '../pipeline/phases/guess-phases';
import { refinePhases } from '../pipeline/phases/refine-phases';
import { readCentre } from '../pipeline/read-centre';
import { preparedWith, type AnalysisEvent, type PreparedCase, type ReadingContext } from '../pipeline/reading-context';
import { blobSource, droppedPack, isZippedPack } from './dropped-pack';
import { openStudy } from '../study/open-study';
import type { AnalysisRequest, BackendFacts, CaseEvent, RereadRequest, StudyWorker, WorkerSetup } from './protocol';
import { beginRun, monitorOf, orStopped, type RunToken } from './run-token';

/** What the session takes from the thread it runs in; Node stands in for the browser in tests. */
export interface SessionHost {
  readonly codecs: CodecHost;
  /** True when buffers may be shared with the page. */
  readonly isolated: boolean;
  readonly nowMs: () => number;
  readonly fetchPack: (baseUrl: string, onBytes: (bytes: number) => void, onIssue: (issue: Issue) => void) => PackSource;
  readonly openEngine: (pack: Pack, setup: WorkerSetup, onIssue: (issue: Issue) => void) => Promise<{ readonly engine: NetworkEngine; readonly adapter: string }>;
  readonly registration: (setup: WorkerSetup) => RegistrationEngine | null;
}

/** A pack in use. */
interface Loaded {
  readonly pack: Pack;
  readonly engine: NetworkEngine;
  readonly adapter: string;
  readonly anatomyModel: AnatomyModel | null;
}

/** The case on screen. */
interface OpenCase {
  readonly caseId: number;
  readonly volumes: Map<string, StudyVolume>;
  guesses: readonly PhaseGuess[];
  /** As the analysis left it. */
  prepared: PreparedCase | null;
  /** Under the labels that the user edited last. */
  edited: PreparedCase | null;
}

/**
 * The worker's side of `StudyWorker`. One thing runs at a time: a new request stops the one before it and waits for its
 * end. Nothing is thrown to the page; every outcome is an event.
 */
export function makeStudySession(host: SessionHost): StudyWorker {
  let tell: (event: CaseEvent) => void = () => undefined;
  let setup: WorkerSetup | null = null;
  let registration: RegistrationEngine | null = null;
  let loading: Promise<Loaded | null> = Promise.resolve(null);
  let current: OpenCase | null = null;
  let running: RunToken | null = null;

  /** Stops what runs, waits for it, then does `work`; what it throws becomes a `failed` event. */
  async function alone(of: { readonly caseId: number; readonly runId?: number }, work: (token: RunToken) => Promise<Issue | null>): Promise<void> {
    const before = running;
    const token = beginRun();
    running = token;
    if (before !== null) {
      before.cancel();
      await before.ended;
    }
    try {
      // A request that was overtaken while it waited has nothing left to do.
      const fault = token.cancelled ? issue('cancelled', 'note') : await work(token);
      if (fault?.code === 'cancelled') tell({ kind: 'cancelled', ...of });
      else if (fault !== null) tell({ kind: 'failed', ...of, issue: fault });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: 'failed', ...of, issue: issue('internal-error', 'error', undefined, { message }) });
    } finally {
      token.end();
    }
  }

  async function stopRunning(): Promise<void> {
    running?.cancel();
    await running?.ended;
  }

  const monitorFor = (caseId: number, token: RunToken): ReturnType<typeof monitorOf> =>
    monitorOf(token, host.nowMs, {
      progress: (step: Step, fraction: number, elapsedMs: number) => tell({ kind: 'progress', caseId, step, fraction, elapsedMs }),
      issue: (met: Issue) => tell({ kind: 'issue', caseId, issue: met }),
    });

  function tellBackend({ engine, adapter }: Pick<Loaded, 'engine' | 'adapter'>): void {
    const facts: BackendFacts = {
      backend: engine.backend,
      threads: engine.threads,
      adapter: engine.backend === 'webgpu' ? adapter : '',
      crossOriginIsolated: host.isolated,
    };
    tell({ kind: 'backend', facts });
  }

  /** Opens a pack's engine; the backend is told now and again when it falls. */
  async function load(pack: Pack, from: WorkerSetup): Promise<Loaded | Issue> {
    const anatomy = await readPackFile(pack, pack.manifest.anatomy, readAnatomyFile);
    if (!anatomy.ok) return anatomy.issue;
    let opened: Loaded | null = null;
    const { engine, adapter } = await host.openEngine(pack, from, (met) => {
      tell({ kind: 'issue', caseId: current?.caseId ?? 0, issue: met });
      // The engine's own name changes right after this is told.
      queueMicrotask(() => {
        if (opened !== null) tellBackend(opened);
      });
    });
    opened = { pack, engine, adapter, anatomyModel: anatomy.value };
    return opened;
  }

  async function loadDefault(from: WorkerSetup): Promise<Loaded | null> {
    let bytes = 0;
    let total = Infinity;
    const onBytes = (more: number): void => {
      bytes += more;
      tell({ kind: 'progress', caseId: current?.caseId ?? 0, step: 'load-models', fraction: Math.min(1, bytes / total), elapsedMs: 0 });
    };
    const source = host.fetchPack(from.packUrl, onBytes, (met) => tell({ kind: 'issue', caseId: current?.caseId ?? 0, issue: met }));
    const pack = await openPack(source);
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
    tell({ kind: 'pack', manifest: pack.value.manifest });
    tellBackend(loaded);
    // Weights come while the user looks at the images; a file that cannot be had is told when it is needed.
    for (const file of pack.value.manifest.files) if (file.role === 'onnx') void pack.value.bytes(file.path);
    return loaded;
  }

  function forward(open: OpenCase, runId: number): (event: AnalysisEvent) => void {
    return (event) => {
      if (event.kind === 'segmented') {
        // From here on the page shows these labels, also when what follows is stopped: another centre is read on them.
        open.prepared = preparedWith(event.labelMap);
        open.edited = null;
      }
      tell({ ...event, caseId: open.caseId, runId });
    };
  }

  /** The reading context of a request, or why there is none. */
  async function contextFor(open: OpenCase, request: AnalysisRequest | RereadRequest, token: RunToken): Promise<ReadingContext | Issue> {
    const loaded = await orStopped(token, loading);
    if (loaded === 'cancelled') return issue('cancelled', 'note');
    if (loaded === null) return issue('pack-not-loaded', 'error');
    return {
      volumes: volumesOf(open, request.phases),
      manifest: loaded.pack.manifest,
      engine: stoppable(loaded.engine, token),
      registration,
      preset: request.preset,
      anatomyModel: loaded.anatomyModel,
      patient: request.patient,
      monitor: monitorFor(open.caseId, token),
      onEvent: forward(open, request.runId),
    };
  }

  /** Puts a dropped pack in the place of the one in use once every check has passed; else says why not. */
  async function replacePack(files: readonly File[], token: RunToken): Promise<Issue | null> {
    if (setup === null) return issue('pack-not-loaded', 'error');
    const source = await droppedPack(files.map(blobSource), monitorFor(current?.caseId ?? 0, beginRun()));
    const pack = await openPack(source);
    if (!pack.ok) return pack.issue;
    const whole = await verifyPack(pack.value);
    if (!whole.ok) return whole.issue;
    const loaded = await load(pack.value, setup);
    if ('code' in loaded) return loaded;
    const networks = await openAll(loaded);
    if (networks !== null) {
      await loaded.engine.release();
      return networks;
    }
    const before = await orStopped(token, loading);
    if (before === 'cancelled') {
      await loaded.engine.release();
      return issue('cancelled', 'note');
    }
    loading = Promise.resolve(loaded);
    await before?.engine.release();
    tell({ kind: 'pack', manifest: pack.value.manifest });
    tellBackend(loaded);
    return null;
  }

  /** What `replacePack` says is told as the pack's refusal; a stop is left to the caller. */
  async function takePack(files: readonly File[], token: RunToken): Promise<Issue | null> {
    const fault = await replacePack(files, token).catch((error: unknown) => issue('internal-error', 'error', undefined, { message: String(error) }));
    if (fault?.code === 'cancelled') return fault;
    if (fault !== null) tell({ kind: 'pack-refused', issue: fault });
    return null;
  }

  return {
    async setup(given, listener) {
      setup = given;
      registration = host.registration(given);
      tell = listener;
      loading = loadDefault(given).catch((error: unknown) => {
        tell({ kind: 'pack-refused', issue: issue('internal-error', 'error', undefined, { message: String(error) }) });
        return null;
      });
      await loading;
    },

    open: (caseId, files) =>
      alone({ caseId }, async (token) => {
        const opening: { value: OpenCase | null } = { value: null };
        const sources = files.map(blobSource);
        if (await isZippedPack(sources, monitorFor(caseId, token))) {
          const stopped = await takePack(files, token);
          if (stopped === null) tell({ kind: 'opened', caseId, volumes: 0 });
          return stopped;
        }
        const opened = await openStudy({
          sources,
          codecs: host.codecs,
          monitor: monitorFor(caseId, token),
          share: host.isolated,
          onVolume: (found) => {
            if (token.cancelled) return;
            // From here on the case before is gone, and its memory with it.
            opening.value ??= current = { caseId, volumes: new Map(), guesses: [], prepared: null, edited: null };
            opening.value.volumes.set(found.volume.id, found);
            tell({ kind: 'volume', caseId, facts: found.facts, volume: found.volume });
          },
        });
        if (!opened.ok) return opened.issue;
        if (token.cancelled) return issue('cancelled', 'note');
        const guesses = guessPhases(opened.value.volumes);
        if (opening.value !== null) opening.value.guesses = guesses;
        tell({ kind: 'phases', caseId, guesses });
        tell({ kind: 'opened', caseId, volumes: opened.value.volumes.length });
        // The networks get ready while the user looks at the phases.
        void loading.then((loaded) => (loaded === null ? null : openAll(loaded)));
        return null;
      }),

    analyse: (caseId, request) =>
      alone({ caseId, runId: request.runId }, async (token) => {
        const open = current;
        if (open?.caseId !== caseId) return issue('cancelled', 'note');
        // The page clears its outlines when an analysis starts, so a centre set before new ones come must not rest on the old.
        open.prepared = null;
        open.edited = null;
        const context = await contextFor(open, request, token);
        if ('code' in context) return context;
        const result = await analyse(context);
        if (!result.ok) return result.issue;
        open.prepared = result.value.prepared;
        open.edited = null;
        const { labelMap } = result.value.prepared;
        if (labelMap !== null) {
          // The kidneys' own brightness speaks last; the choice of phases stays with the user.
          const volumes = [...open.volumes.values()];
          tell({ kind: 'phases', caseId, guesses: refinePhases(open.guesses, volumes, labelMap) });
        }
        return null;
      }),

    reread: (caseId, request) =>
      alone({ caseId, runId: request.runId }, async (token) => {
        const open = current;
        if (open?.caseId !== caseId) return issue('cancelled', 'note');
        const context = await contextFor(open, request, token);
        if ('code' in context) return context;
        open.prepared ??= preparedWith(null);
        const result = await readCentre(context, preparedFor(open, open.prepared, request.labels), request.centre);
        return result.ok ? null : result.issue;
      }),

    // In its turn like all else: an analysis that is asked for meanwhile must not lose its engine half way.
    usePack: (files) =>
      alone({ caseId: current?.caseId ?? 0 }, (token) => takePack(files, token)),

    cancel: stopRunning,

    async close() {
      await stopRunning();
      current = null;
    },
  };
}

/** The engine as one run sees it: opening a network, which may wait for its file, ends with the run. */
function stoppable(engine: NetworkEngine, token: RunToken): NetworkEngine {
  return {
    get backend() {
      return engine.backend;
    },
    get threads() {
      return engine.threads;
    },
    async open(file) {
      const opened = await orStopped(token, engine.open(file));
      return opened === 'cancelled' ? failure(issue('cancelled', 'note')) : opened;
    },
    release: () => engine.release(),
  };
}

function volumesOf(open: OpenCase, phases: PhaseAssignment): Readonly<Partial<Record<ReadPhase, Volume>>> {
  const volumes: Partial<Record<ReadPhase, Volume>> = {};
  for (const phase of READ_PHASES) {
    const found = open.volumes.get(phases[phase] ?? '');
    if (found !== undefined) volumes[phase] = found.volume;
  }
  return volumes;
}

/**
 * The prepared case to read: as analysed, or under edited labels. Registrations are shared between both; masses are found
 * again only when the labels are others than last time.
 */
function preparedFor(open: OpenCase, analysed: PreparedCase, labels: Uint8Array | undefined): PreparedCase {
  const { labelMap } = analysed;
  if (labels === undefined || labelMap?.labels.length !== labels.length) return analysed;
  const last = open.edited?.labelMap?.labels;
  if (open.edited !== null && last !== undefined && sameBytes(last, labels)) return open.edited;
  open.edited = { ...preparedWith({ ...labelMap, labels }, analysed.timingsMs), alignments: analysed.alignments };
  return open.edited;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** Opens and so self-tests every network of a pack; the first refusal. */
async function openAll({ pack, engine }: Loaded): Promise<Issue | null> {
  for (const model of [...(pack.manifest.segmentation?.stages ?? []), ...pack.manifest.classifiers]) {
    const runner = await engine.open(model.file);
    if (!runner.ok) return runner.issue;
  }
  return null;
}
