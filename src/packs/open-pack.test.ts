import { describe, expect, it } from 'vitest';
import { constantsOf } from '../core/pack-constants';
import { fixture, tinyManifest, tinyPack } from './fixtures/tiny-pack';
import { openPack, verifyPack, type PackSource } from './open-pack';

/** Opens and reads everything; the code of the refusal, or 'ok'. */
async function outcome(source: PackSource): Promise<{ readonly code: string; readonly where?: string; readonly data?: object }> {
  const pack = await openPack(source);
  if (!pack.ok) return pack.issue;
  const all = await verifyPack(pack.value);
  return all.ok ? { code: 'ok' } : all.issue;
}

type Manifest = ReturnType<typeof tinyManifest>;

function spoiled(change: (manifest: Manifest) => void): PackSource {
  const manifest = tinyManifest();
  change(manifest);
  return tinyPack(manifest);
}

describe('openPack', () => {
  it('accepts a sound pack and hands out its files', async () => {
    expect(await outcome(tinyPack())).toEqual({ code: 'ok' });
    const pack = await openPack(tinyPack());
    if (!pack.ok) throw new Error(pack.issue.code);
    expect(pack.value.manifest.classifiers.map((model) => model.task)).toEqual(['malignancy', 'aggressiveness']);
    expect(pack.value.manifest.segmentation).toMatchObject({ kind: 'slices', join: { massThresholds: { low: 0.5, high: 0.7 } } });
    const bytes = await pack.value.bytes('whole.onnx');
    expect(bytes.ok && bytes.value.length).toBe(fixture('whole.onnx').length);
    expect(await pack.value.bytes('elsewhere.onnx')).toMatchObject({ ok: false, issue: { code: 'pack-file-not-listed' } });
  });

  it.each<[string, PackSource, string, object]>([
    ['no manifest', tinyPack(undefined, { 'manifest.json': null }), 'pack-manifest-missing', {}],
    ['a folder of pickles', { list: ['best.pt'], read: () => Promise.reject(new Error('never read')) }, 'pack-pickle', { where: 'best.pt' }],
    ['no JSON', tinyPack(undefined, { 'manifest.json': new TextEncoder().encode('{"schema":') }), 'pack-manifest-invalid', { data: { field: 'manifest.json', expected: 'JSON' } }],
    ['a JSON list', tinyPack([]), 'pack-schema-unknown', {}],
    ['another schema', spoiled((m) => (m.schema = 'renalens-pack/2')), 'pack-schema-unknown', { data: { schema: 'renalens-pack/2' } }],
    ['an unknown name', spoiled((m) => Object.assign(m, { extra: 1 })), 'pack-manifest-invalid', { data: { field: 'extra' } }],
    ['a missing licence', spoiled((m) => Object.assign(m, { licence: null })), 'pack-manifest-invalid', { data: { field: 'licence.spdx' } }],
    ['classes in the wrong order', spoiled((m) => m.classifiers[0]!.classes.reverse()), 'pack-manifest-invalid', { data: { field: 'classifiers[0].classes' } }],
    ['a wrong patch', spoiled((m) => (m.preprocessing.constants.patch = 112)), 'pack-manifest-invalid', { data: { field: 'classifiers[0].inputs[0].shape' } }],
    ['a constant out of range', spoiled((m) => (m.preprocessing.constants.window = [500, -500])), 'pack-manifest-invalid', { data: { field: 'preprocessing.constants.window' } }],
    ['an unknown constant', spoiled((m) => (m.preprocessing.constants.cropmm = 120)), 'pack-manifest-invalid', { data: { field: 'preprocessing.constants.cropmm' } }],
    ['borrowed status', spoiled((m) => (m.status = 'authors')), 'pack-manifest-invalid', { data: { field: 'status' } }],
    ['stages of two pixels', spoiled((m) => (m.segmentation.stages[1]!.pixelMm = 2)), 'pack-manifest-invalid', { data: { field: 'segmentation.stages[1].pixelMm' } }],
    ['a path upwards', spoiled((m) => (m.files[0]!.path = '../classify.onnx')), 'pack-manifest-invalid', { data: { field: 'files[0].path' } }],
    ['an address', spoiled((m) => (m.files[0]!.path = 'https://example.org/x.onnx')), 'pack-manifest-invalid', { data: { field: 'files[0].path' } }],
    ['a listed pickle', spoiled((m) => m.files.push({ path: 'a.pkl', bytes: 1, sha256: '0'.repeat(64), role: 'card' })), 'pack-pickle', { where: 'a.pkl' }],
    ['a file that is not listed', spoiled((m) => m.files.shift()), 'pack-file-not-listed', { where: 'classify.onnx' }],
    ['a missing file', tinyPack(undefined, { 'fine.onnx': null }), 'pack-file-missing', { where: 'fine.onnx' }],
    ['a short file', tinyPack(undefined, { 'fine.onnx': fixture('fine.onnx').slice(0, -1) }), 'pack-file-size', { where: 'fine.onnx' }],
    ['a changed file', tinyPack(undefined, { 'fine.onnx': fixture('fine.onnx').map((byte, n) => (n === 100 ? byte ^ 1 : byte)) }), 'pack-file-checksum', { where: 'fine.onnx' }],
    ['another output name', spoiled((m) => (m.segmentation.stages[0]!.outputs[0]!.name = 'answer')), 'pack-shape-mismatch', { where: 'whole.onnx', data: { name: 'answer', found: 'nothing' } }],
    ['a fixed batch', spoiled((m) => (m.segmentation.stages[0]!.inputs[0]!.shape[0] = 1)), 'pack-shape-mismatch', { where: 'whole.onnx', data: { expected: 'float32 [1, 1, 64, 72]', found: 'float32 [dynamic, 1, 64, 72]' } }],
    ['Grad-CAM without a gradient', spoiled((m) => m.classifiers.forEach((c) => c.outputs.pop())), 'pack-manifest-invalid', { data: { field: 'classifiers[0].cam.kind' } }],
    ['a window finer than its step', spoiled((m) => m.classifiers.forEach((c) => Object.assign(c.cam, { kind: 'none', stride: 32, windowPx: 8 }))), 'pack-manifest-invalid', { data: { field: 'classifiers[0].cam.windowPx' } }],
    ['a cover of single pixels', spoiled((m) => m.classifiers.forEach((c) => Object.assign(c.cam, { kind: 'none', stride: 1 }))), 'pack-manifest-invalid', { data: { field: 'classifiers[0].cam.stride' } }],
    ['an input left out', spoiled((m) => m.classifiers.forEach((c) => c.inputs.shift())), 'pack-shape-mismatch', { where: 'classify.onnx', data: { name: 'n' } }],
  ])('refuses %s', async (_, source, code, more) => {
    expect(await outcome(source)).toMatchObject({ code, ...more });
  });

  it('refuses an operator that the runtime does not have, by name', async () => {
    // 'Conv' and 'Foo8' have different lengths; the same length keeps the file's structure.
    const bytes = fixture('whole.onnx');
    const at = Buffer.from(bytes).indexOf('Conv');
    bytes.set(Buffer.from('Fooo'), at);
    const manifest = tinyManifest();
    const { createHash } = await import('node:crypto');
    manifest.files.find((file) => file.path === 'whole.onnx')!.sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await outcome(tinyPack(manifest, { 'whole.onnx': bytes }))).toMatchObject({ code: 'pack-operator-unsupported', data: { operators: 'Fooo' } });
  });
});

describe('constantsOf', () => {
  it('keeps only what the network was trained to see under the other preset', async () => {
    const manifest = tinyManifest();
    Object.assign(manifest.preprocessing.constants, { cropMm: 130, window: [-100, 300] });
    const pack = await openPack(tinyPack(manifest));
    if (!pack.ok) throw new Error(pack.issue.code);
    expect(constantsOf(pack.value.manifest, null)).toMatchObject({ cropMm: 130, windowHu: [-100, 300], clipHu: [-79, 304], padHu: -1024 });
    expect(constantsOf(pack.value.manifest, 'authors-code')).toMatchObject({ cropMm: 120, windowHu: [-100, 300], clipHu: [-79, 304], padHu: 0, sliceRule: 'centre' });
  });
});
