import { describe, expect, it } from 'vitest';
import { dropsInOrder } from './drop-files';

describe('dropsInOrder', () => {
  const walked = (): { readonly files: Promise<File[]>; readonly found: (name: string) => void; readonly failed: () => void } => {
    let found: (name: string) => void = () => undefined;
    let failed: () => void = () => undefined;
    const files = new Promise<File[]>((resolve, reject) => {
      found = (name) => resolve([new File([], name)]);
      failed = () => reject(new Error('not to be read'));
    });
    return { files, found, failed };
  };
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

  it('opens a small folder after a large one that was dropped before it', async () => {
    const told: string[] = [];
    const take = dropsInOrder((files) => told.push(...files.map(({ name }) => name)), () => told.push('refused'));
    const [large, small] = [walked(), walked()];
    take(large.files);
    take(small.files);
    small.found('small');
    await settled();
    expect(told).toEqual([]);
    large.found('large');
    await settled();
    expect(told).toEqual(['large', 'small']);
  });

  it('goes on after a drop that cannot be read', async () => {
    const told: string[] = [];
    const take = dropsInOrder((files) => told.push(...files.map(({ name }) => name)), () => told.push('refused'));
    const [broken, whole] = [walked(), walked()];
    take(broken.files);
    take(whole.files);
    broken.failed();
    whole.found('whole');
    await settled();
    expect(told).toEqual(['refused', 'whole']);
  });
});
