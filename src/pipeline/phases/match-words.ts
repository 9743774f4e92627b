import { foldTerm, foldText } from './fold-text';
import { NO_PHASE_TERMS, PHASE_WORDS, type WordMeaning } from './phase-words';

/** A word found in a text: what it means, which it was, and where it stood in the folded text. */
export interface WordMatch {
  readonly meaning: WordMeaning | 'no-phase';
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** A term with the first of its words, which a text must hold before its pattern is even made. */
interface Term {
  readonly meaning: WordMeaning | 'no-phase';
  readonly firstWord: string;
  readonly source: string;
  pattern: RegExp | null;
}

const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

let vocabulary: readonly Term[] | null = null;

/** All phase words of a text, longest first, none overlapping another. */
export function matchWords(text: string): readonly WordMatch[] {
  vocabulary ??= [
    ...PHASE_WORDS.flatMap((row) => row.terms.split('|').flatMap((term) => prepare(term, row.meaning))),
    ...NO_PHASE_TERMS.split('|').flatMap((term) => prepare(term, 'no-phase')),
  ];
  const folded = foldText(text);
  const found: WordMatch[] = [];
  for (const term of vocabulary) {
    if (!folded.includes(term.firstWord)) continue;
    term.pattern ??= new RegExp(term.source, 'gu');
    for (const match of folded.matchAll(term.pattern)) {
      found.push({ meaning: term.meaning, word: match[0].trim(), from: match.index, to: match.index + match[0].length });
    }
  }
  found.sort((a, b) => b.to - b.from - (a.to - a.from) || rank(a.meaning) - rank(b.meaning));
  const kept: WordMatch[] = [];
  for (const match of found) {
    if (kept.every((other) => match.to <= other.from || match.from >= other.to)) kept.push(match);
  }
  return kept;
}

/** Of two words of equal length at one place, the one that takes evidence away counts, then the firmer one. */
function rank(meaning: WordMatch['meaning']): number {
  return meaning === 'no-phase' || meaning === 'none' ? 0 : meaning === 'contrast' ? 2 : 1;
}

function prepare(term: string, meaning: WordMatch['meaning']): readonly Term[] {
  const open = term.endsWith('*');
  const number = term.endsWith('#');
  const bare = open || number ? term.slice(0, -1) : term;
  return foldTerm(bare).map((form) => {
    const body = form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ /g, '[\\s.,_-]*');
    const firstWord = form.split(' ')[0]!;
    if (CJK.test(form)) return { meaning, firstWord, source: body, pattern: null };
    const before = /^\p{L}/u.test(form) ? '(?<![\\p{L}])' : '(?<![\\p{L}\\p{N}])';
    // A word may be followed by a number ("ART3mm") but not by more letters; signs must end there ("C-", not "C-spine").
    const after = open ? '\\p{L}*' : number ? '(?=[\\s.]*\\d)' : /[+-]$/.test(form) ? '(?![\\p{L}\\p{N}])' : '(?!\\p{L})';
    return { meaning, firstWord, source: before + body + after, pattern: null };
  });
}
