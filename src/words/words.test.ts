import { describe, expect, it } from 'vitest';
import { ISSUE_CODES, PACK_ISSUE_CODES } from '../core/issue-codes';
import { issue } from '../core/issue';
import { LANGUAGES, formatNumber, pageWords, sentenceFor, type WordKey } from './index';
import { pageDe } from './page/de';
import { pageEn } from './page/en';
import { pageZh } from './page/zh';

const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

describe('words', () => {
  it('say the same in every language: no placeholder is lost', () => {
    for (const key of Object.keys(pageEn) as WordKey[]) {
      for (const words of [pageDe, pageZh]) expect(placeholders(words[key]), key).toEqual(placeholders(pageEn[key]));
    }
  });

  it('have no empty sentence, no exclamation mark and no claim that we may not make', () => {
    for (const language of LANGUAGES) {
      for (const key of Object.keys(pageEn) as WordKey[]) {
        const sentence = pageWords(key, language);
        expect(sentence.trim() !== '' || /^\[?\{/.test(pageEn[key]), key).toBe(true);
        expect(sentence, key).not.toMatch(/[!！]|cancer-free|krebsfrei|无癌/i);
      }
      for (const code of ISSUE_CODES) expect(sentenceFor(issue(code, 'note'), language).title, code).not.toMatch(/^$|[!！{}[\]]/);
    }
  });

  it('say of every refused pack what to change', () => {
    for (const language of LANGUAGES) for (const code of PACK_ISSUE_CODES) expect(sentenceFor(issue(code, 'error'), language).todo.length, `${code} ${language}`).toBeGreaterThan(5);
  });

  it('drop a part whose value is missing and fill it when it is there', () => {
    expect(sentenceFor(issue('gantry-tilt', 'warning'), 'en').title).toBe('The gantry was tilted.');
    expect(sentenceFor(issue('gantry-tilt', 'warning', undefined, { degrees: 12.5 }), 'de').title).toBe('Die Gantry war gekippt, um 12,5°.');
  });

  it('count in the singular and the plural', () => {
    expect([0, 1, 2].map((count) => pageWords('steps.read', 'de', { count }))).toEqual(['0 Serien gelesen', '1 Serie gelesen', '2 Serien gelesen']);
    expect([0, 1, 2].map((bytes) => pageWords('privacy.sent', 'en', { bytes }))).toEqual(['0 bytes sent', '1 byte sent', '2 bytes sent']);
    expect(pageWords('opening', 'de', { files: 1 })).toBe('1 Datei wird gelesen');
    expect(pageWords('notes.count', 'zh', { count: 1 })).toBe('1 条提示');
  });

  it('write numbers by the habits of the language', () => {
    expect(formatNumber(1234.5, 'de', 1)).toBe('1234,5');
    expect(formatNumber(1234.5, 'en', 1)).toBe('1234.5');
  });
});
