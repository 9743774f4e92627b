import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCodesPage } from './issue-codes-page';

writeFileSync(join(import.meta.dirname, '..', 'docs', 'issue-codes.md'), issueCodesPage());
