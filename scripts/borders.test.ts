import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Planted offences: a scratch house with the repository's own border rules, in which every wall has been broken once.
 * Each tool runs once over all of it and must name each offence, and must name nothing in the clean files.
 */
const REPOSITORY = resolve(import.meta.dirname, '..');
const RULES = ['.dependency-cruiser.cjs', 'eslint.config.js', 'tsconfig.json', 'tsconfig.pure.json', 'package.json'];

/** Files that keep every rule: the doors through which the offenders reach, and uses that must stay allowed. */
const CLEAN: Record<string, string> = {
  'src/core/thing.ts': 'export interface Thing {\n  readonly sizeMm: number;\n}\nexport const THING: Thing = { sizeMm: 1 };\n',
  'src/words/sentence.ts': "import { THING } from '../core/thing';\nexport const SENTENCE = `${THING.sizeMm} mm`;\n",
  'src/dicom/read.ts': "import dicomParser from 'dicom-parser';\nimport type { Thing } from '../core/thing';\nexport const read = (): Thing => ({ sizeMm: dicomParser.parseDicom.length });\n",
  'src/pipeline/step.ts': "import { THING } from '../core/thing';\nexport const step = (): number => THING.sizeMm + new TextEncoder().encode('a').length;\n",
  'src/inference/engine.ts': "import * as ort from 'onnxruntime-web';\nexport const engine = (): string => ort.env.versions.common;\n",
  'src/worker/protocol.ts': "import type { Thing } from '../core/thing';\nexport type Told = { readonly kind: 'thing'; readonly thing: Thing };\n",
  'src/worker/study.worker.ts': "import { step } from '../pipeline/step';\nimport { engine } from '../inference/engine';\nexport const work = (): string => `${step()} ${engine()}`;\n",
  'src/worker/start.ts': "export const start = (): Worker => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module' });\n",
  'src/viewer/room.ts': "import { THING } from '../core/thing';\nexport const room = (): number => THING.sizeMm;\n",
  'src/app/page.ts': "import { createElement } from 'react';\nimport { start } from '../worker/start';\nimport type { Told } from '../worker/protocol';\nexport const page = (told: Told): unknown => [createElement('p', null, told.kind), start];\n",
  'src/cli/inspect.ts': "import { readFileSync } from 'node:fs';\nimport { read } from '../dicom/read';\nexport const inspect = (): number => read().sizeMm + readFileSync('x').length;\n",
};

/** Offences against the table of rooms and packages, with the dependency-cruiser rule that must name each. */
const CROSSINGS: { file: string; source: string; rule: string; what: string }[] = [
  { what: 'a static import from core into a room above it', file: 'src/core/upward.ts', rule: 'room-core', source: "import { step } from '../pipeline/step';\nexport const upward = step;\n" },
  { what: 'a type-only import between rooms', file: 'src/pipeline/type-only.ts', rule: 'room-pipeline', source: "import type { Told } from '../worker/protocol';\nexport type Heard = Told;\n" },
  { what: 'a dynamic import between rooms', file: 'src/pipeline/dynamic.ts', rule: 'room-pipeline', source: "export const dynamic = (): Promise<unknown> => import('../inference/engine');\n" },
  { what: 'a re-export between rooms', file: 'src/viewer/re-export.ts', rule: 'room-viewer', source: "export { SENTENCE } from '../words/sentence';\n" },
  { what: 'the viewer reaching into the page', file: 'src/viewer/into-app.ts', rule: 'room-viewer', source: "import { page } from '../app/page';\nexport const intoApp = page;\n" },
  { what: 'the pipeline knowing DICOM', file: 'src/pipeline/knows-dicom.ts', rule: 'room-pipeline', source: "import { read } from '../dicom/read';\nexport const knowsDicom = read;\n" },
  { what: 'the page reaching the method past the worker', file: 'src/app/past-worker.ts', rule: 'room-app', source: "import { step } from '../pipeline/step';\nexport const pastWorker = step;\n" },
  { what: 'the page importing the worker itself', file: 'src/app/worker-itself.ts', rule: 'app-sees-only-the-protocol', source: "import { work } from '../worker/study.worker';\nexport const workerItself = work;\n" },
  { what: 'a node module in a pure room', file: 'src/pipeline/node-module.ts', rule: 'pure-rooms-know-no-node', source: "import { readFileSync } from 'node:fs';\nexport const nodeModule = readFileSync;\n" },
  { what: 'a node module loaded on the way', file: 'src/measure/node-dynamic.ts', rule: 'pure-rooms-know-no-node', source: "export const nodeDynamic = (): Promise<unknown> => import('node:os');\n" },
  { what: 'React outside the page', file: 'src/viewer/react.ts', rule: 'package-', source: "import { createElement } from 'react';\nexport const react = createElement;\n" },
  { what: 'onnxruntime outside inference', file: 'src/pipeline/onnx.ts', rule: 'package-', source: "import * as ort from 'onnxruntime-web';\nexport const onnx = ort.env;\n" },
  { what: 'a type of Cornerstone outside the viewer', file: 'src/app/cornerstone.ts', rule: 'package-', source: "import type { Types } from '@cornerstonejs/core';\nexport type Borrowed = Types.IVolume;\n" },
  { what: 'dicom-parser outside the DICOM room', file: 'src/cli/parser.ts', rule: 'package-', source: "import dicomParser from 'dicom-parser';\nexport const parser = dicomParser;\n" },
  { what: 'a package that has no room', file: 'src/report/homeless.ts', rule: 'package-without-a-room', source: "import Ajv from 'ajv';\nexport const homeless = Ajv;\n" },
  { what: 'a ring of types', file: 'src/core/ring-a.ts', rule: 'no-ring', source: "import type { B } from './ring-b';\nexport interface A {\n  readonly b?: B;\n}\n" },
  { what: 'a file that is not there', file: 'src/core/nowhere.ts', rule: 'no-unresolved', source: "import { nothing } from './not-there';\nexport const nowhere: unknown = nothing;\n" },
];
const RING_PARTNER: Record<string, string> = { 'src/core/ring-b.ts': "import type { A } from './ring-a';\nexport interface B {\n  readonly a?: A;\n}\n" };

/** What a pure room may not know, which only the compiler can see: names of the DOM, of Node and of the clock's owner. */
const IMPURITIES = ['document.title', 'new File([], "a")', 'new Blob([])', 'console', 'performance.now()', 'setTimeout', 'fetch', 'window', 'process.env', 'Buffer', 'localStorage', 'navigator'].map((expression, n) => ({
  what: expression,
  file: `src/pipeline/impure-${n}.ts`,
  source: `export const impure${n}: unknown = ${expression};\n`,
}));

/** Threads and sockets that no import shows, with what the lint must say. */
const THREADS: { what: string; file: string; source: string; says: string }[] = [
  { what: 'a worker started by the page', file: 'src/app/own-worker.ts', says: 'src/worker/start.ts', source: "export const ownWorker = (): Worker => new Worker(new URL('../worker/study.worker.ts', import.meta.url));\n" },
  { what: 'a worker by way of a global', file: 'src/viewer/global-worker.ts', says: 'src/worker/start.ts', source: "export const globalWorker = (): Worker => new globalThis.Worker('/x.js');\n" },
  { what: 'a shared worker', file: 'src/app/shared-worker.ts', says: 'src/worker/start.ts', source: "export const sharedWorker = (): SharedWorker => new SharedWorker('/x.js');\n" },
  { what: 'WebRTC, which the policy does not stop', file: 'src/app/rtc.ts', says: 'WebRTC', source: 'export const rtc = (): RTCPeerConnection => new RTCPeerConnection();\n' },
  { what: 'any', file: 'src/app/loose.ts', says: 'any', source: 'export const loose = (value: any): string => String(value);\n' },
];

let house = '';

/** Standard output of a tool of this repository, run in the scratch house; a non-zero exit is what these tools do on offences. */
function run(tool: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [join(REPOSITORY, 'node_modules', tool), ...args], { cwd: house, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (problem) {
    if (problem instanceof Error && 'stdout' in problem && typeof problem.stdout === 'string') return problem.stdout;
    throw problem;
  }
}

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'renalens-borders-'));
  for (const file of RULES) cpSync(join(REPOSITORY, file), join(house, file));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(house, 'node_modules'));
  const write = (file: string, source: string): void => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), source);
  };
  for (const [file, source] of Object.entries({ ...CLEAN, ...RING_PARTNER })) write(file, source);
  for (const { file, source } of [...CROSSINGS, ...IMPURITIES, ...THREADS]) write(file, source);
  cpSync(join(REPOSITORY, 'src/platform.d.ts'), join(house, 'src/platform.d.ts'));
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

describe('dependency-cruiser holds the walls between rooms', () => {
  let violations: { from: string; rule: { name: string } }[] = [];
  beforeAll(() => {
    const report = JSON.parse(run('dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'])) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    violations = report.summary.violations;
  });
  const rulesAgainst = (file: string): string[] => violations.filter((found) => found.from === file).map((found) => found.rule.name);

  it.each(CROSSINGS)('names $what', ({ file, rule }) => {
    expect(rulesAgainst(file)).toContainEqual(expect.stringMatching(new RegExp(`^${rule}`)));
  });
  it('names nothing in the clean files', () => {
    expect(Object.keys(CLEAN).flatMap(rulesAgainst)).toEqual([]);
  });
});

describe('tsconfig.pure.json keeps the platform out of pure rooms', () => {
  let refused: Set<string> = new Set();
  beforeAll(() => {
    const lines = run('typescript/bin/tsc', ['-p', 'tsconfig.pure.json', '--noEmit', '--pretty', 'false']).split('\n');
    refused = new Set(lines.flatMap((line) => /^(src\/[^(]+)\(\d+,\d+\): error TS(2304|2552|2580|2584|2591|2592|2693)\b/.exec(line)?.[1] ?? []));
  });

  it.each(IMPURITIES)('refuses $what', ({ file }) => {
    expect([...refused]).toContain(file);
  });
  it('refuses nothing in the clean files', () => {
    expect(Object.keys(CLEAN).filter((file) => refused.has(file))).toEqual([]);
  });
  it('covers every room that dependency-cruiser calls pure', () => {
    const rooms = readdirSync(join(REPOSITORY, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.length).toBeGreaterThan(10);
    const print = 'const c = require("./.dependency-cruiser.cjs"); const r = c.forbidden.find((f) => f.name === "pure-rooms-know-no-node"); process.stdout.write(r.from.path)';
    const pure = execFileSync(process.execPath, ['-e', print], { cwd: house, encoding: 'utf8' });
    const covered = execFileSync(process.execPath, ['-e', 'process.stdout.write(JSON.parse(require("fs").readFileSync("tsconfig.pure.json","utf8")).include.join(" "))'], { cwd: house, encoding: 'utf8' });
    for (const room of /\((.*)\)/.exec(pure)![1]!.split('|')) expect(covered.split(' ')).toContain(`src/${room}`);
  });
});

describe('ESLint sees threads and sockets that no import shows', () => {
  let messages = new Map<string, string[]>();
  beforeAll(() => {
    const files = [...THREADS.map(({ file }) => file), ...Object.keys(CLEAN)];
    const report = JSON.parse(run('eslint/bin/eslint.js', ['--format', 'json', ...files])) as { filePath: string; messages: { message: string }[] }[];
    messages = new Map(report.map((file) => [file.filePath.slice(file.filePath.indexOf('src/')), file.messages.map((message) => message.message)]));
  });

  it.each(THREADS)('names $what', ({ file, says }) => {
    expect(messages.get(file)?.join('\n')).toContain(says);
  });
  it('lets start.ts start a worker', () => {
    expect(messages.get('src/worker/start.ts')?.join('\n')).not.toContain('start.ts only');
  });
});
