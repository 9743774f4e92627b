import { phaseToSegment } from '../core/pack-constants';
import { issue, type Issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import { READ_PHASES, type PhaseAssignment, type PhaseGuess, type ReadPhase } from '../core/phase';
import type { NetworkEngine, RegistrationEngine, Step } from '../core/ports';
import { failure } from '../core/result';
import type { Volume } from '../core/volume';
import type { CodecHost } from '../dicom/decode/codec-host';
import type { StudyVolume } from '../dicom/read-study';
import { analyse } from '../pipeline/analyse';
import { guessPhases } from '../pipeline/phases/guess-phases';
import { refinePhases } from '../pipeline/phases/refine-phases';
import { readCentre } from '../pipeline/read-centre';
import { preparedUnder, preparedWith, type AnalysisEvent, type PreparedCase, type ReadingContext } from '../pipeline/reading-context';
import { joinVolumes } from '../study/join-volumes';
import { openStudy } from '../study/open-study';
import { blobSource, droppedPack, isZippedPack } from './dropped-pack';
import { bareWeights, makePackLoader, openAllNetworks, type LoadedPack, type PackHost } from './pack-in-use';
import type { AnalysisRequest, CaseEvent, RereadRequest, SecondOpinion, StudyWorker, WorkerSetup } from './protocol';
import { beginRun, monitorOf, orStopped, type RunToken } from './run-token';

/** What the session takes from the thread it runs in; Node stands in for the browser in tests. */
export interface SessionHost extends PackHost {
  readonly codecs: CodecHost;
  readonly nowMs: () => number;
  readonly registration: (setup: WorkerSetup) => RegistrationEngine | null;
}

/** The case on screen. */
interface OpenCase {
  readonly caseId: number;
  readonly volumes: Map<string, StudyVolume>;
  /** Outlines that came with the files. */
  offered: readonly LabelMap[];
  guesses: readonly PhaseGuess[];
  /** What was segmented under the pack in use, by volume: a change of phases and back costs no second segmentation. */
  readonly analysed: Map<string, PreparedCase>;
  /** The one of them that is read. */
  prepared: PreparedCase | null;
  /** Under the labels that the user edited last. */
  edited: PreparedCase | null;
}

/**
 * The worker's side of `StudyWorker`. One analysis or reading runs at a time: a new request stops the one before it and waits
 * for its end. Opening files goes on beside it: what runs waits until it is known whether there is another case to show.
 * Nothing is thrown to the page; every outcome is an event.
 */
export function makeStudySession(host: SessionHost): StudyWorker {
  let tell: (event: CaseEvent) => void = () => undefined;
  let setup: WorkerSetup | null = null;
  let registration: RegistrationEngine | null = null;
  let loading: Promise<LoadedPack | null> = Promise.resolve(null);
  let current: OpenCase | null = null;
  let running: RunToken | null = null;
  let opening: RunToken | null = null;
  const packs = makePackLoader(host, (event) => tell(event), () => current?.caseId ?? 0);

  type Request = { readonly caseId: number; readonly runId?: number };

  /** Does `work` once what was there before has ended; what it throws becomes a `failed` event. */
  async function inTurn(of: Request, token: RunToken, before: RunToken | null, work: () => Promise<Issue | null>): Promise<void> {
    if (before !== null) {
      before.cancel();
      await before.ended;
    }
    try {
      // A request that was overtaken while it waited has nothing left to do.
      const fault = token.cancelled ? issue('cancelled', 'note') : await work();
      if (fault?.code === 'cancelled') tell({ kind: 'cancelled', ...of });
      else if (fault !== null) tell({ kind: 'failed', ...of, issue: fault });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: 'failed', ...of, issue: issue('internal-error', 'error', undefined, { message }) });
    } finally {
      token.end();
    }
  }

  /** An analysis or a reading: takes the place of the one before. */
  function run(of: Request, work: (token: RunToken) => Promise<Issue | null>): Promise<void> {
    const before = running;
    const token = beginRun();
    running = token;
    return inTurn(of, token, before, () => work(token));
  }

  /** The opening of files: takes the place of the one before, while what runs waits. */
  async function openBeside(of: Request, work: (token: RunToken) => Promise<Issue | null>): Promise<void> {
    const before = opening;
    const token = beginRun();
    opening = token;
    await inTurn(of, token, before, () => work(token));
    if (opening === token) opening = null;
  }

  /** Holds a run while files are opened, unless it is stopped. */
  async function waitForOpening(token: RunToken): Promise<void> {
    while (opening !== null && !token.cancelled) await Promise.race([opening.ended, token.stopped]);
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

  /** The monitor of an analysis: it also holds while files are opened. */
  function waitingMonitor(caseId: number, token: RunToken): ReturnType<typeof monitorOf> {
    const monitor = monitorFor(caseId, token);
    return { ...monitor, breathe: () => monitor.breathe().then(() => waitForOpening(token)) };
  }

  function forward(open: OpenCase, runId: number): (event: AnalysisEvent) => void {
    return (event) => {
      if (event.kind === 'segmented') {
        // From here on the page shows these labels, also when what follows is stopped: another centre is read on them.
        open.prepared = preparedWith(event.labelMap);
        open.analysed.set(event.labelMap.volumeId, open.prepared);
        open.edited = null;
      }
      tell({ ...(event.kind === 'segmented' ? { ...event, labelMap: forPage(event.labelMap) } : event), caseId: open.caseId, runId });
    };
  }

  /** Takes the case `from` over as `caseId` with parts of one scan joined, and tells it as if it had been opened. */
  function joinedAnew(caseId: number, from: number, volumeIds: readonly string[]): Issue | null {
    const before = current;
    const parts = volumeIds.flatMap((id) => before?.volumes.get(id) ?? []);
    if (before?.caseId !== from || parts.length < volumeIds.length) return issue('cancelled', 'note');
    const whole = joinVolumes(parts, host.isolated);
    if (whole === null) return issue('study-too-large', 'error');
    running?.cancel();
    const volumes = [...before.volumes.values()].flatMap((one) => (one === parts[0] ? [whole] : parts.includes(one) ? [] : [one]));
    const guesses = guessPhases(volumes);
    // Those of a part do not fit the whole.
    const offered = before.offered.filter(({ volumeId }) => !volumeIds.includes(volumeId));
    current = { caseId, volumes: new Map(volumes.map((one) => [one.volume.id, one])), guesses, analysed: new Map(), prepared: null, edited: null, offered };
    for (const { facts, volume } of volumes) tell({ kind: 'volume', caseId, facts, volume });
    tell({ kind: 'phases', caseId, guesses });
    for (const labelMap of offered) tell({ kind: 'outlines-offered', caseId, labelMap });
    tell({ kind: 'opened', caseId, volumes: volumes.length });
    return null;
  }

  /** The page's own copy of a label map, which it edits: in shared memory where possible, so that its thread has nothing to copy. */
  function forPage(labelMap: LabelMap): LabelMap {
    if (!host.isolated) return labelMap;
    const labels = new Uint8Array(new SharedArrayBuffer(labelMap.labels.length));
    labels.set(labelMap.labels);
    return { ...labelMap, labels };
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
      registration: request.align ? registration : null,
      preset: request.preset,
      anatomyModel: loaded.anatomyModel,
      patient: request.patient,
      monitor: waitingMonitor(open.caseId, token),
      onEvent: forward(open, request.runId),
    };
  }

  /** Reads the centre under another pack's networks and preset; outlines and, where both align, alignments are shared. */
  async function secondReading(open: OpenCase, request: RereadRequest, token: RunToken, other: LoadedPack): Promise<Omit<SecondOpinion, 'siteOwn'> | Issue> {
    const context = await contextFor(open, request, token);
    if ('code' in context) return context;
    const { manifest } = other.pack;
    const prepared = preparedFor(open, open.prepared ?? preparedWith(null), request.labels);
    const under = { ...context, manifest, engine: stoppable(other.engine, token), anatomyModel: null, scoresOnly: true as const, onEvent: () => undefined };
    const read = await readCentre(under, prepared, request.centre);
    if (!read.ok) return read.issue;
    const { scores, preset } = read.value;
    return { title: manifest.title, version: manifest.version, status: manifest.status, preset, scores };
  }

  /** Puts a dropped pack in the place of the one in use once every check has passed; else says why not. */
  async function replacePack(files: readonly File[], token: RunToken): Promise<Issue | null> {
    if (setup === null) return issue('pack-not-loaded', 'error');
    const source = await droppedPack(files.map(blobSource), monitorFor(current?.caseId ?? 0, beginRun()));
    const loaded = await packs.open(source, setup);
    if ('code' in loaded) return loaded;
    const before = await orStopped(token, loading);
    if (before === 'cancelled') {
      await loaded.engine.release();
      return issue('cancelled', 'note');
    }
    // What runs on the networks of the pack before must not lose them half way.
    await stopRunning();
    loading = Promise.resolve(loaded);
    await before?.engine.release();
    current?.analysed.clear();
    packs.announce(loaded, true);
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
      loading = packs.loadDefault(given).catch((error: unknown) => {
        tell({ kind: 'pack-refused', issue: issue('internal-error', 'error', undefined, { message: String(error) }) });
        return null;
      });
      await loading;
    },

    open: (caseId, files) =>
      openBeside({ caseId }, async (token) => {
        const found: { open: OpenCase | null } = { open: null };
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
          onVolume: (one) => {
            if (token.cancelled) return;
            if (found.open === null) {
              // From here on the case before is gone, and its memory with it.
              running?.cancel();
              found.open = current = { caseId, volumes: new Map(), offered: [], guesses: [], analysed: new Map(), prepared: null, edited: null };
            }
            found.open.volumes.set(one.volume.id, one);
            tell({ kind: 'volume', caseId, facts: one.facts, volume: one.volume });
          },
        });
        if (token.cancelled) return issue('cancelled', 'note');
        if (!opened.ok) return (opened.issue.code === 'nothing-readable' ? bareWeights(sources.map(({ name }) => name)) : null) ?? opened.issue;
        const guesses = guessPhases(opened.value.volumes);
        const offered = opened.value.segmentations.map(({ labelMap }) => labelMap);
        if (found.open !== null) {
          found.open.guesses = guesses;
          found.open.offered = offered;
        }
        tell({ kind: 'phases', caseId, guesses });
        for (const labelMap of offered) tell({ kind: 'outlines-offered', caseId, labelMap });
        tell({ kind: 'opened', caseId, volumes: opened.value.volumes.length });
        // The networks get ready while the user looks at the phases.
        void loading.then((loaded) => (loaded === null ? null : openAllNetworks(loaded)));
        if (opened.value.volumes.length > 1) void registration?.warm?.();
        return null;
      }),

    join: (caseId, from, volumeIds) => openBeside({ caseId }, () => Promise.resolve(joinedAnew(caseId, from, volumeIds))),

    async restore(caseId, { volumes, guesses, labelMap }) {
      await stopRunning();
      const prepared = labelMap === null ? null : preparedWith(labelMap);
      current = { caseId, volumes: new Map(volumes.map((one) => [one.volume.id, one])), offered: [], guesses, analysed: new Map(), prepared, edited: null };
      if (prepared !== null && labelMap !== null) current.analysed.set(labelMap.volumeId, prepared);
    },

    analyse: (caseId, request) =>
      run({ caseId, runId: request.runId }, async (token) => {
        const open = current;
        if (open?.caseId !== caseId) return issue('cancelled', 'note');
        // The page clears its outlines when an analysis starts, so a centre set before new ones come must not rest on the old.
        open.prepared = null;
        open.edited = null;
        await waitForOpening(token);
        const context = await contextFor(open, request, token);
        if ('code' in context) return context;
        const phase = phaseToSegment(context.manifest, context.volumes);
        const known = open.analysed.get((phase === null ? undefined : context.volumes[phase]?.id) ?? '');
        if (phase !== null && known?.labelMap) {
          open.prepared = known;
          tell({ kind: 'segmented', caseId, runId: request.runId, labelMap: forPage(known.labelMap), phase });
          const again = await readCentre(context, known, 'automatic');
          return again.ok ? null : again.issue;
        }
        const result = await analyse(context);
        if (!result.ok) return result.issue;
        const { prepared } = result.value;
        open.prepared = prepared;
        open.edited = null;
        const { labelMap } = prepared;
        if (labelMap !== null) {
          open.analysed.set(labelMap.volumeId, prepared);
          // The kidneys' own brightness speaks last; the choice of phases stays with the user.
          const volumes = [...open.volumes.values()];
          tell({ kind: 'phases', caseId, guesses: refinePhases(open.guesses, volumes, labelMap) });
        }
        return null;
      }),

    reread: (caseId, request) =>
      run({ caseId, runId: request.runId }, async (token) => {
        const open = current;
        if (open?.caseId !== caseId) return issue('cancelled', 'note');
        await waitForOpening(token);
        const context = await contextFor(open, request, token);
        if ('code' in context) return context;
        open.prepared ??= preparedWith(null);
        const result = await readCentre(context, preparedFor(open, open.prepared, request.labels), request.centre);
        return result.ok ? null : result.issue;
      }),

    usePack: (files) =>
      openBeside({ caseId: current?.caseId ?? 0 }, async (token) => {
        // A stop of it is no stop of the case.
        await takePack(files, token);
        return null;
      }),

    useDefaultPack: () =>
      openBeside({ caseId: current?.caseId ?? 0 }, async () => {
        if (setup === null) return null;
        const before = await loading;
        await stopRunning();
        loading = packs.loadDefault(setup);
        await before?.engine.release();
        current?.analysed.clear();
        await loading;
        return null;
      }),

    async secondOpinion(caseId, request, files) {
      // Scores are shown before the subsets and occlusion maps that follow them: those are finished first. A request that came
      // meanwhile is the newer one.
      const before = running;
      await before?.ended;
      if (running !== before) return;
      await run({ caseId, runId: request.runId }, async (token) => {
        const open = current;
        if (open?.caseId !== caseId || setup === null) return issue('cancelled', 'note');
        const source = files === null ? null : await droppedPack(files.map(blobSource), monitorFor(caseId, beginRun()));
        const other = source === null ? await packs.openDefault(setup) : await packs.open(source, setup);
        if ('code' in other) {
          tell({ kind: 'pack-refused', issue: other });
          return issue('cancelled', 'note');
        }
        const answer = await secondReading(open, request, token, other);
        await other.engine.release();
        if ('code' in answer) return answer;
        tell({ kind: 'second-opinion', caseId, opinion: { ...answer, siteOwn: files === null } });
        return null;
      });
    },

    async cancel() {
      const first = opening ?? running;
      first?.cancel();
      await first?.ended;
    },

    async close() {
      opening?.cancel();
      await opening?.ended;
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
  const last = open.edited?.automatic === analysed ? open.edited.labelMap?.labels : undefined;
  if (open.edited !== null && last !== undefined && sameBytes(last, labels)) return open.edited;
  open.edited = preparedUnder({ ...labelMap, labels }, analysed);
  return open.edited;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
