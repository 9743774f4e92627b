import type { IssueCode } from '../core/issue-codes';
import type { Issue } from '../core/issue';
import { issuesDe } from './issues/de';
import { issuesEn } from './issues/en';
import { issuesZh } from './issues/zh';
import { pageDe } from './page/de';
import { pageEn, type PageWords, type WordKey } from './page/en';
import { pageZh } from './page/zh';
import { fillTemplate, type Fill, type Language, type Sentence } from './sentence';

export type { PageWords, WordKey } from './page/en';
export { LANGUAGES, fillTemplate, formatNumber, type Fill, type Language, type Sentence } from './sentence';

const ISSUES: Readonly<Record<Language, Readonly<Record<IssueCode, Sentence>>>> = {
  en: issuesEn,
  zh: issuesZh,
  de: issuesDe,
};

/** The two sentences of an issue in a language, with its data filled in. */
export function sentenceFor(issue: Issue, language: Language): Sentence {
  const template = ISSUES[language][issue.code];
  const fill = { ...issue.data, ...(issue.where === undefined ? {} : { where: issue.where }) };
  return { title: fillTemplate(template.title, fill, language), todo: fillTemplate(template.todo, fill, language) };
}

const PAGE: Readonly<Record<Language, PageWords>> = { en: pageEn, zh: pageZh, de: pageDe };

/** A sentence of the page in a language, with its placeholders filled. */
export function pageWords(key: WordKey, language: Language, fill: Fill = {}): string {
  return fillTemplate(PAGE[language][key], fill, language);
}
