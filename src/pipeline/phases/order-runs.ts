import type { PhaseOdds } from './read-text';
import type { VolumeEvidence } from './gather-evidence';

/** Volumes of one scan: the same moment, so the same phase (thin and thick, soft and sharp reconstructions). */
export interface Run {
  readonly members: readonly number[];
  /** Seconds since an arbitrary midnight, or null. */
  readonly timeS: number | null;
}

const SAME_RUN_S = 3;
const SAME_AORTA_HU = 25;

/** Groups volumes into runs by acquisition time; volumes whose words or aorta contradict each other stay apart. */
export function groupRuns(items: readonly VolumeEvidence[]): readonly Run[] {
  const runs: { members: number[]; timeS: number | null }[] = [];
  items.forEach((item, n) => {
    const timeS = runTime(item);
    const home = runs.find((run) => run.timeS !== null && timeS !== null && Math.abs(run.timeS - timeS) <= SAME_RUN_S &&
      run.members.every((m) => compatible(items[m]!, item)));
    if (home === undefined) runs.push({ members: [n], timeS });
    else home.members.push(n);
  });
  return runs.sort((a, b) => (a.timeS ?? Infinity) - (b.timeS ?? Infinity));
}

function compatible(a: VolumeEvidence, b: VolumeEvidence): boolean {
  if (a.facts.studyInstanceUid !== b.facts.studyInstanceUid) return false;
  if (a.named !== null && b.named !== null && a.named !== b.named) return false;
  return a.aortaHu === null || b.aortaHu === null || Math.abs(a.aortaHu - b.aortaHu) <= SAME_AORTA_HU;
}

function runTime(item: VolumeEvidence): number | null {
  const { acquisitionTimeS, acquisitionDate } = item.facts;
  if (acquisitionTimeS === null) return null;
  // Days count only against each other; a month of 31 days keeps the order right.
  const day = /^\d{8}$/.test(acquisitionDate)
    ? Number(acquisitionDate.slice(0, 4)) * 372 + Number(acquisitionDate.slice(4, 6)) * 31 + Number(acquisitionDate.slice(6))
    : 0;
  return day * 86_400 + acquisitionTimeS;
}

const PHASES = ['N', 'A', 'V', 'E'] as const;

/**
 * How often the run after a run of phase `from` is of phase `to`, `gapS` seconds later. Rows need not sum to 1. Phases run
 * N, A, V, E; a step back happens only when clocks or names are wrong. A second contrast run 20 to 60 s later makes A and V,
 * one more than 150 s later E.
 */
function stepOdds(from: keyof PhaseOdds, to: keyof PhaseOdds, gapS: number): number {
  const back = PHASES.indexOf(to) < PHASES.indexOf(from);
  if (back) return 0.01;
  const key = `${from}${to}`;
  if (key === 'NN') return 0.15;
  if (key === 'NA') return 0.6;
  if (key === 'NV') return 0.35;
  if (key === 'NE') return 0.1;
  if (key === 'AA') return gapS <= 20 ? 0.4 : 0.06;
  if (key === 'AV') return gapS <= 12 ? 0.15 : gapS <= 130 ? 0.8 : gapS <= 200 ? 0.4 : 0.06;
  if (key === 'AE') return gapS <= 100 ? 0.01 : gapS <= 150 ? 0.15 : 0.6;
  if (key === 'VV') return gapS <= 20 ? 0.3 : gapS <= 100 ? 0.06 : 0.12;
  if (key === 'VE') return gapS <= 60 ? 0.05 : gapS <= 100 ? 0.3 : 0.6;
  return 0.3;
}

/** Runs without a time: no order, but two runs of one phase are rarer than two of different ones. */
function pairOdds(a: keyof PhaseOdds, b: keyof PhaseOdds): number {
  return a === b ? 0.25 : 1;
}

/** Probabilities of the first run's phase: about one abdominal CT with masses in mind in four starts with each. */
const PRIOR: PhaseOdds = { N: 0.25, A: 0.25, V: 0.4, E: 0.1 };

/** Marginal probability of each run's phase under the order of the runs: forward and backward over those with a time. */
export function marginals(emissions: readonly PhaseOdds[], runs: readonly Run[]): readonly PhaseOdds[] {
  const result = emissions.map((e) => normalised({ N: e.N * PRIOR.N, A: e.A * PRIOR.A, V: e.V * PRIOR.V, E: e.E * PRIOR.E }));
  const timed = runs.flatMap((run, n) => (run.timeS === null ? [] : [n]));
  const untimed = runs.flatMap((run, n) => (run.timeS === null ? [n] : []));
  chain(timed, emissions, runs, result);
  // Every way to name a handful of undated runs; beyond that each stands alone.
  if (untimed.length >= 2 && untimed.length <= 5) enumerate(untimed, emissions, result);
  return result;
}

function chain(timed: readonly number[], emissions: readonly PhaseOdds[], runs: readonly Run[], result: PhaseOdds[]): void {
  if (timed.length < 2) return;
  const gap = (n: number): number => runs[timed[n]!]!.timeS! - runs[timed[n - 1]!]!.timeS!;
  const forward: PhaseOdds[] = [];
  timed.forEach((run, n) => {
    const e = emissions[run]!;
    const arrive = (to: keyof PhaseOdds): number =>
      n === 0 ? PRIOR[to] : PHASES.reduce((sum, from) => sum + forward[n - 1]![from] * stepOdds(from, to, gap(n)), 0);
    forward.push(normalised({ N: e.N * arrive('N'), A: e.A * arrive('A'), V: e.V * arrive('V'), E: e.E * arrive('E') }));
  });
  let backward: PhaseOdds = { N: 1, A: 1, V: 1, E: 1 };
  for (let n = timed.length - 1; n >= 0; n -= 1) {
    const f = forward[n]!;
    result[timed[n]!] = normalised({ N: f.N * backward.N, A: f.A * backward.A, V: f.V * backward.V, E: f.E * backward.E });
    if (n === 0) break;
    const e = emissions[timed[n]!]!;
    const later = backward;
    const leave = (from: keyof PhaseOdds): number =>
      PHASES.reduce((sum, to) => sum + stepOdds(from, to, gap(n)) * e[to] * later[to], 0);
    backward = normalised({ N: leave('N'), A: leave('A'), V: leave('V'), E: leave('E') });
  }
}

function enumerate(untimed: readonly number[], emissions: readonly PhaseOdds[], result: PhaseOdds[]): void {
  const sums = untimed.map(() => ({ N: 0, A: 0, V: 0, E: 0 }));
  const ways = 4 ** untimed.length;
  for (let way = 0; way < ways; way += 1) {
    const phases = untimed.map((_, n) => PHASES[Math.floor(way / 4 ** n) % 4]!);
    let weight = 1;
    phases.forEach((phase, n) => {
      weight *= emissions[untimed[n]!]![phase] * PRIOR[phase];
      for (let m = 0; m < n; m += 1) weight *= pairOdds(phases[m]!, phase);
    });
    phases.forEach((phase, n) => (sums[n]![phase] += weight));
  }
  untimed.forEach((run, n) => (result[run] = normalised(sums[n]!)));
}

function normalised(odds: PhaseOdds): PhaseOdds {
  const sum = odds.N + odds.A + odds.V + odds.E;
  return { N: odds.N / sum, A: odds.A / sum, V: odds.V / sum, E: odds.E / sum };
}
