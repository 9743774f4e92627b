import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { PresetName } from '../core/presets';
import type { Vec3 } from '../core/vector';

/** What the command line of `analyse` asks for. */
export interface AnalyseOptions {
  readonly paths: readonly string[];
  readonly out: string;
  readonly pack: string;
  readonly preset: PresetName | null;
  readonly centreLpsMm: Vec3 | null;
  /** Per phase a SeriesInstanceUID, a volume id, or a path. Empty: the phases are guessed. */
  readonly phases: Readonly<Partial<Record<ReadPhase, string>>>;
  readonly savePatches: boolean;
  readonly threads: number | null;
}

/** Shown when the command line cannot be understood. */
export const ANALYSE_USAGE =
  'usage: npm run -s analyse -- PATH... --out DIR [--pack DIR] [--preset paper|authors-code] [--centre-lps x,y,z] ' +
  '[--phase N=UID|FILE --phase A=... --phase V=...] [--save-patches] [--threads n]';

const DEFAULT_PACK = 'public/models/renalens-demo';

/** Reads the arguments after `--`, `--option value` and `--option=value` alike; a text says what is wrong with them. */
export function readAnalyseOptions(args: readonly string[]): AnalyseOptions | string {
  const paths: string[] = [];
  const values = new Map<string, string>();
  const phases: Partial<Record<ReadPhase, string>> = {};
  let savePatches = false;
  const rest = [...args];
  for (let given = rest.shift(); given !== undefined; given = rest.shift()) {
    // `--option=value` or `--option value`; what follows the first = is the value, whatever it begins with.
    const [, word = given, joined] = /^(--[^=]+)=(.*)$/s.exec(given) ?? [];
    if (given === '--save-patches') savePatches = true;
    else if (['--out', '--pack', '--preset', '--centre-lps', '--threads', '--phase'].includes(word)) {
      const value = joined ?? rest.shift();
      if (value === undefined || value === '') return `${word} wants a value. ${ANALYSE_USAGE}`;
      if (word !== '--phase') values.set(word, value);
      else {
        const [letter, ...target] = value.split('=');
        const phase = READ_PHASES.find((candidate) => candidate === letter);
        if (phase === undefined || target.join('=') === '') return `--phase ${value}: N, A or V, then = and a UID or a file.`;
        phases[phase] = target.join('=');
      }
    } else if (word.startsWith('--')) return `${given} is not known. ${ANALYSE_USAGE}`;
    else paths.push(given);
  }
  const out = values.get('--out');
  if (out === undefined || (paths.length === 0 && Object.keys(phases).length === 0)) return ANALYSE_USAGE;
  const preset = values.get('--preset') ?? null;
  if (preset !== null && preset !== 'paper' && preset !== 'authors-code') return `--preset ${preset}: paper or authors-code.`;
  const centre = values.get('--centre-lps');
  const centreLpsMm = centre === undefined ? null : readPoint(centre);
  if (centre !== undefined && centreLpsMm === null) return `--centre-lps ${centre}: three numbers, x,y,z in LPS mm.`;
  const threads = values.get('--threads');
  const count = threads === undefined ? null : Number(threads);
  if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= 64)) return `--threads ${threads ?? ''}: a number from 1 to 64.`;
  return { paths, out, pack: values.get('--pack') ?? DEFAULT_PACK, preset, centreLpsMm, phases, savePatches, threads: count };
}

function readPoint(text: string): Vec3 | null {
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [x, y, z] = parts;
  if (parts.length !== 3 || x === undefined || y === undefined || z === undefined || !parts.every(Number.isFinite)) return null;
  return [x, y, z];
}
