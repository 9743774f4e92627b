import { describe, expect, it } from 'vitest';
import type { NetworkEngine } from '../core/ports';
import type { Issue } from '../core/issue';
import { issue } from '../core/issue';
import { failure, success } from '../core/result';
import { writeNpy } from '../core/npy';
import { sha256, openPack, type Pack } from '../packs/open-pack';
import { tinyManifest, tinyPack } from '../packs/fixtures/tiny-pack';
import { fallingEngine } from './falling-engine';
import { openNodeEngine } from './ort-node';

async function pack(...source: Parameters<typeof tinyPack>): Promise<Pack> {
  const opened = await openPack(tinyPack(...source));
  if (!opened.ok) throw new Error(opened.issue.code);
  return opened.value;
}

describe('Node engine', () => {
  it('opens, self-tests and runs a network', async () => {
    const engine = openNodeEngine(await pack(), 1);
    const runner = await engine.open('fine.onnx');
    if (!runner.ok) throw new Error(JSON.stringify(runner.issue));
    const image = { shape: [2, 1, 32, 32], data: new Float32Array(2048).fill(1) };
    const answer = await runner.value.run({ image });
    if (!answer.ok) throw new Error(JSON.stringify(answer.issue));
    expect(answer.value.logits!.shape).toEqual([2, 3, 32, 32]);
    // Weights and biases of make.py.
    expect([0, 1024, 2048].map((at) => answer.value.logits!.data[at])).toEqual([0, -2.5, 0]);
    await engine.release();
  });

  it('refuses a network whose stored answer does not come out', async () => {
    const wrong = writeNpy({ shape: [1, 2], data: Float32Array.of(0.2, 0.1) });
    const manifest = tinyManifest();
    Object.assign(manifest.files.find((file) => file.path === 'logits.npy')!, { bytes: wrong.length, sha256: await sha256(wrong) });
    const engine = openNodeEngine(await pack(manifest, { 'logits.npy': wrong }), 1);
    expect(await engine.open('classify.onnx')).toMatchObject({
      ok: false,
      issue: { code: 'pack-self-test-failed', where: 'classify.onnx', data: { output: 'logits', difference: 0.2 } },
    });
  });

  it('says by name when an input is missing', async () => {
    const engine = openNodeEngine(await pack(), 1);
    const runner = await engine.open('whole.onnx');
    if (!runner.ok) throw new Error(runner.issue.code);
    expect(await runner.value.run({})).toMatchObject({ ok: false, issue: { code: 'internal-error', where: 'whole.onnx' } });
  });
});

describe('fallingEngine', () => {
  const answer = { out: { shape: [1], data: Float32Array.of(7) } };
  const engine = (backend: string, opens: boolean, runs: boolean): NetworkEngine => ({
    backend, threads: 1,
    open: (file) => Promise.resolve(opens
      ? success({ run: () => Promise.resolve(runs ? success(answer) : failure(issue('internal-error', 'error', file))) })
      : failure(issue('pack-self-test-failed', 'error', file))),
    release: () => Promise.resolve(),
  });

  it.each([['opened', false, true], ['run', true, false]] as const)('moves on for good when a network cannot be %s', async (_, opens, runs) => {
    const told: Issue[] = [];
    const falling = fallingEngine(engine('webgpu', opens, runs), () => Promise.resolve(engine('wasm', true, true)), (one) => told.push(one));
    const runner = await falling.open('a.onnx');
    if (!runner.ok) throw new Error(runner.issue.code);
    expect(await runner.value.run({})).toEqual(success(answer));
    await runner.value.run({});
    expect(falling.backend).toBe('wasm');
    expect(told).toEqual([issue('backend-fallback', 'note', undefined, { from: 'webgpu', to: 'wasm' })]);
  });

  it('runs on the other by the time it is told, also when a lost device is never let go', async () => {
    const named: string[] = [];
    const lost = { ...engine('webgpu', false, true), release: () => new Promise<never>(() => undefined) };
    const falling: NetworkEngine = fallingEngine(lost, () => Promise.resolve(engine('wasm', true, true)), () => named.push(falling.backend));
    expect((await falling.open('a.onnx')).ok).toBe(true);
    expect(named).toEqual(['wasm']);
  });

  it('stays when all is well, and reports what fails on both', async () => {
    const well = fallingEngine(engine('webgpu', true, true), () => Promise.reject(new Error('not wanted')), () => undefined);
    expect((await well.open('a.onnx')).ok).toBe(true);
    expect(well.backend).toBe('webgpu');
    const ill = fallingEngine(engine('webgpu', false, true), () => Promise.resolve(engine('wasm', false, true)), () => undefined);
    expect(await ill.open('a.onnx')).toMatchObject({ ok: false, issue: { code: 'pack-self-test-failed' } });
  });
});
