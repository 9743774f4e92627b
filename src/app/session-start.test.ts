import { expect, it, vi } from 'vitest';
import { openFiles, startSession } from './session';

const link = vi.hoisted(() => {
  // The store asks for the languages of the browser as soon as it is there.
  vi.stubGlobal('navigator', { languages: ['en'] });
  let resolve = (): void => undefined;
  const ready = new Promise<void>((done) => (resolve = done));
  return { ready, begin: () => resolve(), asked: [] as string[] };
});

vi.mock('./worker-link', () => ({
  startWorker: async () => {
    await link.ready;
    const noted = (what: string) => (): void => void link.asked.push(what);
    return { study: { usePack: noted('pack'), open: noted('study') }, stop: () => undefined };
  },
}));

it('keeps what was dropped before the worker was there, in its order', async () => {
  const starting = startSession();
  openFiles([new File(['{}'], 'manifest.json'), new File(['x'], 'a.onnx')]);
  openFiles([new File(['x'], 'a.dcm')]);
  expect(link.asked).toEqual([]);
  link.begin();
  await starting;
  await Promise.resolve();
  expect(link.asked).toEqual(['pack', 'study']);
});
