import { describe, expect, it } from 'vitest';
import type { NnunetSegmentation } from '../core/models';
import { tinyManifest, tinyPack } from './fixtures/tiny-pack';
import { openPack, verifyPack } from './open-pack';

const PATCH = [64, 72];

/** The tiny pack's first network as a 2-D nnU-Net of one fold; `change` spoils it. */
function segmentation(change: Record<string, unknown> = {}): Record<string, unknown> {
  const fold = {
    id: 'fold-0', file: 'whole.onnx',
    inputs: [{ name: 'image', shape: [1, 1, ...PATCH], dtype: 'float32' }],
    outputs: [{ name: 'logits', shape: [1, 3, ...PATCH], dtype: 'float32' }],
  };
  return {
    kind: 'nnunet', id: 'net', phases: ['A', 'V'], framework: 'nnunet-v2', configuration: '2d', axes: 'SAR', spacingMm: [null, 1.5, 1.5], patchPx: PATCH,
    intensity: { clipHu: [-79, 304], meanHu: 101, sdHu: 76.9 },
    resampling: { image: { order: 3, orderZ: 0, separateZ: null }, output: { order: 1, orderZ: 0, separateZ: null } },
    tileStep: 0.5, mirrorAxes: [0, 1], decision: { kind: 'argmax' }, labels: ['background', 'kidney', 'tumour'],
    postprocessing: [{ values: [1, 2], connectivity: 26 }], folds: [fold], ...change,
  };
}

async function outcome(change: Record<string, unknown> = {}): Promise<unknown> {
  const manifest = { ...tinyManifest(), segmentation: segmentation(change), classifiers: [] };
  const pack = await openPack(tinyPack(manifest));
  if (!pack.ok) return pack.issue;
  const whole = await verifyPack(pack.value);
  return whole.ok ? pack.value.manifest.segmentation : whole.issue;
}

const shaped = (input: readonly number[], output: readonly number[]) => ({
  folds: [{ id: 'fold-0', file: 'whole.onnx', inputs: [{ name: 'image', shape: input, dtype: 'float32' }], outputs: [{ name: 'logits', shape: output, dtype: 'float32' }] }],
});

describe('a manifest with an nnU-Net', () => {
  it('is read with its plans', async () => {
    // The fixture's first axis is open, so its shape differs from a fixed one; the manifest itself is sound.
    expect(await outcome()).toMatchObject({ code: 'pack-shape-mismatch', data: { expected: 'float32 [1, 1, 64, 72]', found: 'float32 [dynamic, 1, 64, 72]' } });
    const open = { folds: [{ id: 'fold-0', file: 'whole.onnx', inputs: [{ name: 'image', shape: ['batch', 1, ...PATCH], dtype: 'float32' }], outputs: [{ name: 'logits', shape: ['batch', 3, ...PATCH], dtype: 'float32' }] }] };
    expect(await outcome(open)).toMatchObject({ code: 'pack-manifest-invalid', data: { field: 'segmentation.folds[0].inputs' } });
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['plans of a 2-D model given as 3-D', { configuration: '3d_fullres' }, { code: 'pack-network-dimensions', where: 'segmentation.patchPx', data: { stated: 3, found: 2 } }],
    ['a 3-D network under 2-D plans', shaped([1, 1, 16, ...PATCH], [1, 3, 16, ...PATCH]), { code: 'pack-network-dimensions', where: 'whole.onnx', data: { stated: 2, found: 3 } }],
    [
      'a 2-D file under 3-D plans',
      { configuration: '3d_lowres', patchPx: [16, ...PATCH], spacingMm: [2, 2, 2], ...shaped([1, 1, 16, ...PATCH], [1, 3, 16, ...PATCH]) },
      { code: 'pack-network-dimensions', where: 'whole.onnx', data: { stated: 3, found: 2 } },
    ],
    ['two axes of one direction', { axes: 'SIR' }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.axes' } }],
    ['no kidney', { labels: ['background', 'other', 'tumour'] }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.labels' } }],
    ['heads that do not fit the labels', { labels: ['background', 'kidney', 'tumour', 'cyst'] }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.folds[0].outputs' } }],
    ['a region that writes background', { decision: { kind: 'regions', values: [1, 2, 0] } }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.decision.values[2]' } }],
    ['outputs resampled by cubic splines', { resampling: { image: { order: 3, orderZ: 0 }, output: { order: 3, orderZ: 0 } } }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.resampling.output.order' } }],
    ['a mirrored axis that is not there', { mirrorAxes: [0, 2] }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.mirrorAxes[1]' } }],
    ["a cascade's second stage", { configuration: '3d_cascade_fullres' }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.configuration', expected: 'one of 2d, 3d_lowres, 3d_fullres' } }],
    ['several images at once', shaped([1, 2, ...PATCH], [1, 3, ...PATCH]), { code: 'pack-manifest-invalid', data: { field: 'segmentation.folds[0].inputs', expected: 'shape [1, 1, 64, 72]' } }],
    ['a kind that nobody knows', { kind: 'monai' }, { code: 'pack-manifest-invalid', data: { field: 'segmentation.kind' } }],
    ['a fold that is not listed', { folds: [{ ...(segmentation() as unknown as NnunetSegmentation).folds[0], file: 'fold-1.onnx' }] }, { code: 'pack-file-not-listed', where: 'fold-1.onnx' }],
  ])('refuses %s', async (_, change, issue) => {
    expect(await outcome(change)).toMatchObject(issue);
  });
});
