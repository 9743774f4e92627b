import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseEvent } from './protocol';
import { PATIENCE_MS, startStudyWorker } from './start';

/** A worker that never answers. */
class SilentWorker extends EventTarget {
  static last: SilentWorker | null = null;
  terminated = false;
  constructor() {
    super();
    SilentWorker.last = this;
  }
  postMessage(_message: unknown, transfer: readonly MessagePort[] = []): void {
    for (const port of transfer) port.close();
  }
  terminate(): void {
    this.terminated = true;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('study worker', () => {
  it('tells of a crash as the failure of what was asked for last', () => {
    vi.stubGlobal('Worker', SilentWorker);
    const { study } = startStudyWorker();
    const heard: CaseEvent[] = [];
    void study.setup({ packUrl: '', threads: 1, backend: 'auto' }, (event) => heard.push(event));
    void study.open(3, []);
    SilentWorker.last?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    void study.analyse(3, { runId: 7, phases: {}, preset: null, align: true, patient: { ageYears: null, sex: '' } });
    SilentWorker.last?.dispatchEvent(new Event('messageerror'));
    expect(heard).toMatchObject([
      { kind: 'failed', caseId: 3, issue: { code: 'internal-error', data: { message: 'out of memory' } } },
      { kind: 'failed', caseId: 3, runId: 7, issue: { code: 'internal-error', data: { message: 'messageerror' } } },
    ]);
    expect(heard[0]).not.toHaveProperty('runId');
  });

  it('starts another worker, sets it up and tells of it when one ended by itself', async () => {
    /** A worker that answers every call, as Comlink does. */
    class AnsweringWorker extends SilentWorker {
      static readonly all: AnsweringWorker[] = [];
      readonly calls: string[] = [];
      constructor() {
        super();
        AnsweringWorker.all.push(this);
      }
      override postMessage(message: { id?: string; path?: readonly string[] }, transfer: readonly MessagePort[] = []): void {
        super.postMessage(message, transfer);
        this.calls.push(message.path?.join('.') ?? '');
        queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('message'), { data: { id: message.id, type: 'RAW', value: undefined } })));
      }
    }
    const freed = new Map<string, () => void>();
    vi.stubGlobal('Worker', AnsweringWorker);
    vi.stubGlobal('navigator', { locks: { request: (name: string) => new Promise<void>((resolve) => freed.set(name, resolve)) } });
    const { study, stop } = startStudyWorker();
    const heard: CaseEvent[] = [];
    await study.setup({ packUrl: '', threads: 1, backend: 'auto' }, (event) => heard.push(event));
    await vi.waitFor(() => expect(freed.size).toBe(1));
    // The lock is waited for by the page only when the worker has said that it holds it.
    expect(AnsweringWorker.all[0]?.calls[0]).toBe('nameHeld');
    for (const free of freed.values()) free();
    await vi.waitFor(() => expect(heard).toEqual([{ kind: 'worker-lost' }]));
    await study.close();
    const [first, second] = AnsweringWorker.all;
    expect(first?.calls).toEqual(expect.arrayContaining(['setup']));
    expect(second?.calls).toEqual(expect.arrayContaining(['setup', 'close']));

    await vi.waitFor(() => expect(freed.size).toBe(2));
    stop();
    for (const free of freed.values()) free();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(AnsweringWorker.all).toHaveLength(2);
  });

  it.each([
    ['is told as stopped', null, { kind: 'worker-lost', onStop: true }],
    ['is told as lost when it was to open a study since', 'open', { kind: 'worker-lost' }],
    ['is told as lost when it was to join series since', 'join', { kind: 'worker-lost' }],
  ] as const)('ends a worker that does not answer a stop; that %s', async (_, askedSince, told) => {
    vi.useFakeTimers();
    vi.stubGlobal('Worker', SilentWorker);
    const { study } = startStudyWorker();
    const hung = SilentWorker.last!;
    const heard: CaseEvent[] = [];
    void study.setup({ packUrl: '', threads: 1, backend: 'auto' }, (event) => heard.push(event));
    void study.analyse(3, { runId: 7, phases: {}, preset: null, align: true, patient: { ageYears: null, sex: '' } });
    const cancelled = study.cancel();
    if (askedSince === 'open') void study.open(4, []);
    if (askedSince === 'join') void study.join(4, 3, []);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(hung.terminated).toBe(false);
    expect(heard).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await cancelled;
    expect(hung.terminated).toBe(true);
    expect(SilentWorker.last).not.toBe(hung);
    expect(heard).toEqual([told]);
    // Stop pressed twice ends one worker, not its successor.
    void study.cancel();
    void study.cancel();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(heard).toHaveLength(2);
  });
});
