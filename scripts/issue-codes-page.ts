import { ANALYSIS_ISSUE_CODES, INGESTION_ISSUE_CODES, PACK_ISSUE_CODES, type IssueCode } from '../src/core/issue-codes';
import { issuesEn } from '../src/words/issues/en';

const HEAD = `# Issue codes

Written by \`npm run docs:issue-codes\` from src/core/issue-codes.ts and src/words/issues/en.ts; a test fails when it is out of date.

\`inspect\`, \`analyse\`, the page and the report use the same codes. A code is never renamed. Each comes with a severity: \`error\` (something was not read), \`warning\` (read, with a doubt), \`note\` (for the record). \`{name}\` stands for a value of the issue; a part in square brackets is left out when its value is not known. The same sentences exist in Chinese and German (src/words/issues).
`;

function table(heading: string, codes: readonly IssueCode[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = codes.map((code) => `| \`${code}\` | ${cell(issuesEn[code].title)} | ${cell(issuesEn[code].todo)} |`);
  return [`## ${heading}`, '', '| code | what it means | what to do |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The whole of docs/issue-codes.md: every code with its sentence and what to do, in three tables. */
export function issueCodesPage(): string {
  return [HEAD, table('Files, series, volumes', INGESTION_ISSUE_CODES), table('Model packs', PACK_ISSUE_CODES), table('Analysis', ANALYSIS_ISSUE_CODES)].join('\n');
}
