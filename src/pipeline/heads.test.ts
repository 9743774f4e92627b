import { describe, expect, it } from 'vitest';
import type { ReadPhase } from '../core/phase';
import type { Monitor } from '../core/ports';
import { PRESETS } from '../core/presets';
import type { Heatmap, Patch } from '../core/reading';
import { openNodeEngine } from '../inference/ort-node';
import { formulaPatch, headPack, headsGolden } from '../packs/fixtures/head-pack';
import { readAllPhases } from './classify';
import { occlusionMaps, unexplained } from './occlusion';

const golden = headsGolden();
const BAR = 1e-4;
const PHASES = ['N', 'A', 'V'] as const;

function monitorOf(stopAfter = Infinity): Monitor & { readonly told: number[] } {
  const told: number[] = [];
  return { told, progress: (_, fraction) => void told.push(fraction), issue: () => undefined, cancelled: () => told.length >= stopAfter, nowMs: () => 0, breathe: () => Promise.resolve() };
}

/** Reads formula patches with one of the packs of random weights. */
async function read(name: Parameters<typeof headPack>[0], phases: readonly ReadPhase[], score: 'logit' | 'probability') {
  const pack = await headPack(name);
  const engine = openNodeEngine(pack, 1);
  const patches: readonly Patch[] = phases.map((phase) => formulaPatch(PHASES.indexOf(phase), phase));
  const constants = { ...PRESETS.paper, camScore: score };
  const full = await readAllPhases({ manifest: pack.manifest, engine, patches, constants, lesions: new Map(), normalisation: 'maximum' });
  if (!full.ok) throw new Error(JSON.stringify(full.issue));
  return { pack, engine, patches, constants, full: full.value };
}

function expectMaps(found: readonly Heatmap[], wanted: Readonly<Record<'0' | '1', Readonly<Partial<Record<ReadPhase, readonly number[]>>>>>): void {
  let compared = 0;
  for (const c of ['0', '1'] as const) {
    for (const [phase, map] of Object.entries(wanted[c])) {
      const heatmap = found.find((one) => one.phase === phase && String(one.classIndex) === c);
      const apart = Math.max(...map.map((x, n) => Math.abs(x - (heatmap?.map[n] ?? NaN))));
      expect(apart, `class ${c}, phase ${phase}`).toBeLessThan(BAR);
      compared += 1;
    }
  }
  expect(found).toHaveLength(compared);
}

describe('Grad-CAM against autograd, through the exported graph', () => {
  it.each([
    ['concatenation', 'logit', golden.concatenation],
    ['concatenation', 'probability', golden.concatenation],
    ['single', 'logit', golden.single],
    ['single', 'probability', golden.single],
  ] as const)('%s, %s', async (name, score, wanted) => {
    const { full } = await read(name, name === 'single' ? ['V'] : PHASES, score);
    full.scores[0]!.logits.forEach((z, n) => expect(Math.abs(z - wanted.logits[n]!)).toBeLessThan(BAR));
    expectMaps(full.heatmaps, wanted.cams[score]!);
  });

  it.each([['NAV', PHASES], ['AV', ['A', 'V']]] as const)('cross-attention over %s', async (name, phases) => {
    const { full } = await read('cross-attention', phases, 'logit');
    const wanted = golden['cross-attention'][name];
    full.scores[0]!.logits.forEach((z, n) => expect(Math.abs(z - wanted.logits[n]!)).toBeLessThan(BAR));
    expectMaps(full.heatmaps, wanted.cams.logit);
  });
});

describe('occlusion', () => {
  it('equals plain repetition in PyTorch, eight windows at a time', async () => {
    const { pack, full, ...rest } = await read('occluded', PHASES, 'logit');
    expect(full.heatmaps).toEqual([]);
    const targets = unexplained(pack.manifest, full.scores);
    const monitor = monitorOf();
    const maps = await occlusionMaps({ ...rest, targets, lesions: new Map(), monitor });
    if (!maps.ok) throw new Error(maps.issue.code);
    expect(maps.value.every(({ method, rows, stridePx }) => method === 'occlusion' && rows === 7 && stridePx === 32)).toBe(true);
    // A map is relative to its largest fall, which float32 knows to 1e-6 of a logit only; the falls themselves are compared.
    for (const heatmap of maps.value) {
      const falls = golden.occluded[heatmap.classIndex === 0 ? '0' : '1'][heatmap.phase]!;
      const largest = Math.max(...falls);
      const apart = Math.max(...falls.map((fall, n) => Math.abs(fall - heatmap.map[n]! * largest)));
      expect(apart, `class ${heatmap.classIndex}, phase ${heatmap.phase}`).toBeLessThan(2e-6);
    }
    expect(maps.value).toHaveLength(6);
    expect(monitor.told.at(-1)).toBe(1);
    expect(monitor.told.every((fraction, n) => n === 0 || fraction >= monitor.told[n - 1]!)).toBe(true);
  });

  it('can be stopped between batches', async () => {
    const { pack, full, ...rest } = await read('occluded', PHASES, 'logit');
    const monitor = monitorOf(2);
    const maps = await occlusionMaps({ ...rest, targets: unexplained(pack.manifest, full.scores), lesions: new Map(), monitor });
    expect(maps).toMatchObject({ ok: false, issue: { code: 'cancelled' } });
    expect(monitor.told).toHaveLength(2);
  });
});
