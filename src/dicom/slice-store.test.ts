import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Slice } from './slice';
import { SliceStore } from './slice-store';

const COLUMNS = 3;

/** A slice of three samples as far as the store looks at it. */
function slice(seriesInstanceUid: string): Slice {
  return { object: { studyInstanceUid: '1', seriesInstanceUid }, pixels: { format: { rows: 1, columns: COLUMNS, samplesPerPixel: 1 } } } as Slice;
}

function fill(store: SliceStore, one: Slice, value: number): void {
  store.place(one)!.fill(value);
}

describe('slices in shared memory', () => {
  it('become volumes where they lie, in whatever order they came and whatever volumes they make', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }), fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (volumes, dice) => {
        const store = new SliceStore(true, 1e9);
        const slices = volumes.map(() => slice('1.2'));
        slices.forEach((one, n) => fill(store, one, n));
        // Volume 3 is none: its slices belong nowhere and stay readable.
        const made = [0, 1, 2].flatMap((volume) => {
          const members = slices.filter((_, n) => volumes[n] === volume);
          const shuffled = [...members].sort((a, b) => dice[slices.indexOf(a)]! - dice[slices.indexOf(b)]!);
          return shuffled.length === 0 ? [] : [{ shuffled, hu: store.asVolume(shuffled)! }];
        });
        for (const { shuffled, hu } of made) {
          expect(hu.buffer).toBeInstanceOf(SharedArrayBuffer);
          expect([...hu]).toEqual(shuffled.flatMap((one) => new Array<number>(COLUMNS).fill(slices.indexOf(one))));
        }
        slices.forEach((one, n) => expect(store.get(one)?.[0]).toBe(volumes[n] === 3 ? n : undefined));
      }),
      { numRuns: 200 },
    );
  });

  it('of two series are kept apart, and a volume of both has to be copied', () => {
    const store = new SliceStore(true, 1e9);
    const [a, b] = [slice('1.2'), slice('1.3')];
    fill(store, a, 5);
    fill(store, b, 6);
    expect(store.asVolume([a, b])).toBeNull();
    expect([...store.asVolume([b])!]).toEqual([6, 6, 6]);
    expect([...store.get(a)!]).toEqual([5, 5, 5]);
  });

  it('have memory of their own where none is shared', () => {
    const store = new SliceStore(false, 1e9);
    const one = slice('1.2');
    fill(store, one, 7);
    expect(store.get(one)?.buffer).toBeInstanceOf(ArrayBuffer);
    expect(store.asVolume([one])).toBeNull();
    store.drop(one);
    expect(store.get(one)).toBeUndefined();
  });

  it('are kept up to a limit', () => {
    const store = new SliceStore(true, 2 * COLUMNS);
    expect(store.place(slice('1.2'))).not.toBeNull();
    expect(store.place(slice('1.2'))).toBeNull();
  });
});
