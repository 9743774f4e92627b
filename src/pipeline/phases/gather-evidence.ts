import type { PhaseEvidence } from '../../core/phase';
import type { SeriesFacts, Volume } from '../../core/volume';
import { aortaOdds, liverOdds } from './hu-odds';
import { readLandmarks } from './landmarks';
import { combineOdds, oddsOfDelay, readText, type PhaseOdds, type TextReading } from './read-text';

/** All that one volume says about its own phase, before its neighbours in time are asked. */
export interface VolumeEvidence {
  readonly facts: SeriesFacts;
  /** True for scouts, tracking and virtual pictures. */
  readonly noPhase: boolean;
  readonly textOdds: PhaseOdds | null;
  /** The phase that the words name clearly, or null. */
  readonly named: keyof PhaseOdds | null;
  readonly huOdds: PhaseOdds | null;
  readonly aortaHu: number | null;
  readonly evidence: readonly PhaseEvidence[];
}

/** Attributes whose text is of the run itself, first to last. */
const RUN_TEXTS = ['ImageComments', 'AcquisitionProtocolDescription', 'PerformedProcedureStepDescription'] as const;

/** Longest believable time between injection and run; a larger difference is a plan or another clock, s. */
const LONGEST_DELAY_S = 1800;

/** Reads texts, times and landmarks of one volume. `all` are the facts of every volume of the case. */
export function gatherEvidence(facts: SeriesFacts, volume: Volume, all: readonly SeriesFacts[]): VolumeEvidence {
  const evidence: PhaseEvidence[] = [];
  const study = facts.phaseTexts['StudyDescription'] ?? '';
  let reading = readText(facts.description, study);
  let source = 'SeriesDescription';
  if (!reading.noPhase && !isClear(reading)) {
    const letter = letterReading(facts, all);
    if (letter !== null) reading = letter;
    for (const keyword of RUN_TEXTS) {
      if (isClear(reading)) break;
      const other = readText(facts.phaseTexts[keyword] ?? '', study);
      if (other.odds !== null && (reading.odds === null || isClear(other))) [reading, source] = [other, keyword];
    }
    if (!isClear(reading)) {
      const protocol = protocolReading(facts, all);
      if (protocol !== null) [reading, source] = [protocol, 'ProtocolName'];
    }
  }
  if (reading.noPhase) {
    evidence.push({ kind: 'text', phase: null, data: { source, words: reading.words.join(', ') } });
    return { facts, noPhase: true, textOdds: null, named: null, huOdds: null, aortaHu: null, evidence };
  }
  let textOdds = reading.odds;
  const named = isClear(reading) && reading.phase !== 'U' ? reading.phase : null;
  if (textOdds !== null) {
    const words = reading.words.length > 0 ? reading.words.join(', ') : `${reading.delayS ?? ''} s`;
    evidence.push({ kind: 'text', phase: reading.phase === 'U' ? null : reading.phase, data: { source, words } });
  }
  const delayed = delayFromTags(facts);
  if (delayed !== null) {
    const odds = soften(delayed < 0 ? BEFORE_INJECTION : oddsOfDelay(delayed), 0.7);
    textOdds = textOdds === null ? odds : combineOdds(textOdds, odds);
    evidence.push({ kind: 'delay', phase: bestOf(odds), data: { seconds: Math.round(delayed) } });
  }
  const landmarks = readLandmarks(volume);
  let huOdds: PhaseOdds | null = null;
  if (landmarks.aortaHu === null) {
    evidence.push({ kind: 'no-aorta', phase: null, data: {} });
  } else {
    huOdds = aortaOdds(landmarks.aortaHu);
    evidence.push({ kind: 'aorta-hu', phase: bestOf(huOdds), data: { hu: Math.round(landmarks.aortaHu) } });
    if (landmarks.liverHu !== null) {
      const liver = liverOdds(landmarks.liverHu);
      huOdds = combineOdds(huOdds, liver);
      evidence.push({ kind: 'liver-hu', phase: bestOf(liver), data: { hu: Math.round(landmarks.liverHu) } });
    }
  }
  return { facts, noPhase: false, textOdds, named, huOdds, aortaHu: landmarks.aortaHu, evidence };
}

const BEFORE_INJECTION: PhaseOdds = { N: 0.9, A: 0.06, V: 0.03, E: 0.01 };

function isClear(reading: TextReading): boolean {
  return reading.odds !== null && Math.max(...Object.values(reading.odds)) >= 0.85;
}

/** The phase with the largest odds. */
export function bestOf(odds: PhaseOdds): keyof PhaseOdds {
  return (['N', 'A', 'V', 'E'] as const).reduce((a, b) => (odds[b] > odds[a] ? b : a));
}

/** Odds to a power below 1: evidence that is trusted less. */
function soften(odds: PhaseOdds, power: number): PhaseOdds {
  return { N: odds.N ** power, A: odds.A ** power, V: odds.V ** power, E: odds.E ** power };
}

/** Seconds from the start of the injection to the run, from the tags; negative before it; null when not believable. */
function delayFromTags(facts: SeriesFacts): number | null {
  if (facts.bolusStartTimeS === null || facts.acquisitionTimeS === null) return null;
  const delayS = facts.acquisitionTimeS - facts.bolusStartTimeS;
  return Math.abs(delayS) > LONGEST_DELAY_S ? null : delayS;
}

const LETTERS: Readonly<Record<string, keyof PhaseOdds>> = { n: 'N', a: 'A', v: 'V', e: 'E' };

/** A single letter names a phase only where the study's other series carry the matching letters. */
function letterReading(facts: SeriesFacts, all: readonly SeriesFacts[]): TextReading | null {
  const letter = (text: string): string | null => /^\s*([navpe])(?![\p{L}\p{N}])/iu.exec(text)?.[1]?.toLowerCase() ?? null;
  const own = letter(facts.description);
  if (own === null) return null;
  const used = new Set(all.map((other) => letter(other.description)).filter((l) => l !== null));
  if (used.size < 2 || !used.has('a')) return null;
  // "P" beside "N" is portal, beside "V" plain.
  const phase = own === 'p' ? (used.has('v') ? 'N' : used.has('n') ? 'V' : null) : (LETTERS[own] ?? null);
  if (phase === null) return null;
  const odds = { N: 0.04, A: 0.04, V: 0.04, E: 0.04, [phase]: 0.88 };
  return { phase, odds, words: [own.toUpperCase()], delayS: null, noPhase: false };
}

/** ProtocolName names the whole protocol: it counts, for less, only where it differs between the volumes or there is one. */
function protocolReading(facts: SeriesFacts, all: readonly SeriesFacts[]): TextReading | null {
  const own = facts.phaseTexts['ProtocolName'] ?? '';
  const shared = all.some((other) => other.volumeId !== facts.volumeId && other.phaseTexts['ProtocolName'] === own);
  if (own === '' || shared) return null;
  const reading = readText(own);
  if (reading.phase === 'U' || reading.odds === null) return null;
  const softer = soften(reading.odds, 0.5);
  const sum = softer.N + softer.A + softer.V + softer.E;
  return { ...reading, odds: { N: softer.N / sum, A: softer.A / sum, V: softer.V / sum, E: softer.E / sum } };
}
