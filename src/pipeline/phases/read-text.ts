import type { Phase } from '../../core/phase';
import { foldText } from './fold-text';
import { matchWords } from './match-words';

/** Probabilities of the four phases that a text can name. */
export type PhaseOdds = Readonly<Record<Exclude<Phase, 'U'>, number>>;

/** What a text says about the phase. `phase` is U when it says nothing, or nothing certain; `odds` then still lean. */
export interface TextReading {
  readonly phase: Phase;
  readonly odds: PhaseOdds | null;
  /** The words and times found, as they stood (folded). */
  readonly words: readonly string[];
  /** Seconds after injection that the text names, or null. */
  readonly delayS: number | null;
  /** True for scouts, tracking, reports and virtual images, which are no phase whatever else they say. */
  readonly noPhase: boolean;
}

const NAMED = ['N', 'A', 'V', 'E'] as const;

/** How far a clear word is trusted before the picture is looked at. */
const CLEAR = 0.95;

/**
 * Reads the phase out of free text such as SeriesDescription. Words first, then delays ("70s", "10 min"); a study's name
 * ("with and without") and look-alikes ("METAL ART RED") count for nothing. `study` is text about the whole study: in a
 * liver study a bare "delayed" may be three minutes, before the pelvis fills. Source: phase names in use, see phase-words.
 */
export function readText(text: string, study = ''): TextReading {
  const matches = matchWords(text);
  const words = matches.map((match) => match.word);
  const delayS = readDelay(text);
  if (matches.some((match) => match.meaning === 'no-phase')) {
    return { phase: 'U', odds: null, words, delayS: null, noPhase: true };
  }
  const named = NAMED.filter((phase) => matches.some((match) => match.meaning === phase));
  const onlyDelayed = matches.every((match) => match.meaning !== 'E' || /^(delay|delayed|dly)$/.test(match.word));
  const liver = /liver|leber|foie|higado|figado|fegato|lever|肝|간|печен|karaciger|watrob/.test(foldText(`${text} ${study}`));
  let odds = oddsOfWords(named, onlyDelayed && liver && delayS === null);
  const timed = delayS === null ? null : oddsOfDelay(delayS);
  if (odds === null && matches.some((match) => match.meaning === 'late-or-excretory')) {
    odds = { N: 0.02, A: 0.03, V: 0.5, E: 0.45 };
  } else if (odds === null && timed !== null) {
    odds = timed;
  } else if (odds === null && matches.some((match) => match.meaning === 'contrast')) {
    odds = { N: 0.02, A: 0.245, V: 0.59, E: 0.145 };
  } else if (odds !== null && timed !== null && named[0] !== 'N') {
    odds = combineOdds(odds, timed);
  }
  if (odds === null) return { phase: 'U', odds: null, words, delayS, noPhase: false };
  const best = NAMED.reduce<Exclude<Phase, 'U'>>((a, b) => (odds[b] > odds[a] ? b : a), 'N');
  return { phase: odds[best] >= 0.7 ? best : 'U', odds, words, delayS, noPhase: false };
}

/** Product of two odds, made to sum to 1. */
export function combineOdds(a: PhaseOdds, b: PhaseOdds): PhaseOdds {
  const product = { N: a.N * b.N, A: a.A * b.A, V: a.V * b.V, E: a.E * b.E };
  const sum = product.N + product.A + product.V + product.E;
  return { N: product.N / sum, A: product.A / sum, V: product.V / sum, E: product.E / sum };
}

function oddsOfWords(named: readonly Exclude<Phase, 'U'>[], doubtfulDelay: boolean): PhaseOdds | null {
  if (named.length === 0) return null;
  if (doubtfulDelay) return { N: 0.01, A: 0.01, V: 0.4, E: 0.58 };
  // Two phases in one name: a combined or a whole-study name; lean to neither.
  const each = named.length === 1 ? CLEAR : 0.9 / named.length;
  const rest = (1 - each * named.length) / (4 - named.length || 1);
  const share = (phase: Exclude<Phase, 'U'>): number => (named.includes(phase) ? each : rest);
  return { N: share('N'), A: share('A'), V: share('V'), E: share('E') };
}

/** Odds from the seconds since the start of the injection. */
export function oddsOfDelay(delayS: number): PhaseOdds {
  if (delayS < 15) return { N: 0.4, A: 0.4, V: 0.1, E: 0.1 };
  if (delayS <= 45) return { N: 0.02, A: 0.9, V: 0.06, E: 0.02 };
  if (delayS < 55) return { N: 0.02, A: 0.5, V: 0.46, E: 0.02 };
  if (delayS <= 120) return { N: 0.02, A: 0.03, V: 0.9, E: 0.05 };
  if (delayS <= 150) return { N: 0.02, A: 0.02, V: 0.75, E: 0.21 };
  if (delayS <= 200) return { N: 0.02, A: 0.02, V: 0.48, E: 0.48 };
  return { N: 0.02, A: 0.01, V: 0.07, E: 0.9 };
}

/**
 * Seconds after injection named in a text: "70s" (15 to 180) or "10 min" (2 to 30). "S70" is a reconstruction strength,
 * "70kV" a voltage, "B70f" a kernel.
 */
export function readDelay(text: string): number | null {
  const folded = foldText(text);
  const seconds = /(?<![\p{L}\p{N}.,])(\d{2,3})\s?(?:s|sec|secs|sek|sn|сек|秒|초)(?![\p{L}\p{N}])/u.exec(folded);
  if (seconds !== null) {
    const value = Number(seconds[1]);
    if (value >= 15 && value <= 180) return value;
  }
  const minutes = /(?<![\p{L}\p{N}.,])(\d{1,2})\s?(?:min|mins|minuten|minutes|dk|мин|分|分钟|分鐘|분)(?!\p{L})/u.exec(folded);
  if (minutes === null) return null;
  const value = Number(minutes[1]);
  return value >= 2 && value <= 30 ? value * 60 : null;
}
