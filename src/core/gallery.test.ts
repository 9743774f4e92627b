import { describe, expect, it } from 'vitest';
import { parseGallery } from './gallery';

const words = { en: 'a', zh: 'b', de: 'c' };
const one = {
  id: 'case-1', origin: 'shipped', title: words, tryThis: words, known: null, inTraining: false,
  licence: { name: 'CC BY 4.0', url: 'x' }, citation: 'x', doi: '10.1/x', changes: words,
  files: [{ path: 'a.zip', bytes: 5, sha256: 'a'.repeat(64) }, { path: 'b.zip', bytes: 6, sha256: 'b'.repeat(64) }], volumes: [],
};

describe('parseGallery', () => {
  it('reads a case and sums its size', () => {
    const read = parseGallery({ schema: 'renalens-gallery/1', cases: [one] });
    expect(read).toMatchObject({ ok: true, value: { cases: [{ id: 'case-1', sizeBytes: 11 }] } });
  });

  it('keeps the good cases and names the bad', () => {
    const bad = [
      { ...one, id: '../up' }, { ...one, title: { en: 'a' } }, { ...one, files: [] }, { ...one, origin: 'else' },
      { ...one, files: [{ path: '../../x', bytes: 1, sha256: 'a'.repeat(64) }] }, { ...one, files: [{ path: 'x', bytes: 1, sha256: 'q' }] }, 7,
    ];
    const read = parseGallery({ schema: 'renalens-gallery/1', cases: [...bad, one] });
    if (!read.ok) throw new Error('refused');
    expect(read.value.cases).toHaveLength(1);
    expect(read.issues).toHaveLength(bad.length);
  });

  it('refuses another schema', () => {
    for (const value of [null, [], {}, { schema: 'other/1', cases: [] }, { schema: 'renalens-gallery/1', cases: {} }]) {
      expect(parseGallery(value).ok).toBe(false);
    }
  });
});
