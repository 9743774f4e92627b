import { deflateSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { expandSources } from './expand-sources';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function source(name: string, bytes: Uint8Array): ByteSource & { readonly reads: [number, number][] } {
  const reads: [number, number][] = [];
  return {
    name,
    sizeBytes: bytes.length,
    reads,
    read: (from, to) => {
      reads.push([from, to]);
      return Promise.resolve(bytes.slice(from, to));
    },
  };
}

async function expand(...sources: readonly ByteSource[]): Promise<{ files: Record<string, ByteSource>; issues: Issue[] }> {
  const issues: Issue[] = [];
  const monitor: Monitor = {
    progress: () => undefined,
    issue: (met) => void issues.push(met),
    cancelled: () => false,
    nowMs: () => 0,
    breathe: () => Promise.resolve(),
  };
  const expanded = await expandSources(sources, monitor);
  if (!expanded.ok) throw new Error(expanded.issue.code);
  return { files: Object.fromEntries(expanded.value.map((file) => [file.name, file])), issues };
}

const whole = async (file: ByteSource | undefined): Promise<string> => new TextDecoder().decode(await file!.read(0, file!.sizeBytes));

/** A zip64 archive of stored or deflated entries: every short field is full, the true values lie in the extra fields. */
function zip64(entries: readonly { readonly name: string; readonly data: Uint8Array; readonly deflate: boolean }[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const push = (list: Uint8Array[], bytes: Uint8Array): number => list.push(bytes) && bytes.length;
  const record = (size: number, fields: readonly (readonly [at: number, width: 2 | 4 | 8, value: number])[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(size));
    for (const [at, width, value] of fields) {
      if (width === 8) view.setBigUint64(at, BigInt(value), true);
      else if (width === 4) view.setUint32(at, value, true);
      else view.setUint16(at, value, true);
    }
    return new Uint8Array(view.buffer);
  };
  for (const { name, data, deflate } of entries) {
    const body = deflate ? deflateSync(data) : data;
    const method = deflate ? 8 : 0;
    const label = utf8(name);
    const headerOffset = offset;
    offset += push(parts, record(30, [[0, 4, 0x04034b50], [8, 2, method], [18, 4, 0xffffffff], [22, 4, 0xffffffff], [26, 2, label.length], [28, 2, 20]]));
    offset += push(parts, label);
    offset += push(parts, record(20, [[0, 2, 1], [2, 2, 16], [4, 8, data.length], [12, 8, body.length]]));
    offset += push(parts, body);
    push(central, record(46, [[0, 4, 0x02014b50], [8, 2, 0x800], [10, 2, method], [20, 4, 0xffffffff], [24, 4, 0xffffffff], [28, 2, label.length], [30, 2, 28], [42, 4, 0xffffffff]]));
    push(central, label);
    push(central, record(28, [[0, 2, 1], [2, 2, 24], [4, 8, data.length], [12, 8, body.length], [20, 8, headerOffset]]));
  }
  const centralBytes = central.reduce((sum, part) => sum + part.length, 0);
  const end = record(56, [[0, 4, 0x06064b50], [4, 8, 44], [24, 8, entries.length], [32, 8, entries.length], [40, 8, centralBytes], [48, 8, offset]]);
  const locator = record(20, [[0, 4, 0x07064b50], [8, 8, offset + centralBytes], [16, 4, 1]]);
  const old = record(22, [[0, 4, 0x06054b50], [8, 2, 0xffff], [10, 2, 0xffff], [12, 4, 0xffffffff], [16, 4, 0xffffffff]]);
  const all = [...parts, ...central, end, locator, old];
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

describe('a zip archive', () => {
  const text = 'slice '.repeat(50_000);

  it('is known by content and read by range, deflated and stored', async () => {
    const archive = source('disc', zipSync({ 'DICOM/IM1': [utf8(text), { level: 6 }], 'DICOM/IM2': [utf8(text), { level: 0 }], '__MACOSX/._IM1': utf8('x'), 'folder/': new Uint8Array() }));
    const { files, issues } = await expand(archive, source('plain', utf8('PK is how this text starts, nothing more')));
    expect(Object.keys(files)).toEqual(['disc/DICOM/IM1', 'disc/DICOM/IM2', 'plain']);
    expect(issues).toEqual([]);
    for (const name of ['disc/DICOM/IM1', 'disc/DICOM/IM2']) {
      expect(files[name]!.sizeBytes).toBe(text.length);
      expect(await whole(files[name])).toBe(text);
      expect(new TextDecoder().decode(await files[name]!.read(6, 17))).toBe('slice slice');
    }
    const before = archive.reads.length;
    await files['disc/DICOM/IM2']!.read(100, 200);
    expect(archive.reads.slice(before).reduce((sum, [from, to]) => sum + to - from, 0)).toBeLessThan(200);
  });

  it('may be zip64', async () => {
    const bytes = zip64([{ name: 'ä/IM1', data: utf8(text), deflate: true }, { name: 'IM2', data: utf8('two'), deflate: false }]);
    const { files } = await expand(source('z', bytes));
    expect(Object.keys(files)).toEqual(['z/ä/IM1', 'z/IM2']);
    expect(await whole(files['z/ä/IM1'])).toBe(text);
    expect(await whole(files['z/IM2'])).toBe('two');
  });

  it('is opened within another once and not again', async () => {
    const innermost = zipSync({ c: utf8('deep') });
    const inner = zipSync({ b: utf8('inside'), 'innermost.zip': innermost });
    const { files, issues } = await expand(source('outer.zip', zipSync({ 'inner.zip': inner, a: utf8('outside') })));
    expect(Object.keys(files).sort()).toEqual(['outer.zip/a', 'outer.zip/inner.zip/b']);
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['archive-unreadable', 'outer.zip/inner.zip/innermost.zip']]);
    expect(await whole(files['outer.zip/inner.zip/b'])).toBe('inside');
  });

  it('is refused by name when damaged, and the other files stay', async () => {
    const bytes = zipSync({ a: utf8(text) });
    const { files, issues } = await expand(source('cut.zip', bytes.subarray(0, bytes.length - 30)), source('other', utf8('x'.repeat(30))));
    expect(Object.keys(files)).toEqual(['other']);
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['archive-unreadable', 'cut.zip']]);
  });

  it('gives fewer bytes than declared rather than an exception when an entry is damaged', async () => {
    const bytes = zipSync({ a: utf8(text) });
    bytes.fill(0xff, 40, 400);
    const { files } = await expand(source('z', bytes));
    expect((await files['z/a']!.read(0, text.length)).length).toBeLessThan(text.length);
  });

  it('cannot be a bomb: entries that share bytes and sizes beyond every study are refused', async () => {
    const shared = zip64([{ name: 'a', data: utf8(text), deflate: true }]);
    const view = new DataView(shared.buffer);
    // The central directory's compressed size, grown beyond the archive.
    const at = shared.length - 22 - 20 - 56 - 28;
    view.setBigUint64(at + 12, 1_000_000n, true);
    const huge = zip64([{ name: 'a', data: utf8(text), deflate: true }]);
    new DataView(huge.buffer).setBigUint64(at + 4, 2n ** 40n, true);
    const { files, issues } = await expand(source('shared', shared), source('huge', huge));
    expect(files).toEqual({});
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['archive-too-large', 'shared'], ['archive-too-large', 'huge']]);
  });

  it('names encrypted entries', async () => {
    const bytes = zipSync({ a: utf8('secret'), b: utf8('open') });
    const central = new TextDecoder('latin1').decode(bytes).indexOf('PK\x01\x02');
    bytes[central + 8] = 1;
    const { files, issues } = await expand(source('z', bytes));
    expect(Object.keys(files)).toEqual(['z/b']);
    expect(issues.map(({ code, data }) => [code, data?.['reason']])).toEqual([['archive-unreadable', 'encrypted']]);
  });
});
