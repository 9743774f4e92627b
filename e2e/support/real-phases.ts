import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nodeCodecs } from '../../src/cli/node-codecs';
import { quietMonitor } from '../../src/cli/quiet-monitor';
import { readPaths } from '../../src/cli/read-folder';
import { indexToLps } from '../../src/core/grid';
import type { ReadPhase } from '../../src/core/phase';
import { sliceFile } from '../../src/phantom/slice-file';
import { PHASE_PLANS } from '../../src/phantom/study-plan';
import { openStudy } from '../../src/study/open-study';

/**
 * Writes three phases of one real CT: its slices `from` to `to` once per phase, each with HU added, as only one phase of such a
 * case is public. Gives the series' descriptions by phase.
 */
export async function writeRealPhases(
  folder: string,
  out: string,
  offsetsHu: Readonly<Record<ReadPhase, number>>,
  [from, to]: readonly [number, number],
): Promise<Readonly<Record<ReadPhase, string>>> {
  const sources = await readPaths([folder]);
  if (!sources.ok) throw new Error(sources.issue.code);
  const opened = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
  if (!opened.ok) throw new Error(opened.issue.code);
  const { grid, hu } = opened.value.volumes[0]!.volume;
  const [ni, nj] = grid.sizeIjk;
  const part = { ...grid, sizeIjk: [ni, nj, to - from + 1] as const, originLpsMm: indexToLps(grid, [0, 0, from]) };
  const descriptions: Partial<Record<ReadPhase, string>> = {};
  for (const plan of PHASE_PLANS) {
    descriptions[plan.phase] = plan.description;
    for (let k = from; k <= to; k += 1) {
      const slice = hu.slice(ni * nj * k, ni * nj * (k + 1)).map((value) => value + offsetsHu[plan.phase]);
      const { path, bytes } = sliceFile(slice, part, k - from, plan);
      mkdirSync(dirname(join(out, path)), { recursive: true });
      writeFileSync(join(out, path), bytes);
    }
  }
  return descriptions as Record<ReadPhase, string>;
}
