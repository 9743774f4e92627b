import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from './npy';

describe('npy', () => {
  it('reads what it writes, with a header on a 64-byte border', () => {
    const tensor = { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-9, NaN) };
    const bytes = writeNpy(tensor);
    expect((bytes.length - 24) % 64).toBe(0);
    expect(readNpy(bytes, 'x.npy')).toEqual({ ok: true, value: tensor, issues: [] });
  });

  it('writes a vector as numpy does', () => {
    expect(Buffer.from(writeNpy({ shape: [4], data: new Float32Array(4) })).toString('latin1', 10, 70)).toContain("'shape': (4,), }");
  });

  it.each([
    ['text', new TextEncoder().encode('not numpy at all')],
    ['a cut file', writeNpy({ shape: [4], data: new Float32Array(4) }).slice(0, -1)],
    ['a header alone', writeNpy({ shape: [4], data: new Float32Array(4) }).slice(0, 20)],
  ])('refuses %s', (_, bytes) => {
    expect(readNpy(bytes, 'x.npy')).toMatchObject({ ok: false, issue: { code: 'pack-manifest-invalid', data: { field: 'x.npy' } } });
  });
});
