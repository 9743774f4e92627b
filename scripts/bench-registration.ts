import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { indexToLps, lpsToIndex } from '../src/core/grid';
import { applyRigid } from '../src/core/rigid';
import type { Vec3 } from '../src/core/vector';
import { alignPhase } from '../src/pipeline/register';
import { voiGrid } from '../src/pipeline/voi';
import { nodeRegistration } from '../src/registration/elastix-node';
import { machine, median } from './bench/record';
import { movedVolume, partAround, targetError } from './registration/moved-volume';
import { motions, type Motion } from './registration/motions';
import { successCurve } from './registration/curve';
import { phantomSource, realSource, type Source } from './registration/sources';

const USAGE = 'usage: npm run bench:registration -- [--count n] [--sources phantom,ircad1,acrin-unenhanced] [--shared ../shared] [--json FILE] [--svg FILE]';
/** Targets per axis of the box. */
const TARGETS = 9;
/** Targets are points of the body, denser than this. */
const BODY_HU = -300;
/** A case is harmed when its median is worse than without registration by more than this, mm. */
const HARMED_MM = 0.5;
const SEED = 41;

/** What became of one known motion. */
interface Case {
  readonly source: string;
  readonly contrast: 'same' | 'other';
  readonly motion: Pick<Motion, 'kind' | 'shiftMm' | 'degrees' | 'breathMm'>;
  readonly outcome: string;
  /** Over the body's points in the box: none, median and worst; and at the centre of the box, where the mass lies. */
  readonly identityMm: number;
  readonly medianMm: number;
  readonly worstMm: number;
  readonly centreMm: number;
  readonly ms: number;
  readonly processorMs: number;
}

function targets(source: Source): readonly Vec3[] {
  const { reference, place } = source;
  const box = voiGrid({ reference: reference.grid, covered: reference.grid, centreLpsMm: place.centreLpsMm, marginMm: 0 });
  const points: Vec3[] = [];
  const steps = Array.from({ length: TARGETS }, (_, n) => (n + 0.5) / TARGETS);
  for (const a of steps) for (const b of steps) for (const c of steps) {
    const p = indexToLps(box, [a * (box.sizeIjk[0] - 1), b * (box.sizeIjk[1] - 1), c * (box.sizeIjk[2] - 1)]);
    const [i, j, k] = lpsToIndex(reference.grid, p).map(Math.round) as [number, number, number];
    const [ni, nj] = reference.grid.sizeIjk;
    if ((reference.hu[i + ni * (j + nj * k)] ?? -1024) > BODY_HU) points.push(p);
  }
  return points;
}

async function measure(source: Source, contrast: Case['contrast'], motion: Motion, seed: number): Promise<Case> {
  const { reference, other, place } = source;
  const grid = partAround(reference.grid, place.centreLpsMm);
  const moving = movedVolume(contrast === 'same' ? reference : other, motion, grid, seed);
  const { value: result, ms, processorMs } = await timed(() => alignPhase({ reference, moving, phase: 'V', centreLpsMm: place.centreLpsMm, engine }));
  if (!result.ok) throw new Error(result.issue.code);
  const { map, outcome } = result.value;
  const points = targets(source);
  const errors = points.map((p) => targetError(applyRigid(map, p), motion, p)).toSorted((a, b) => a - b);
  const { kind, shiftMm, degrees, breathMm } = motion;
  return {
    source: source.name, contrast, motion: { kind, shiftMm, degrees, breathMm }, outcome,
    identityMm: median(points.map((p) => targetError(p, motion, p))),
    medianMm: median(errors), worstMm: errors.at(-1) ?? NaN,
    centreMm: targetError(applyRigid(map, place.centreLpsMm), motion, place.centreLpsMm),
    ms, processorMs,
  };
}

/** What something gives, with its wall and processor time (all threads), ms. */
async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number; readonly processorMs: number }> {
  const begun = performance.now();
  const burnt = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(burnt);
  return { value, ms: performance.now() - begun, processorMs: (user + system) / 1000 };
}

function seconds(runsMs: readonly number[]): string {
  return (median(runsMs) / 1000).toFixed(2);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)).join(' | ')} |`;
}

function summary(cases: readonly Case[]): string {
  const lines = ['| source | motion | cases | without, median | median of medians | worst median | worst point | centre, median | worst | s |', '|---|---|---|---|---|---|---|---|---|---|'];
  const names = [...new Set(cases.map(({ source }) => source))];
  for (const source of [...names, 'all']) for (const kind of ['none', 'rigid', 'breathing'] as const) {
    const some = cases.filter((one) => (source === 'all' || one.source === source) && one.motion.kind === kind);
    if (some.length === 0) continue;
    lines.push(row([
      source, kind, String(some.length), median(some.map((c) => c.identityMm)), median(some.map((c) => c.medianMm)), Math.max(...some.map((c) => c.medianMm)),
      Math.max(...some.map((c) => c.worstMm)), median(some.map((c) => c.centreMm)), Math.max(...some.map((c) => c.centreMm)), median(some.map((c) => c.ms)) / 1000,
    ]));
  }
  const harmed = cases.filter((c) => c.medianMm > c.identityMm + HARMED_MM);
  const rejected = cases.filter((c) => c.outcome !== 'aligned').length;
  return `${lines.join('\n')}\n\nMade worse than without by more than ${HARMED_MM} mm: ${harmed.length} of ${cases.length}. Not used: ${rejected}. Per phase, boxes included, median: ${seconds(cases.map((c) => c.ms))} s wall, ${seconds(cases.map((c) => c.processorMs))} s of the processor; of it the start of the engine, which a page pays once: ${seconds(starts.map((s) => s.ms))} s wall, ${seconds(starts.map((s) => s.processorMs))} s of the processor. ${machine()}.`;
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '4' }, sources: { type: 'string', default: 'phantom,ircad1,acrin-unenhanced' }, shared: { type: 'string', default: '../shared' },
    json: { type: 'string' }, svg: { type: 'string' }, help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit();
}
const engine = nodeRegistration();
// A page starts the engine while the phases are read and keeps it; in Node the package starts it anew for each phase.
const starts: { readonly ms: number; readonly processorMs: number }[] = [];
for (let n = 0; n < 4; n += 1) starts.push(await timed(async () => engine.warm?.()));
// The first start reads the files, too.
starts.shift();
const cases: Case[] = [];
for (const name of values.sources.split(',')) {
  const source = name === 'phantom' ? phantomSource() : await realSource(name, values.shared);
  if (source === null) {
    process.stderr.write(`${name}: not there, left out\n`);
    continue;
  }
  for (const [n, motion] of motions(source.place, Number(values.count), SEED).entries()) {
    for (const contrast of ['same', 'other'] as const) {
      const one = await measure(source, contrast, motion, SEED + n);
      cases.push(one);
      const { kind, shiftMm, degrees, breathMm } = motion;
      process.stderr.write(`${name} ${contrast} ${kind} ${shiftMm.toFixed(0)} mm ${degrees.toFixed(1)} deg ${breathMm.toFixed(0)} mm: ${one.identityMm.toFixed(2)} -> ${one.medianMm.toFixed(2)} (${one.worstMm.toFixed(2)}), centre ${one.centreMm.toFixed(2)}, ${one.outcome}, ${(one.ms / 1000).toFixed(1)} s\n`);
    }
  }
}
process.stdout.write(`${summary(cases)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: machine(), date: new Date().toISOString(), cases }, null, 1)}\n`);
if (values.svg !== undefined) {
  const of = (kind: Motion['kind']): readonly Case[] => cases.filter((one) => one.motion.kind === kind);
  writeFileSync(values.svg, successCurve('Registration within the box, known motions', [
    { name: 'rigid motion, as scanned', errorsMm: of('rigid').map((c) => c.identityMm), colour: '#b8b8b8' },
    { name: 'breathing, as scanned', errorsMm: of('breathing').map((c) => c.identityMm), colour: '#d9a441' },
    { name: 'breathing, aligned', errorsMm: of('breathing').map((c) => c.medianMm), colour: '#c2452d' },
    { name: 'rigid motion, aligned', errorsMm: of('rigid').map((c) => c.medianMm), colour: '#1f6fb2' },
  ]));
}
process.exit();
