import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { timeConverter } from './bench/converter';
import { machine, table, writeFigures, type Figure } from './bench/record';
import { startCountingSite } from './bench/site-server';
import { runStudy, type StudyRun } from './bench/study-run';
import { twoVisits, type Visit } from './bench/visits';
import { ensureChromium } from './chromium.mjs';

const USAGE = 'usage: npm run bench [-- --case DIR] [--runs n] [--json FILE]';
const STEPS_TOLD_APART = ['total'];

/** The sample study as files: there on every machine, uncompressed, three phases. */
function paintedSample(): string {
  const folder = mkdtempSync(join(tmpdir(), 'renalens-bench-sample-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/sample.ts', '--out', folder], { cwd: resolve(import.meta.dirname, '..'), stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}

function visitFigures(visits: readonly { first: Visit; second: Visit }[]): Figure[] {
  const both = (['first', 'second'] as const).flatMap((which): Figure[] => [
    { name: `${which} visit, until usable`, unit: 'ms', runs: visits.map((two) => two[which].usableMs) },
    { name: `${which} visit, bytes until usable`, unit: 'bytes', runs: visits.map((two) => two[which].usableBytes) },
    { name: `${which} visit, bytes until ready offline`, unit: 'bytes', runs: visits.map((two) => two[which].readyBytes) },
  ]);
  return both;
}

function studyFigures(name: string, runs: readonly StudyRun[], converter: readonly number[]): Figure[] {
  const steps = Object.keys(runs[0]!.steps).filter((step) => !STEPS_TOLD_APART.includes(step));
  const against = converter.length === runs.length ? { against: { name: 'dcm2niix -z n', runs: converter } } : {};
  return [
    { name: `${name}: drop to first image`, unit: 'ms', runs: runs.map((run) => run.firstImageMs) },
    { name: `${name}: drop to volumes`, unit: 'ms', runs: runs.map((run) => run.volumesMs), ...against },
    ...steps.map((step): Figure => ({ name: `${name}: step ${step}`, unit: 'ms', runs: runs.map((run) => run.steps[step] ?? NaN) })),
    { name: `${name}: analysis, whole`, unit: 'ms', runs: runs.map((run) => run.analysisMs) },
    { name: `${name}: centre moved, new scores`, unit: 'ms', runs: runs.map((run) => run.rereadMs) },
    { name: `${name}: peak memory of the browser`, unit: 'bytes', runs: runs.map((run) => run.peakBytes) },
  ];
}

/** `npm run bench`: what a user waits for and what a visit costs, on the built page in Chromium without a GPU. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { case: { type: 'string' }, runs: { type: 'string', default: '3' }, json: { type: 'string' } } });
  const count = Number(values.runs);
  if (!Number.isInteger(count) || count < 1 || !existsSync(resolve(import.meta.dirname, '../dist/service-worker.js'))) {
    process.stderr.write(`${USAGE}\nThe page must have been built: npm run build\n`);
    return 1;
  }
  const launch = { executablePath: ensureChromium(), args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--no-first-run'] };
  const site = await startCountingSite();
  const painted = values.case === undefined ? paintedSample() : null;
  const folder = resolve(painted ?? values.case!);
  const name = painted === null ? basename(folder) : 'sample';
  try {
    const visits = [];
    const runs: StudyRun[] = [];
    const converter: number[] = [];
    for (let n = 0; n < count; n += 1) {
      process.stderr.write(`run ${n + 1} of ${count}\n`);
      visits.push(await twoVisits(site, launch));
      const ms = timeConverter(folder);
      if (ms !== null) converter.push(ms);
      runs.push(await runStudy(site, launch, folder));
    }
    const figures = [...visitFigures(visits), ...studyFigures(name, runs, converter)];
    process.stdout.write(`${machine()}\n\n${table(figures)}\n`);
    if (converter.length === 0) process.stderr.write('dcm2niix is not installed or cannot read this study: no comparison.\n');
    if (values.json !== undefined) writeFigures(resolve(values.json), figures, machine());
    return 0;
  } finally {
    site.close();
    if (painted !== null) rmSync(painted, { recursive: true, force: true });
  }
}

process.exitCode = await main();
