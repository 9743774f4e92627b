import { describe, expect, it } from 'vitest';
import { success } from '../core/result';
import type { PixelFormat } from '../dicom/pixel-format';
import { decodePool, type DecodeAnswer, type DecodeMessage, type DecodeRequest, type DecodeThread } from './decode-pool';

const FORMAT: PixelFormat = { rows: 1, columns: 2, frames: 1, samplesPerPixel: 1, photometric: 'MONOCHROME2', planar: false, bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true };

interface Entry {
  thread: DecodeThread;
  readonly asked: DecodeRequest[];
  readonly prepared: DecodeMessage[];
  ended: boolean;
}

/** Threads that answer when told to. */
function fakeThreads(): { start: () => DecodeThread; threads: Entry[] } {
  const threads: Entry[] = [];
  const start = (): DecodeThread => {
    const entry: Entry = { asked: [], prepared: [], ended: false, thread: null as unknown as DecodeThread };
    entry.thread = { postMessage: (message) => { if ('id' in message) entry.asked.push(message); else entry.prepared.push(message); }, terminate: () => (entry.ended = true), onmessage: null, onerror: null };
    threads.push(entry);
    return entry.thread;
  };
  return { start, threads };
}

const answer = (thread: DecodeThread, data: DecodeAnswer): void => thread.onmessage?.({ data } as MessageEvent<DecodeAnswer>);

describe('decoding threads', () => {
  it('are started ahead, each with the decoder that will be needed, once', () => {
    const { start, threads } = fakeThreads();
    const pool = decodePool(start, 2);
    pool.prepare('htj2k');
    pool.prepare('htj2k');
    expect(threads.map(({ prepared }) => prepared)).toEqual([[{ prepare: 'htj2k' }], [{ prepare: 'htj2k' }]]);
  });

  it('share the frames and answer each its own', async () => {
    const { start, threads } = fakeThreads();
    const pool = decodePool(start, 2);
    const bytes = Uint8Array.of(9, 8, 7, 6);
    const frames = [pool.decode(bytes.subarray(1, 3), 'jpeg-ls', FORMAT), pool.decode(bytes, 'jpeg-ls', FORMAT), pool.decode(bytes, 'jpeg-ls', FORMAT)];
    expect(threads.map(({ asked }) => asked.length)).toEqual([2, 1]);
    expect([...threads[0]!.asked[0]!.bytes]).toEqual([8, 7]);
    expect(threads[0]!.asked[0]!.bytes.buffer.byteLength).toBe(2);
    for (const { thread, asked } of threads) for (const { id } of asked) answer(thread, { id, result: success(Int16Array.of(id)) });
    const values = await Promise.all(frames);
    expect(values.map((frame) => (frame.ok ? frame.value[0] : null))).toEqual([0, 1, 2]);
  });

  it('are replaced when they fail, and only their frames are lost', async () => {
    const { start, threads } = fakeThreads();
    const pool = decodePool(start, 2);
    const [lost, kept] = [pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT), pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT)];
    threads[0]!.thread.onerror?.({} as ErrorEvent);
    answer(threads[1]!.thread, { id: 1, result: success(Int16Array.of(5)) });
    expect(await lost).toMatchObject({ ok: false, issue: { code: 'decode-failed' } });
    expect(await kept).toMatchObject({ ok: true });
    expect(threads[0]!.ended).toBe(true);
    const again = pool.decode(new Uint8Array(2), 'jpeg-2000', FORMAT);
    expect(threads.length).toBe(3);
    answer(threads[2]!.thread, { id: 2, result: success(Int16Array.of(6)) });
    expect(await again).toMatchObject({ ok: true });
  });
});
