import { afterEach, expect, it, vi } from 'vitest';
import { FrameQueue } from './frame-queue';

afterEach(() => vi.unstubAllGlobals());

it('draws in turn, over as many frames as it takes, and nobody waits for ever', () => {
  let clock = 0;
  let frames: (() => void)[] = [];
  vi.stubGlobal('performance', { now: () => clock });
  vi.stubGlobal('requestAnimationFrame', (act: () => void) => frames.push(act));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
  const nextFrame = (): void => frames.splice(0).forEach((act) => act());
  const drawn: string[] = [];
  const queue = new FrameQueue<string>((one) => {
    drawn.push(one);
    clock += 10;
  });
  const all = ['a', 'n', 'v'];
  queue.add(all);
  queue.add(all);
  expect(frames).toHaveLength(1);
  nextFrame();
  expect(drawn.splice(0)).toEqual(['a', 'n']);
  // The one left over comes first though all are asked for again.
  queue.add(all);
  nextFrame();
  expect(drawn.splice(0)).toEqual(['v', 'a']);
  nextFrame();
  expect(drawn.splice(0)).toEqual(['n']);
  expect(frames).toEqual([]);
  queue.add(all);
  queue.clear();
  nextFrame();
  expect(drawn).toEqual([]);
});
