import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The sample study as files: there on every machine, uncompressed, three phases. `remove` deletes them. */
export function paintedSample(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'renalens-bench-sample-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/sample.ts', '--out', folder], { cwd: resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
