import { describe, expect, it } from 'vitest';
import { success } from '../../core/result';
import type { PixelFormat } from '../pixel-format';
import { decodePool, HANG_MS, type DecodeMessage, type DecodeRequest, type PoolHost, type ThreadListener } from './decode-pool';

const FORMAT: PixelFormat = { rows: 1, columns: 2, frames: 1, samplesPerPixel: 1, photometric: 'MONOCHROME2', planar: false, bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true };

interface Entry {
  readonly tells: ThreadListener;
  readonly asked: DecodeRequest[];
  readonly prepared: DecodeMessage[];
  ended: boolean;
}

/** Threads that answer when told to, and a clock that is set by hand. */
function fakeHost(): { host: PoolHost; threads: Entry[]; ticking: Map<object, () => void> } {
  const threads: Entry[] = [];
  const ticking = new Map<object, () => void>();
  const host: PoolHost = {
    start(listener) {
      const entry: Entry = { tells: listener, asked: [], prepared: [], ended: false };
      threads.push(entry);
      const post = (message: DecodeMessage): void => {
        if ('id' in message) entry.asked.push(message);
        else entry.prepared.push(message);
      };
      const end = (): void => {
        entry.ended = true;
      };
      return { post, end };
    },
    after(ms, act) {
      expect(ms).toBe(HANG_MS);
      const key = {};
      ticking.set(key, act);
      return () => ticking.delete(key);
    },
  };
  return { host, threads, ticking };
}

describe('decoding threads', () => {
  it('are started ahead, each with the decoder that will be needed, once', () => {
    const { host, threads } = fakeHost();
    const pool = decodePool(host, 2);
    pool.prepare('htj2k');
    pool.prepare('htj2k');
    expect(threads.map(({ prepared }) => prepared)).toEqual([[{ prepare: 'htj2k' }], [{ prepare: 'htj2k' }]]);
  });

  it('share the frames and answer each its own', async () => {
    const { host, threads } = fakeHost();
    const pool = decodePool(host, 2);
    const bytes = Uint8Array.of(9, 8, 7, 6);
    const frames = [pool.decode(bytes.subarray(1, 3), 'jpeg-ls', FORMAT), pool.decode(bytes, 'jpeg-ls', FORMAT), pool.decode(bytes, 'jpeg-ls', FORMAT)];
    expect(threads.map(({ asked }) => asked.length)).toEqual([2, 1]);
    expect([...threads[0]!.asked[0]!.bytes]).toEqual([8, 7]);
    expect(threads[0]!.asked[0]!.bytes.buffer.byteLength).toBe(2);
    for (const { tells, asked } of threads) for (const { id } of asked) tells.answered({ id, result: success(Int16Array.of(id)) });
    const values = await Promise.all(frames);
    expect(values.map((frame) => (frame.ok ? frame.value[0] : null))).toEqual([0, 1, 2]);
  });

  it('are replaced when they fail, and only their frames are lost', async () => {
    const { host, threads } = fakeHost();
    const pool = decodePool(host, 2);
    const [lost, kept] = [pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT), pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT)];
    threads[0]!.tells.failed();
    threads[1]!.tells.answered({ id: 1, result: success(Int16Array.of(5)) });
    expect(await lost).toMatchObject({ ok: false, issue: { code: 'decode-failed' } });
    expect(await kept).toMatchObject({ ok: true });
    expect(threads[0]!.ended).toBe(true);
    const again = pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT);
    expect(threads.length).toBe(3);
    threads[2]!.tells.answered({ id: 2, result: success(Int16Array.of(6)) });
    expect(await again).toMatchObject({ ok: true });
  });

  it('are ended when they do not answer, and what comes from them afterwards is not heard', async () => {
    const { host, threads, ticking } = fakeHost();
    const pool = decodePool(host, 1);
    const hung = pool.decode(new Uint8Array(2), 'jpeg-ls', FORMAT);
    expect(ticking.size).toBe(1);
    for (const act of [...ticking.values()]) act();
    expect(await hung).toMatchObject({ ok: false, issue: { code: 'decode-failed', data: { reason: 'thread' } } });
    expect([threads[0]!.ended, ticking.size]).toEqual([true, 0]);
    const next = pool.decode(new Uint8Array(2), 'jpeg-ls', FORMAT);
    threads[0]!.tells.failed();
    threads[1]!.tells.answered({ id: 1, result: success(Int16Array.of(3)) });
    expect(await next).toMatchObject({ ok: true });
    expect(ticking.size).toBe(0);
  });
});
