import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

const missing = new Set<string>();

/** True when a program can be started; the first time that it cannot, its Debian package is named on stderr. */
export function hasTool(program: string, debianPackage: string): boolean {
  if (spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0) return true;
  if (!missing.has(program)) process.stderr.write(`not compared: ${program} is not installed (Debian package ${debianPackage})\n`);
  missing.add(program);
  return false;
}

/** Runs one command for each list of arguments, as many at a time as there are cores; ms until all have ended. */
export async function timeAll(program: string, calls: readonly (readonly string[])[]): Promise<number> {
  const start = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < calls.length) {
      const args = calls[next++]!;
      await new Promise<void>((resolve, reject) => {
        spawn(program, args, { stdio: 'ignore' }).on('error', reject).on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: ${code}`))));
      });
    }
  };
  await Promise.all(cpus().map(lane));
  return performance.now() - start;
}
