import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../core/presets';
import { readNpy } from '../core/npy';
import type { ReadPhase } from '../core/phase';
import type { Heatmap, Patch } from '../core/reading';
import { success } from '../core/result';
import { openNodeEngine } from '../inference/ort-node';
import { readManifest } from '../packs/read-manifest';
import { wireFields } from '../packs/protobuf';
import { randomStream } from '../phantom/random';
import { formulaPatch } from '../packs/fixtures/head-pack';
import { readAllPhases } from './classify';

/**
 * A picture that explains a network must change when the network forgets what it learned (Adebayo 2018). The weights of the
 * default pack's classifier are shuffled within each tensor, from the head downwards, in the ONNX bytes themselves.
 */
const PACK = 'public/models/renalens-demo';

/** Field numbers of onnx.proto: the graph, its initialisers, and of a tensor its type, name and raw bytes. */
const GRAPH = 7;
const INITIALIZER = 5;
const TENSOR = { type: 2, name: 8, raw: 9 } as const;

/** Shuffles every weight tensor whose name fits, in place; the number of weights that moved. */
function shuffle(model: Uint8Array, fits: (name: string) => boolean, seed: number): number {
  const random = randomStream(seed);
  const graph = wireFields(wireFields(model)?.find(({ id }) => id === GRAPH)?.bytes ?? model) ?? [];
  let moved = 0;
  for (const { id, bytes } of graph) {
    if (id !== INITIALIZER || bytes === null) continue;
    const fields = wireFields(bytes) ?? [];
    const of = (field: number): Uint8Array => fields.find((one) => one.id === field)?.bytes ?? new Uint8Array(0);
    const raw = of(TENSOR.raw);
    // float32 is 1, float16 is 10; anything else is no weight.
    const width = { 1: 4, 10: 2 }[fields.find((one) => one.id === TENSOR.type)?.varint ?? 0];
    if (width === undefined || raw.length < 64 * width || !fits(new TextDecoder().decode(of(TENSOR.name)))) continue;
    const count = raw.length / width;
    for (let n = count - 1; n > 0; n -= 1) {
      const other = Math.floor(random.uniform() * (n + 1));
      for (let b = 0; b < width; b += 1) [raw[n * width + b], raw[other * width + b]] = [raw[other * width + b]!, raw[n * width + b]!];
    }
    moved += count;
  }
  return moved;
}

function stored(file: string, phase: ReadPhase): Patch {
  const tensor = readNpy(new Uint8Array(readFileSync(`${PACK}/${file}`)), file);
  if (!tensor.ok) throw new Error(file);
  return { ...formulaPatch(0, phase), tensor: tensor.value.data };
}

/** The malignancy network's maps on its stored patches, after its weights were shuffled. */
async function mapsAfter(fits: (name: string) => boolean): Promise<{ readonly maps: readonly Heatmap[]; readonly moved: number }> {
  const manifest = readManifest(readFileSync(`${PACK}/manifest.json`, 'utf8'));
  if (!manifest.ok) throw new Error(manifest.issue.code);
  const [model] = manifest.value.classifiers;
  const untested = { ...model! };
  // Its stored answer is that of the network as it learned.
  Reflect.deleteProperty(untested, 'selfTest');
  const bytes = new Uint8Array(readFileSync(`${PACK}/${untested.file}`));
  const moved = shuffle(bytes, fits, 11);
  const pack = { manifest: { ...manifest.value, classifiers: [untested] }, sha256: '', bytes: () => Promise.resolve(success(bytes)) };
  const engine = openNodeEngine(pack, 1);
  const patches = [stored('classifier.native.npy', 'N'), stored('classifier.enhanced.npy', 'A'), stored('classifier.enhanced.npy', 'V')];
  const full = await readAllPhases({ manifest: pack.manifest, engine, patches, constants: PRESETS.paper, lesions: new Map(), normalisation: 'maximum' });
  await engine.release();
  if (!full.ok) throw new Error(JSON.stringify(full.issue));
  return { maps: full.value.heatmaps, moved };
}

/** Ranks with ties shared. */
function ranks(values: ArrayLike<number>): readonly number[] {
  const order = Array.from(values, (value, n) => ({ value, n })).sort((a, b) => a.value - b.value);
  const out = new Array<number>(order.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]!.value === order[from]!.value) to += 1;
    for (let k = from; k <= to; k += 1) out[order[k]!.n] = (from + to) / 2;
    from = to + 1;
  }
  return out;
}

/** Spearman's rank correlation; 0 for a map without any difference in it. */
function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  const product = (p: readonly number[], q: readonly number[]): number => p.reduce((sum, value, n) => sum + (value - mean) * (q[n]! - mean), 0);
  const scale = Math.sqrt(product(x, x) * product(y, y));
  return scale === 0 ? 0 : product(x, y) / scale;
}

describe('heatmaps of a network that has forgotten', () => {
  it('are others, the more of it is shuffled', async () => {
    const learned = await mapsAfter(() => false);
    expect(learned.moved).toBe(0);
    const alike = async (fits: (name: string) => boolean): Promise<number> => {
      const { maps, moved } = await mapsAfter(fits);
      expect(moved).toBeGreaterThan(10_000);
      const each = maps.map((map, n) => rankCorrelation(map.map, learned.maps[n]!.map));
      return each.reduce((sum, x) => sum + x, 0) / each.length;
    };
    expect(await alike((name) => !/trunk/.test(name))).toBeLessThan(0.5);
    expect(await alike((name) => !/trunk\.(conv1|layer1|layer2)/.test(name))).toBeLessThan(0.5);
    expect(await alike(() => true)).toBeLessThan(0.3);
  });
});
