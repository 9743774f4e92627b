import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { NnunetSegmentation } from '../core/models';
import { readNpy } from '../core/npy';
import type { NetworkEngine, NetworkRunner } from '../core/ports';
import { success, type Result } from '../core/result';
import type { Volume } from '../core/volume';
import { openNodeEngine } from '../inference/ort-node';
import { readNifti } from '../nifti/read-nifti';
import { openPack, verifyPack } from '../packs/open-pack';
import { predictPlanes } from '../pipeline/nnunet/predict-planes';
import { prepareImage } from '../pipeline/nnunet/prepare-image';
import { segmentNnunet } from '../pipeline/nnunet/segment-nnunet';
import { cropToNonZero, tensorView } from '../pipeline/nnunet/tensor-view';
import { folderPack } from './folder-pack';
import { quietMonitor } from './quiet-monitor';

/** Written by training/reference/nnunet/make_golden.py from nnU-Net's own run of each case. */
const GOLDEN = 'training/reference/nnunet/golden';
/** The voxels compared are every so many-th of the network's grid; the rest is left out of the repository. */
const STRIDE = 11;
/** Added by the script to labels that hang on less than 1e-3. */
const DOUBTFUL = 100;

interface Recorded { readonly crop: string; readonly shape: readonly number[]; readonly stride: number }
const recorded = JSON.parse(readFileSync(`${GOLDEN}/golden.json`, 'utf8')) as Readonly<Record<string, Recorded>>;

const engines: NetworkEngine[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.release();
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.value;
}

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${GOLDEN}/${path}`));
const volumeOf = (path: string): Volume => must(readNifti(bytesOf(path), path)).volume;

async function openCase(name: string): Promise<{ readonly model: NnunetSegmentation; readonly engine: NetworkEngine; readonly volume: Volume }> {
  const pack = must(await openPack(await folderPack(`${GOLDEN}/${name}/pack`)));
  must(await verifyPack(pack));
  const model = pack.manifest.segmentation;
  if (model?.kind !== 'nnunet') throw new Error('no nnU-Net in the pack');
  const engine = openNodeEngine(pack, 2);
  engines.push(engine);
  return { model, engine, volume: volumeOf(`${recorded[name]!.crop}.nii.gz`) };
}

/** A network that answers from memory what it was asked before. */
function remembering(runner: NetworkRunner): NetworkRunner {
  const known = new Map<string, ReturnType<NetworkRunner['run']>>();
  return {
    async run(inputs) {
      const key = createHash('sha1').update(new Uint8Array(inputs.image!.data.buffer)).digest('hex');
      const answer = known.get(key) ?? runner.run(inputs);
      known.set(key, answer);
      const tensors = await answer;
      // The reader of tiles works on the answer in place.
      return tensors.ok ? success({ logits: { ...tensors.value.logits!, data: tensors.value.logits!.data.slice() } }) : tensors;
    },
  };
}

/** Largest difference between stored values and every STRIDE-th of ours, head by head. */
function largestGap(path: string, found: readonly Float32Array[]): number {
  const stored = must(readNpy(bytesOf(path), path)).data;
  const each = Math.ceil(found[0]!.length / STRIDE);
  expect(stored.length).toBe(each * found.length);
  let gap = 0;
  found.forEach((values, h) => {
    for (let n = 0; n < each; n += 1) gap = Math.max(gap, Math.abs(values[n * STRIDE]! - stored[h * each + n]!));
  });
  return gap;
}

describe('an nnU-Net against nnU-Net itself', () => {
  it('has a golden case in each folder', () => {
    expect(readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()).toEqual(Object.keys(recorded).sort());
  });

  it.each(Object.keys(recorded))('%s: image, logits and labels', async (name) => {
    const { model, engine, volume } = await openCase(name);
    const view = cropToNonZero(volume.hu, tensorView(volume.grid, model.axes));
    if (view === null) throw new Error('nothing but zeros');
    const image = prepareImage(volume.hu, view, model);
    expect(image.shape).toEqual(recorded[name]!.shape);
    expect(largestGap(`${name}/image.npy`, [image.data])).toBeLessThan(1e-4);
    const runners = await Promise.all(model.folds.map(async (fold) => remembering(must(await engine.open(fold.file)))));
    const planePx = image.shape[1] * image.shape[2];
    const heads = model.decision.kind === 'argmax' ? model.labels.length : model.decision.values.length;
    const logits = Array.from({ length: heads }, () => new Float32Array(image.shape[0] * planePx));
    must(await predictPlanes({
      image, model, runners, monitor: quietMonitor([]), progress: () => undefined,
      onPlane: (n, planes) => planes.forEach((plane, h) => logits[h]!.set(plane, n * planePx)),
    }));
    expect(largestGap(`${name}/logits.npy`, logits)).toBeLessThan(1e-3);
    const stored = volumeOf(`${name}/labels.nii.gz`).hu;
    // The same tiles again, from memory: what is to be seen is the way from the volume to the labels.
    const again: NetworkEngine = { ...engine, open: (file) => Promise.resolve(success(runners[model.folds.findIndex((fold) => fold.file === file)]!)) };
    const { labels } = must(await segmentNnunet({ volume, model, engine: again, monitor: quietMonitor([]) }));
    let compared = 0;
    let differing = 0;
    stored.forEach((label, at) => {
      if (label >= DOUBTFUL) return;
      compared += 1;
      if (labels[at] !== label) differing += 1;
    });
    expect(new Set(stored).size).toBeGreaterThan(2);
    expect(compared).toBeGreaterThan(0.99 * stored.length);
    expect(differing / compared).toBeLessThanOrEqual(1e-4);
  });
});
