import type { NetworkEngine, NetworkRunner } from '../core/ports';
import { success, type Result } from '../core/result';

/** Opens networks by their files' names, in that order; the first refusal of the engine ends it. */
export async function openRunners(engine: NetworkEngine, files: readonly string[]): Promise<Result<readonly NetworkRunner[]>> {
  const runners: NetworkRunner[] = [];
  for (const file of files) {
    const runner = await engine.open(file);
    if (!runner.ok) return runner;
    runners.push(runner.value);
  }
  return success(runners);
}
