import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../cli/node-codecs';
import { quietMonitor } from '../cli/quiet-monitor';
import { readPaths } from '../cli/read-folder';
import { PRESETS } from '../core/presets';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import golden from '../pipeline/golden/authors-patch.json';
import { cutAuthorsPatch } from '../pipeline/patch-authors-code';
import { openStudy } from '../study/open-study';

const SHARED = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared');
const present = existsSync(join(SHARED, 'real-ct'));

async function open(path: string): Promise<Volume> {
  const sources = await readPaths([join(SHARED, path)]);
  if (!sources.ok) throw new Error(sources.issue.code);
  const study = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
  if (!study.ok) throw new Error(study.issue.code);
  return study.value.volumes[0]!.volume;
}

/** Values made by training/reference/make_golden.py with numpy, nibabel and scikit-image from the same files. */
describe.skipIf(!present)('authors-code patch on real CT (needs ../shared/real-ct)', () => {
  for (const path of new Set(golden.map((one) => one.path))) {
    it(`equals the Python reference to 1e-3 HU: ${path}`, async () => {
      const volume = await open(path);
      for (const one of golden.filter((g) => g.path === path)) {
        const result = cutAuthorsPatch({ volume, phase: 'A', centreLpsMm: one.pointLpsMm as unknown as Vec3, constants: PRESETS['authors-code'] });
        if (!result.ok) throw new Error(result.issue.code);
        const patch = result.value;
        expect(patch.centreVoxelIjk).toEqual(one.voxel);
        let worst = 0;
        let at = 0;
        for (let t = one.step / 2; t < 224; t += one.step)
          for (let s = one.step / 2; s < 224; s += one.step, at += 1) worst = Math.max(worst, Math.abs(patch.hu[t * 224 + s]! - one.hu[at]!));
        expect(at).toBe(one.hu.length);
        expect(worst).toBeLessThan(1e-3);
        const n = patch.hu.length;
        const mean = patch.hu.reduce((sum, hu) => sum + hu, 0) / n;
        expect(Math.abs(mean - one.meanHu)).toBeLessThan(1e-4);
        expect(Math.abs(Math.sqrt(patch.hu.reduce((sum, hu) => sum + (hu - mean) ** 2, 0) / n) - one.sdHu)).toBeLessThan(1e-4);
        expect(Math.abs(patch.tensor.reduce((sum, x) => sum + x, 0) / n - one.tensorMean)).toBeLessThan(1e-6);
      }
    }, 300_000);
  }
});
