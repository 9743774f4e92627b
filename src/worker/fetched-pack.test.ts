import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Issue } from '../core/issue';
import { openPack, sha256 } from '../packs/open-pack';
import { fixture, tinyManifest } from '../packs/fixtures/tiny-pack';
import { fetchedPack } from './fetched-pack';

/** The part of Cache Storage that is used, in memory; Node has none. */
class MemoryCaches {
  readonly held = new Map<string, Uint8Array<ArrayBuffer>>();
  full = false;
  open(): Promise<object> {
    return Promise.resolve({
      match: (key: string) => Promise.resolve(this.held.has(key) ? new Response(this.held.get(key)) : undefined),
      put: async (key: string, answer: Response) => {
        if (this.full) throw new DOMException('full', 'QuotaExceededError');
        this.held.set(key, new Uint8Array(await answer.arrayBuffer()));
      },
      delete: (key: string) => Promise.resolve(this.held.delete(key)),
    });
  }
}

describe('a pack at an address', () => {
  let server: Server;
  let base: string;
  let asked: string[];
  let memory: MemoryCaches;
  let answers: Map<string, { readonly body: Uint8Array | string; readonly type: string }>;

  beforeEach(async () => {
    asked = [];
    answers = new Map([['/pack/manifest.json', { body: JSON.stringify(tinyManifest()), type: 'application/json' }]]);
    for (const { path } of tinyManifest().files) answers.set(`/pack/${path}`, { body: fixture(path), type: 'application/octet-stream' });
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const answer = answers.get(request.url ?? '');
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.type ?? 'text/plain' });
      response.end(answer?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    base = `http://localhost:${(server.address() as AddressInfo).port}/pack/`;
    memory = new MemoryCaches();
    Object.assign(globalThis, { caches: memory });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'caches');
    server.close();
  });

  async function opened(onIssue: (met: Issue) => void = () => undefined) {
    let bytes = 0;
    const pack = await openPack(fetchedPack(base, (more) => (bytes += more), onIssue));
    if (!pack.ok) throw new Error(pack.issue.code);
    return { pack: pack.value, bytes: () => bytes };
  }

  it('fetches each file once, keeps it by its sum, and needs no network for it at the next visit', async () => {
    const first = await opened();
    const [a, b] = await Promise.all([first.pack.bytes('whole.onnx'), first.pack.bytes('whole.onnx')]);
    expect(a.ok && b.ok).toBe(true);
    expect(asked).toEqual(['/pack/manifest.json', '/pack/whole.onnx']);
    expect(first.bytes()).toBe(fixture('whole.onnx').length);
    expect([...memory.held.keys()]).toEqual([`${base}weights/${await sha256(fixture('whole.onnx'))}`]);
    const second = await opened();
    expect((await second.pack.bytes('whole.onnx')).ok).toBe(true);
    expect(second.bytes()).toBe(0);
  });

  it('fetches anew what was damaged in the store', async () => {
    const { pack } = await opened();
    await pack.bytes('whole.onnx');
    for (const key of memory.held.keys()) memory.held.set(key, new Uint8Array(3));
    expect((await (await opened()).pack.bytes('whole.onnx')).ok).toBe(true);
  });

  it('never keeps a file that the manifest does not want', async () => {
    answers.set('/pack/whole.onnx', { body: fixture('whole.onnx').map((byte) => byte ^ 1), type: 'application/octet-stream' });
    const { pack } = await opened();
    expect(await pack.bytes('whole.onnx')).toMatchObject({ ok: false, issue: { code: 'pack-file-checksum' } });
    expect(memory.held.size).toBe(0);
  });

  it('goes on without room to keep it, and says so once', async () => {
    memory.full = true;
    const told: string[] = [];
    const { pack } = await opened((met) => told.push(met.code));
    expect((await pack.bytes('whole.onnx')).ok && (await pack.bytes('fine.onnx')).ok).toBe(true);
    expect(told).toEqual(['storage-full']);
  });

  it.each([
    ['a missing file', () => answers.delete('/pack/whole.onnx')],
    ['the front page in its place', () => answers.set('/pack/whole.onnx', { body: '<html>', type: 'text/html' })],
  ])('refuses %s by name', async (_, spoil) => {
    spoil();
    const { pack } = await opened();
    expect(await pack.bytes('whole.onnx')).toEqual({ ok: false, issue: { code: 'pack-file-missing', severity: 'error', where: 'whole.onnx' } });
  });

  it('says that there is no manifest when nothing answers', async () => {
    server.close();
    expect(await openPack(fetchedPack('http://localhost:1/pack/', () => undefined, () => undefined))).toMatchObject({ ok: false, issue: { code: 'pack-manifest-missing' } });
  });
});
