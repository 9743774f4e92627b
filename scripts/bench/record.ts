import { cpus, totalmem } from 'node:os';
import { writeFileSync } from 'node:fs';

/** One figure of a benchmark: its runs, and what it was held against where it was. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'bytes' | 'frames per second' | 'mm' | 'count';
  readonly runs: readonly number[];
  /** The other side of a comparison: its name and its runs, taken in turn with ours. */
  readonly against?: { readonly name: string; readonly runs: readonly number[] };
}

/** Middle value of a list; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function shown(value: number, unit: Figure['unit']): string {
  if (unit === 'bytes') return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(1)} kB`;
  if (unit !== 'ms') return `${value.toFixed(unit === 'count' ? 0 : 2)}${unit === 'count' ? '' : ` ${unit}`}`;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}

/** The table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, runs, against }) => {
    const middle = median(runs);
    const other = against === undefined ? '' : `${against.name} ${shown(median(against.runs), unit)}, ratio ${(middle / median(against.runs)).toFixed(2)}`;
    return [name, shown(middle, unit), `${shown(Math.min(...runs), unit)} to ${shown(Math.max(...runs), unit)}`, String(runs.length), other];
  });
  return [['figure', 'median', 'range', 'runs', 'against'], ['---', '---', '---', '---', '---'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** What the figures were taken on. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** Writes the figures in the form that all benchmarks share. */
export function writeFigures(file: string, figures: readonly Figure[], on: string): void {
  const date = new Date().toISOString();
  const records = figures.map(({ name, unit, runs, against }) => ({
    name,
    value: median(runs),
    unit,
    runs: runs.length,
    min: Math.min(...runs),
    median: median(runs),
    max: Math.max(...runs),
    against: against === undefined ? null : { name: against.name, median: median(against.runs), min: Math.min(...against.runs), max: Math.max(...against.runs) },
    ratio: against === undefined ? null : median(runs) / median(against.runs),
    machine: on,
    date,
  }));
  writeFileSync(file, `${JSON.stringify(records, null, 2)}\n`);
}
