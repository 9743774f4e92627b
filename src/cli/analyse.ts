import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { issue, type Issue } from '../core/issue';
import { READ_PHASES } from '../core/phase';
import type { ReadPhase } from '../core/phase';
import { failure, success, type Result } from '../core/result';
import { openNodeEngine } from '../inference/ort-node';
import { readAnatomyFile } from '../measure/read-anatomy-file';
import { openPack } from '../packs/open-pack';
import { readPackFile } from '../packs/read-pack-file';
import { analyse } from '../pipeline/analyse';
import { guessPhases } from '../pipeline/phases/guess-phases';
import { refinePhases } from '../pipeline/phases/refine-phases';
import { nodeRegistration } from '../registration/elastix-node';
import { reportOf } from '../report/report';
import { openStudy } from '../study/open-study';
import { sentenceFor } from '../words';
import { readAnalyseOptions, type AnalyseOptions } from './analyse-options';
import { isPath, largest, volumesByGuess, volumesByHand, withRefinedGuesses, type PhaseFiles, type ReadVolume, type VolumeChoice } from './choose-volumes';
import { folderPack } from './folder-pack';
import { quietMonitor } from './quiet-monitor';
import { readPaths } from './read-folder';
import { isResultFile, LABELS_FILE, resultFiles } from './result-files';
import { canBeFolder, writeFolder } from './write-folder';
import { threadedCodecs } from './threaded-codecs';

/** Threads beyond this gain nothing on networks of this size. */
const MAX_THREADS = 8;

/** `npm run -s analyse -- PATH... --out DIR`: writes report.json, labels and heatmaps; see docs/report.schema.json. */
async function run(args: readonly string[]): Promise<number> {
  const options = readAnalyseOptions(args);
  if (typeof options === 'string') return complain(options);
  // Told now, not after minutes of work.
  if (!canBeFolder(resolve(options.out))) return complain(`--out ${options.out}: not a folder.`);
  const issues: Issue[] = [];
  const pack = await openPack(await folderPack(options.pack));
  if (!pack.ok) return complainOf(pack.issue, options.pack);
  const anatomyModel = await readPackFile(pack.value, pack.value.manifest.anatomy, readAnatomyFile);
  if (!anatomyModel.ok) return complainOf(anatomyModel.issue, options.pack);
  const read = await readInputs(options, issues);
  if (!read.ok) return complainOf(read.issue);
  const choice = chooseVolumes(options, read.value);
  if (typeof choice === 'string') return complain(choice);
  const threads = options.threads ?? Math.min(MAX_THREADS, availableParallelism());
  const engine = openNodeEngine(pack.value, threads);
  const patient = read.value.loaded.find(({ volume }) => Object.values(choice.assignment).includes(volume.id))?.facts.patient;
  const analysed = await analyse(
    {
      volumes: choice.volumes,
      manifest: pack.value.manifest,
      engine,
      registration: nodeRegistration(),
      preset: options.preset,
      anatomyModel: anatomyModel.value,
      patient: { ageYears: patient?.ageYears ?? null, sex: patient?.sex ?? '' },
      monitor: quietMonitor(issues),
      onEvent: () => undefined,
    },
    options.centreLpsMm === null ? 'automatic' : { pointLpsMm: options.centreLpsMm },
  );
  await engine.release();
  if (!analysed.ok) return complainOf(analysed.issue);
  const { reading, prepared } = analysed.value;
  const outside = reading.issues.find(({ code }) => code === 'centre-outside-phase');
  if (outside !== undefined && reading.patches.length === 0) return complainOf(outside);
  const { labelMap } = prepared;
  const refined = labelMap === null ? [] : refinePhases(guessPhases(read.value.loaded), read.value.loaded, labelMap);
  const { origins, issues: doubts } = withRefinedGuesses(choice, refined);
  const report = reportOf({
    reading,
    manifest: pack.value.manifest,
    assignment: choice.assignment,
    origins,
    facts: read.value.loaded.map(({ facts }) => facts),
    backend: engine.backend,
    threads,
    issues: [...issues, ...doubts],
    files: { labels: labelMap === null ? null : LABELS_FILE, patches: options.savePatches },
  });
  const files = resultFiles({
    report,
    reading,
    labelMap,
    volumes: Object.values(choice.volumes),
    savePatches: options.savePatches,
  });
  try {
    await writeFolder(options.out, files, isResultFile);
  } catch (error) {
    return complain(`--out ${options.out}: could not be written. ${error instanceof Error ? error.message : ''}`);
  }
  return 0;
}

interface Inputs {
  readonly loaded: readonly ReadVolume[];
  readonly files: PhaseFiles;
}

/** Opens the paths as one study, and each path that `--phase` names as a study of its own. */
async function readInputs(options: AnalyseOptions, issues: Issue[]): Promise<Result<Inputs>> {
  const loaded: ReadVolume[] = [];
  const files: Partial<Record<ReadPhase, ReadVolume>> = {};
  if (options.paths.length > 0) {
    const volumes = await openPaths(options.paths, issues);
    if (!volumes.ok) return volumes;
    loaded.push(...volumes.value);
  }
  for (const phase of READ_PHASES) {
    const target = options.phases[phase];
    if (target === undefined || !isPath(target)) continue;
    const volumes = await openPaths([target], issues);
    if (!volumes.ok) return volumes;
    const found = largest(volumes.value);
    if (found === null) return failure(issue('nothing-readable', 'error', target));
    // Two files may carry the same identifier; the phase keeps them apart.
    const id = loaded.some(({ volume }) => volume.id === found.volume.id) ? `${found.volume.id}#${phase}` : found.volume.id;
    const own = { facts: { ...found.facts, volumeId: id }, volume: { ...found.volume, id } };
    files[phase] = own;
    loaded.push(own);
  }
  return success({ loaded, files });
}

async function openPaths(paths: readonly string[], issues: Issue[]): Promise<Result<readonly ReadVolume[]>> {
  const sources = await readPaths(paths);
  if (!sources.ok) return sources;
  const opened = await openStudy({ sources: sources.value, codecs: threadedCodecs(), monitor: quietMonitor(issues), onVolume: () => undefined, share: false });
  if (opened.ok) return success(opened.value.volumes);
  return failure(issues.find((met) => met.severity === 'error') ?? opened.issue);
}

function chooseVolumes(options: AnalyseOptions, { loaded, files }: Inputs): VolumeChoice | string {
  if (Object.keys(options.phases).length > 0) return volumesByHand(options.phases, files, loaded);
  return volumesByGuess(guessPhases(loaded), loaded) ?? sentenceFor(issue('nothing-readable', 'error'), 'en').title;
}

function complainOf(met: Issue, where = met.where): number {
  const { title, todo } = sentenceFor(met, 'en');
  const place = where === undefined || title.includes(where) ? '' : ` (${where})`;
  return complain(`${title}${place} ${todo} [${met.code}]`);
}

/** One line, whatever is in it. */
function complain(sentence: string): number {
  process.stderr.write(`${sentence.replace(/\s+/g, ' ').trim()}\n`);
  return 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.exitCode = complainOf(issue('internal-error', 'error', undefined, { message }));
}
// The runtime's threads would keep the process alive.
process.exit();
