import { afterEach, describe, expect, it, vi } from 'vitest';

/** One lock for several tabs, as a browser has it. */
class Locks {
  private taken: (() => void) | null = null;
  request(_name: string, { steal = false }: { steal?: boolean }, hold: (lock: object | null) => Promise<void> | undefined): Promise<void> {
    if (this.taken && !steal) return Promise.resolve(hold(null));
    this.taken?.();
    return new Promise((resolve, reject) => {
      const mine = (): void => reject(new Error('stolen'));
      this.taken = mine;
      void hold({})?.then(() => {
        if (this.taken === mine) this.taken = null;
        resolve();
      });
    });
  }
  query(): Promise<{ held: { name: string }[] }> {
    return Promise.resolve({ held: this.taken ? [{ name: 'renalens-kept-case' }] : [] });
  }
}

/** A module of its own stands for a tab of its own. */
async function tab(): Promise<typeof import('./one-keeper')> {
  vi.resetModules();
  return import('./one-keeper');
}

afterEach(() => vi.unstubAllGlobals());

describe('the tab that keeps its case', () => {
  it('is one at a time, until it leaves the place or another takes it', async () => {
    vi.stubGlobal('navigator', { locks: new Locks() });
    const [first, second] = [await tab(), await tab()];
    const [firstLost, secondLost] = [vi.fn(), vi.fn()];
    expect(await first.becomeKeeper(firstLost)).toBe(true);
    expect(await first.becomeKeeper(firstLost)).toBe(true);
    expect([await first.isKeptElsewhere(), await second.isKeptElsewhere()]).toEqual([false, true]);
    expect(await second.becomeKeeper(secondLost)).toBe(false);

    first.stopKeeping();
    await vi.waitFor(async () => expect(await second.isKeptElsewhere()).toBe(false));
    expect(await second.becomeKeeper(secondLost)).toBe(true);
    expect(firstLost).not.toHaveBeenCalled();

    expect(await first.becomeKeeper(firstLost, true)).toBe(true);
    await vi.waitFor(() => expect(secondLost).toHaveBeenCalledOnce());
    expect(await second.isKeptElsewhere()).toBe(true);
  });

  it('is whoever asks where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    const only = await tab();
    expect(await only.becomeKeeper(vi.fn())).toBe(true);
    expect(await only.isKeptElsewhere()).toBe(false);
  });
});
