import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds that dcm2niix takes to write the study as uncompressed NIfTI, or null when it is absent or reads nothing. */
export function timeConverter(folder: string): number | null {
  const out = mkdtempSync(join(tmpdir(), 'renalens-bench-'));
  try {
    const start = performance.now();
    execFileSync('dcm2niix', ['-z', 'n', '-b', 'n', '-o', out, '-f', '%s', folder], { stdio: 'ignore' });
    const ms = performance.now() - start;
    return readdirSync(out).some((name) => name.endsWith('.nii')) ? ms : null;
  } catch {
    return null;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
