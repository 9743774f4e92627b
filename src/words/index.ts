import type { IssueCode } from '../core/issue-codes';
import type { Issue } from '../core/issue';
import { issuesDe } from './issues/de';
import { issuesEn } from './issues/en';
import { issuesZh } from './issues/zh';
import { fillTemplate, type Language, type Sentence } from './sentence';

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
