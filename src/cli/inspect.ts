import { createHash } from 'node:crypto';
import type { Grid } from '../core/grid';
import type { Issue } from '../core/issue';
import { issue } from '../core/issue';
import type { PhaseGuess } from '../core/phase';
import type { ReadSegmentation, StudyVolume } from '../dicom/read-study';
import { guessPhases } from '../pipeline/phases/guess-phases';
import { openStudy } from '../study/open-study';
import { sentenceFor } from '../words';
import { quietMonitor } from './quiet-monitor';
import { readPaths } from './read-folder';
import { threadedCodecs } from './threaded-codecs';

/** `npm run -s inspect -- [--join] PATH...`: one JSON object on stdout that says what the files hold. */
async function inspect(given: readonly string[]): Promise<number> {
  const paths = given.filter((argument) => argument !== '--join');
  if (paths.length === 0) return complain('usage: npm run -s inspect -- [--join] PATH...');
  const issues: Issue[] = [];
  const sources = await readPaths(paths);
  if (!sources.ok) return complain(told(sources.issue));
  const opened = await openStudy({
    sources: sources.value,
    codecs: threadedCodecs(),
    monitor: quietMonitor(issues),
    onVolume: () => undefined,
    share: false,
    join: given.includes('--join'),
  });
  if (!opened.ok) {
    const worst = (['error', 'warning', 'note'] as const).flatMap((severity) => issues.filter((met) => met.severity === severity))[0];
    return complain([opened.issue, ...(worst === undefined ? [] : [worst])].map(told).join(' '));
  }
  const { volumes, segmentations } = opened.value;
  const guesses = guessPhases(volumes);
  const series = volumes.map((volume) => describe(volume, guesses.find((guess) => guess.volumeId === volume.volume.id)));
  const met = issues.map(({ code, severity, where, data }) => ({ code, severity, file: where ?? '', ...(data === undefined ? {} : { data }) }));
  process.stdout.write(`${JSON.stringify({ series, segmentations: segmentations.map(describeSegmentation), issues: met })}\n`);
  return 0;
}

function describe({ facts, volume }: StudyVolume, guess: PhaseGuess | undefined): object {
  const { grid, hu } = volume;
  return {
    seriesInstanceUid: facts.seriesInstanceUid,
    description: facts.description,
    modality: facts.modality,
    transferSyntaxUid: facts.transferSyntaxUid,
    files: facts.files,
    grid: { sizeVoxels: grid.sizeIjk, spacingMm: grid.spacingMm, originLpsMm: grid.originLpsMm, direction: itkDirection(grid) },
    phase: { guess: guess?.phase ?? 'U', probability: guess?.probability ?? 0, evidence: guess?.evidence ?? [] },
    hu: huSummary(hu),
    volumeSha256: createHash('sha256').update(new Uint8Array(hu.buffer, hu.byteOffset, hu.byteLength)).digest('hex'),
  };
}

/** A segmentation that came with the files: what its segments are used as and how many voxels each label has. */
function describeSegmentation({ fileName, segments, labelMap }: ReadSegmentation): object {
  const voxels = [0, 0, 0, 0];
  for (const label of labelMap.labels) voxels[label]!++;
  return { file: fileName, volumeId: labelMap.volumeId, segments, voxels: { kidney: voxels[1], tumour: voxels[2], cyst: voxels[3] } };
}

/** Nine numbers, row by row, of the matrix whose columns are the axes i, j, k in LPS, as ITK writes a direction. */
function itkDirection({ axesLps }: Grid): readonly number[] {
  return ([0, 1, 2] as const).flatMap((row) => axesLps.map((axis) => axis[row]));
}

function huSummary(hu: Int16Array): { min: number; max: number; mean: number } {
  let min = 32767;
  let max = -32768;
  let sum = 0;
  for (const value of hu) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, mean: sum / hu.length };
}

/** An issue as one sentence of plain text, with the file or series it is about. */
function told(met: Issue): string {
  return `${sentenceFor(met, 'en').title}${met.where === undefined ? '' : ` (${met.where})`}`;
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence.trim()}\n`);
  return 1;
}

try {
  process.exitCode = await inspect(process.argv.slice(2));
} catch {
  const met = issue('internal-error', 'error');
  process.exitCode = complain(sentenceFor(met, 'en').title);
}
