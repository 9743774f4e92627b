import type { PhaseEvidence, PhaseGuess } from '../../core/phase';
import type { SeriesFacts, Volume } from '../../core/volume';
import { bestOf, gatherEvidence, type VolumeEvidence } from './gather-evidence';
import { groupRuns, marginals, type Run } from './order-runs';
import { combineOdds, type PhaseOdds } from './read-text';

/** A guess against a clear word or against the picture is never offered as certain. */
const DOUBTED = 0.85;
/** A phase below this is called unknown. */
const TOO_WEAK = 0.45;
/** Nothing is certain before somebody looks. */
const CEILING = 0.995;

/**
 * Guesses the phase of every volume of a case, before any segmentation: words and times of the tags, HU of aorta and liver,
 * then all runs of a study together in the order of their acquisition. Each guess carries its probability and its reasons.
 * Scouts, tracking and virtual pictures are U. Source: method step 3; docs/phase-guess.md gives the rules and their accuracy.
 */
export function guessPhases(items: readonly { readonly facts: SeriesFacts; readonly volume: Volume }[]): readonly PhaseGuess[] {
  return guessTogether(items, new Map());
}

/** Evidence that was found elsewhere: how likely each phase makes it, and how it is told. */
export interface ExtraEvidence {
  readonly odds: PhaseOdds;
  readonly evidence: readonly PhaseEvidence[];
}

/** The guess with further evidence for some volumes, by volume id. */
export function guessTogether(
  items: readonly { readonly facts: SeriesFacts; readonly volume: Volume }[],
  extra: ReadonlyMap<string, ExtraEvidence>,
): readonly PhaseGuess[] {
  const all = items.map((item) => item.facts);
  const gathered = items.map((item) => withExtra(gatherEvidence(item.facts, item.volume, all), extra.get(item.volume.id)));
  const guesses: PhaseGuess[] = gathered.map((g) => ({
    volumeId: g.facts.volumeId,
    phase: 'U',
    probability: g.noPhase ? 0.95 : 0,
    evidence: g.evidence,
  }));
  for (const study of new Set(all.map((facts) => facts.studyInstanceUid))) {
    const members = gathered.flatMap((g, n) => (g.facts.studyInstanceUid === study && !g.noPhase ? [n] : []));
    const own = members.map((n) => gathered[n]!);
    const runs = groupRuns(own);
    const results = marginals(runs.map((run) => emission(run, own)), runs);
    runs.forEach((run, r) => {
      for (const m of run.members) guesses[members[m]!] = conclude(own[m]!, results[r]!, r, runs);
    });
  }
  return guesses;
}

function withExtra(item: VolumeEvidence, extra: ExtraEvidence | undefined): VolumeEvidence {
  if (extra === undefined || item.noPhase) return item;
  const huOdds = item.huOdds === null ? extra.odds : combineOdds(item.huOdds, extra.odds);
  return { ...item, huOdds, evidence: [...item.evidence, ...extra.evidence] };
}

/** What a run's volumes say together: every volume's words, the picture once. */
function emission(run: Run, items: readonly VolumeEvidence[]): PhaseOdds {
  let odds: PhaseOdds = { N: 0.25, A: 0.25, V: 0.25, E: 0.25 };
  const members = run.members.map((m) => items[m]!);
  const named = new Set<string>();
  for (const member of members) {
    const words = member.facts.description;
    if (member.textOdds === null || named.has(words)) continue;
    named.add(words);
    odds = combineOdds(odds, member.textOdds);
  }
  const seen = members.find((member) => member.huOdds !== null);
  return seen?.huOdds == null ? odds : combineOdds(odds, seen.huOdds);
}

function conclude(item: VolumeEvidence, odds: PhaseOdds, position: number, runs: readonly Run[]): PhaseGuess {
  const phase = bestOf(odds);
  const evidence: PhaseEvidence[] = [...item.evidence];
  const dated = runs.filter((run) => run.timeS !== null).length;
  if (dated >= 2 && runs[position]!.timeS !== null) {
    evidence.push({ kind: 'acquisition-order', phase, data: { position: position + 1, of: dated } });
  }
  let probability = Math.min(odds[phase], CEILING);
  const againstWords = item.named !== null && item.named !== phase;
  const againstPicture = item.huOdds !== null && item.huOdds[phase] < 0.05 * Math.max(...Object.values(item.huOdds));
  if (againstWords || againstPicture) {
    evidence.push({ kind: 'conflict', phase: againstWords ? item.named : bestOf(item.huOdds!), data: {} });
    probability = Math.min(probability, DOUBTED);
  }
  const silent = item.textOdds === null && item.huOdds === null && dated < 2;
  if (silent || probability < TOO_WEAK) return { volumeId: item.facts.volumeId, phase: 'U', probability: 0, evidence };
  return { volumeId: item.facts.volumeId, phase, probability, evidence };
}
