import { foldTerm, foldText } from './fold-text';
import { NO_PHASE_TERMS, PHASE_WORDS, type WordMeaning } from './phase-words';

/** A word found in a text: what it means, which it was, and where it stood in the folded text. */
export interface WordMatch {
  readonly meaning: WordMeaning | 'no-phase';
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

interface CompiledTerm {
  readonly meaning: WordMeaning | 'no-phase';
  readonly pattern: RegExp;
}

const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

let compiled: readonly CompiledTerm[] | null = null;

/** All phase words of a text, longest first, none overlapping another. */
export function matchWords(text: string): readonly WordMatch[] {
  compiled ??= [
    ...PHASE_WORDS.flatMap((row) => row.terms.split('|').flatMap((term) => compile(term, row.meaning))),
    ...NO_PHASE_TERMS.split('|').flatMap((term) => compile(term, 'no-phase')),
  ];
  const folded = foldText(text);
  const found: WordMatch[] = [];
  for (const { meaning, pattern } of compiled) {
    for (const match of folded.matchAll(pattern)) {
      found.push({ meaning, word: match[0].trim(), from: match.index, to: match.index + match[0].length });
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

function compile(term: string, meaning: WordMatch['meaning']): readonly CompiledTerm[] {
  const open = term.endsWith('*');
  const number = term.endsWith('#');
  const bare = open || number ? term.slice(0, -1) : term;
  return foldTerm(bare).map((form) => {
    const body = form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ /g, '[\\s.,_-]*');
    if (CJK.test(form)) return { meaning, pattern: new RegExp(body, 'gu') };
    const before = /^\p{L}/u.test(form) ? '(?<![\\p{L}])' : '(?<![\\p{L}\\p{N}])';
    // A word may be followed by a number ("ART3mm") but not by more letters; signs must end there ("C-", not "C-spine").
    const after = open ? '\\p{L}*' : number ? '(?=[\\s.]*\\d)' : /[+-]$/.test(form) ? '(?![\\p{L}\\p{N}])' : '(?!\\p{L})';
    return { meaning, pattern: new RegExp(before + body + after, 'gu') };
  });
}
