import type { Issue } from '../../core/issue';
import { formatNumber, pageWords, sentenceFor, type Fill, type Language, type Sentence, type WordKey } from '../../words';
import { useApp } from '../store/store';

/** Sentences and numbers in one language. */
export interface Words {
  readonly language: Language;
  /** A sentence of the page, filled. */
  readonly t: (key: WordKey, fill?: Fill) => string;
  /** A number with fixed decimals. */
  readonly n: (value: number, decimals?: number) => string;
  /** A probability, as whole per cent. */
  readonly percent: (probability: number) => string;
  readonly issue: (issue: Issue) => Sentence;
}

const made = new Map<Language, Words>();

/** The words of a language; the same object each time. */
export function wordsOf(language: Language): Words {
  const known = made.get(language);
  if (known) return known;
  const words: Words = {
    language,
    t: (key, fill = {}) => pageWords(key, language, fill),
    n: (value, decimals) => formatNumber(value, language, decimals),
    percent: (probability) => `${formatNumber(probability * 100, language, 0)}\u00a0%`,
    issue: (issue) => sentenceFor(issue, language),
  };
  made.set(language, words);
  return words;
}

/** The words of the language chosen. */
export function useWords(): Words {
  return wordsOf(useApp((state) => state.language));
}
