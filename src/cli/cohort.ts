import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ANALYSE_USAGE, readAnalyseOptions, type AnalyseOptions } from './analyse-options';
import { refusedRow, reportRow, type CohortRow, type RowReport } from './cohort-row';
import { canBeFolder } from './write-folder';

const USAGE = 'usage: npm run -s cohort -- FOLDER --out DIR [--pack DIR] [--preset paper|authors-code] [--save-patches] [--threads n]';
const CASE_FILE = /\.(zip|nii|nii\.gz)$/i;
const ANALYSE = fileURLToPath(new URL('./analyse.ts', import.meta.url));

/**
 * `npm run -s cohort -- FOLDER --out DIR`: reads every case of a folder, one after another, as `analyse` would, into DIR/CASE. A
 * case is a folder, zip or NIfTI file directly below FOLDER. One JSON object per case on stdout (`CohortRow`). A case that cannot
 * be read, even one that takes its process down, does not end the run. A case that this pack has read before is not read again,
 * so that a run can be broken off and gone on with. Exit 0 when every case has a report.
 */
async function run(args: readonly string[]): Promise<number> {
  const options = readAnalyseOptions(args);
  if (typeof options === 'string') return complain(options.replace(ANALYSE_USAGE, USAGE));
  const [folder] = options.paths;
  if (folder === undefined || options.paths.length > 1 || options.centreLpsMm !== null || Object.keys(options.phases).length > 0) return complain(USAGE);
  if (!canBeFolder(resolve(options.out))) return complain(`--out ${options.out}: not a folder.`);
  const cases = casesOf(folder, resolve(options.out));
  if (cases === null || cases.length === 0) return complain(`${folder}: no folder with cases in it.`);
  const networks = networksOf(options.pack);
  if (networks === null) return complain(`--pack ${options.pack}: no readable manifest.json.`);
  let unread = 0;
  for (const [n, path] of cases.entries()) {
    process.stderr.write(`${n + 1} of ${cases.length}: ${basename(path)}\n`);
    const row = await rowOf(path, join(options.out, resultsOf(path, cases)), options, networks);
    if (row.status === 'refused') unread += 1;
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  return unread === 0 ? 0 : 1;
}

/** Cases directly below the folder, in name order, but for where the results go; null where there is no such folder. */
function casesOf(folder: string, out: string): readonly string[] | null {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return null;
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(folder, name))
    .filter((path) => !`${out}${sep}`.startsWith(`${resolve(path)}${sep}`))
    .filter((path) => existsSync(path) && (statSync(path).isDirectory() || CASE_FILE.test(path)))
    .sort();
}

/** Folder of a case's results: its name, with the ending of its file only where another case has the same name without. */
function resultsOf(path: string, cases: readonly string[]): string {
  const bare = (of: string): string => basename(of).replace(CASE_FILE, '');
  return cases.filter((other) => bare(other) === bare(path)).length > 1 ? basename(path) : bare(path);
}

async function rowOf(path: string, out: string, options: AnalyseOptions, networks: string): Promise<CohortRow> {
  const name = basename(path);
  const before = readReport(out);
  if (before !== null && JSON.stringify(before.pack.files) === networks && (options.preset === null || options.preset === before.preset)) return reportRow(name, before);
  const begunMs = performance.now();
  const complaint = await analyseApart(path, out, options);
  const report = complaint === null ? readReport(out) : null;
  return report === null ? refusedRow(name, complaint ?? '') : { ...reportRow(name, report), seconds: Math.round((performance.now() - begunMs) / 100) / 10 };
}

/** Analyses a case in a process of its own; null when it went well, else the sentence that it gave. */
function analyseApart(path: string, out: string, options: AnalyseOptions): Promise<string | null> {
  const args = ['--import', 'tsx', ANALYSE, path, `--out=${out}`, `--pack=${options.pack}`];
  if (options.preset !== null) args.push(`--preset=${options.preset}`);
  if (options.threads !== null) args.push(`--threads=${options.threads}`);
  if (options.savePatches) args.push('--save-patches');
  return new Promise((settle) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    child.on('close', (code, signal) => settle(code === 0 ? null : said.trim().split('\n').at(-1) || `ended by ${signal ?? code}`));
  });
}

/** The report in a case's folder; null where there is none that can be read. */
function readReport(folder: string): RowReport | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as RowReport;
  } catch {
    return null;
  }
}

/** The pack's files with their checksums, as a report names them. */
function networksOf(pack: string): string | null {
  try {
    const { files } = JSON.parse(readFileSync(join(pack, 'manifest.json'), 'utf8')) as { files: readonly { path: string; bytes: number; sha256: string }[] };
    return JSON.stringify(files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })));
  } catch {
    return null;
  }
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

process.exitCode = await run(process.argv.slice(2));
