import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseEvent } from './protocol';
import { startStudyWorker } from './start';

/** A worker that never answers. */
class SilentWorker extends EventTarget {
  static last: SilentWorker | null = null;
  constructor() {
    super();
    SilentWorker.last = this;
  }
  postMessage(_message: unknown, transfer: readonly MessagePort[] = []): void {
    for (const port of transfer) port.close();
  }
  terminate(): void {
    return;
  }
}

afterEach(() => vi.unstubAllGlobals());

describe('study worker', () => {
  it('tells of a crash as the failure of what was asked for last', () => {
    vi.stubGlobal('Worker', SilentWorker);
    const { study } = startStudyWorker();
    const heard: CaseEvent[] = [];
    void study.setup({ packUrl: '', threads: 1, backend: 'auto' }, (event) => heard.push(event));
    void study.open(3, []);
    SilentWorker.last?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    void study.analyse(3, { runId: 7, phases: {}, preset: null, patient: { ageYears: null, sex: '' } });
    SilentWorker.last?.dispatchEvent(new Event('messageerror'));
    expect(heard).toMatchObject([
      { kind: 'failed', caseId: 3, issue: { code: 'internal-error', data: { message: 'out of memory' } } },
      { kind: 'failed', caseId: 3, runId: 7, issue: { code: 'internal-error', data: { message: 'messageerror' } } },
    ]);
    expect(heard[0]).not.toHaveProperty('runId');
  });
});
