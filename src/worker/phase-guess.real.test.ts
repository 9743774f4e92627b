import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../cli/node-codecs';
import { quietMonitor } from '../cli/quiet-monitor';
import { readPaths } from '../cli/read-folder';
import { CONFIDENT_PHASE_PROBABILITY } from '../core/phase';
import { guessPhases } from '../pipeline/phases/guess-phases';
import { readLandmarks } from '../pipeline/phases/landmarks';
import { refinePhases } from '../pipeline/phases/refine-phases';
import { openStudy } from '../study/open-study';

const SHARED = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared');

async function open(path: string) {
  const sources = await readPaths([join(SHARED, path)]);
  if (!sources.ok) throw new Error(sources.issue.code);
  const study = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
  if (!study.ok) throw new Error(study.issue.code);
  return study.value.volumes;
}

/** Aorta and liver as measured by hand in each volume, HU. */
describe.skipIf(!existsSync(join(SHARED, 'real-ct')))('phase guess on real CT (needs ../shared/real-ct)', () => {
  it.each([
    ['ircad1', 'V', 193, 110],
    ['ircad17', 'V', 164, 99],
    ['tcga-ay-4070a', 'V', 132, 80],
    ['acrin-unenhanced', 'N', 41, 63],
  ] as const)('%s is %s, before and after its kidneys are known', async (name, phase, aortaHu, liverHu) => {
    const volumes = await open(`real-ct/${name}`);
    const guesses = guessPhases(volumes);
    expect(guesses.map((guess) => guess.phase)).toEqual([phase]);
    const { aortaHu: aorta, liverHu: liver } = readLandmarks(volumes[0]!.volume);
    expect(Math.abs(aorta! - aortaHu)).toBeLessThan(6);
    expect(Math.abs(liver! - liverHu)).toBeLessThan(7);
    const [mask] = await open(`real-ct/kidney-masks/${name}.nii.gz`);
    const labelMap = { volumeId: volumes[0]!.volume.id, grid: mask!.volume.grid, labels: Uint8Array.from(mask!.volume.hu) };
    const [refined] = refinePhases(guesses, volumes, labelMap);
    expect(refined!.phase).toBe(phase);
    expect(refined!.probability).toBeGreaterThanOrEqual(CONFIDENT_PHASE_PROBABILITY);
    expect(refined!.evidence.some((reason) => reason.kind === 'pelvis-hu')).toBe(false);
  }, 300_000);

  it.each([
    ['more-data/totalseg-example/example_ct.nii.gz', 'N'],
    ['real-ct/kits-00072-part', 'A'],
  ] as const)('%s is %s, surely', async (path, phase) => {
    const [guess] = guessPhases(await open(path));
    expect(guess!.phase).toBe(phase);
    expect(guess!.probability).toBeGreaterThanOrEqual(CONFIDENT_PHASE_PROBABILITY);
  }, 300_000);
});
