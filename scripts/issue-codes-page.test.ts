import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ISSUE_CODES } from '../src/core/issue-codes';
import { issueCodesPage } from './issue-codes-page';

it('docs/issue-codes.md is what the code says (npm run docs:issue-codes writes it)', () => {
  const written = readFileSync(join(import.meta.dirname, '..', 'docs', 'issue-codes.md'), 'utf8');
  expect(written).toBe(issueCodesPage());
});

it('lists every code once', () => {
  const listed = [...issueCodesPage().matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map((match) => match[1]);
  expect(listed.toSorted()).toEqual([...ISSUE_CODES].toSorted());
});
