import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchPart } from './bench/part';
import { ingest } from './bench/parts/ingest';
import { interaction } from './bench/parts/interaction';
import { memory } from './bench/parts/memory';
import { samples } from './bench/parts/samples';
import { study } from './bench/parts/study';
import { visits } from './bench/parts/visits';
import { machine, table, writeFigures, type Figure } from './bench/record';
import { startCountingSite } from './bench/site-server';
import { ensureChromium } from './chromium.mjs';

/** A new part is a file in bench/parts and a line here. */
const PARTS: readonly BenchPart[] = [visits, study, ingest, memory, samples, interaction];

const USAGE = `usage: npm run bench [-- PART...] [--case DIR] [--runs n] [--json FILE]
parts (all when none is named):
${PARTS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}
The page must have been built: npm run build
`;

/** `npm run bench`: what a user waits for and what a visit costs, on the built page in Chromium without a GPU. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { case: { type: 'string' }, runs: { type: 'string', default: '3' }, json: { type: 'string' } } });
  const runs = Number(values.runs);
  const chosen = PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name));
  if (!Number.isInteger(runs) || runs < 1 || unknown.length > 0 || !existsSync(resolve(import.meta.dirname, '../dist/service-worker.js'))) {
    process.stderr.write(USAGE);
    return 1;
  }
  const launch = { executablePath: ensureChromium(), args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--no-first-run'] };
  const site = await startCountingSite();
  try {
    const figures: Figure[] = [];
    for (const part of chosen) {
      process.stderr.write(`${part.name}\n`);
      figures.push(...(await part.measure({ site, launch, runs, caseFolder: values.case === undefined ? null : resolve(values.case) })));
    }
    process.stdout.write(`${machine()}\n\n${table(figures)}\n`);
    if (values.json !== undefined) writeFigures(resolve(values.json), figures, machine());
    return 0;
  } finally {
    site.close();
  }
}

process.exitCode = await main();
