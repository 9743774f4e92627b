import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from '@playwright/test';

const SHARED = resolve(import.meta.dirname, '..', '..', '..', 'shared');

/** Folder of a real study beside the repository. Where it is absent the running test is skipped by name, loudly. */
export function sharedFolder(...path: string[]): string {
  const folder = join(SHARED, ...path);
  if (!existsSync(folder)) {
    process.stderr.write(`NOT TESTED, ../shared/${path.join('/')} is absent: ${test.info().title}\n`);
    test.info().skip(true, `../shared/${path.join('/')} is absent`);
  }
  return folder;
}
