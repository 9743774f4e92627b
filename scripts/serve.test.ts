import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, productionHeaders } from './headers.mjs';
import { servePage } from './serve.mjs';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let folder = '';
let server: Server;

/** One request with its path sent exactly as written: a fetch would tidy up the dots. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const port = (server.address() as AddressInfo).port;
    const sent = request({ host: 'localhost', port, path, method: options.method ?? 'GET', agent: false, headers: { ...options.headers, ...(options.body === undefined ? {} : { 'Content-Length': String(options.body.length) }) } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }));
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const script = 'export const text = "kidney";\n'.repeat(200);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renalens-serve-'));
  mkdirSync(join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'dist/assets/a-1.js'), script);
  writeFileSync(join(folder, 'secret.txt'), 'not for you');
  server = servePage({ root: join(folder, 'dist') });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the server of the built page', () => {
  it('sends every production header with pages, assets and refusals alike', async () => {
    for (const path of ['/', '/assets/a-1.js', '/missing']) {
      const { headers } = await ask(path);
      for (const [name, value] of Object.entries(productionHeaders)) expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
    }
  });

  it('takes nothing in', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) expect((await ask('/', { method, body: 'a study' })).status).toBe(405);
  });

  it('stays within its folder and survives odd addresses', async () => {
    for (const path of ['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/%00', '/%', '/assets', '//secret.txt', '/\\..\\secret.txt']) {
      const { status, body } = await ask(path);
      expect(status, path).toBe(404);
      expect(body.toString()).not.toContain('not for you');
    }
    expect((await ask('/')).status).toBe(200);
  });

  it('compresses what gains by it, and only when asked', async () => {
    const packed = await ask('/assets/a-1.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(script.length / 4);
    expect(gunzipSync(packed.body).toString()).toBe(script);
    const plain = await ask('/assets/a-1.js');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(script);
  });

  it('answers 304 without a body for a known tag, and a new tag once the file changes', async () => {
    const first = await ask('/');
    const tag = first.headers.etag!;
    const again = await ask('/', { headers: { 'If-None-Match': tag } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><title>another page</title>');
    const changed = await ask('/', { headers: { 'If-None-Match': tag } });
    expect(changed.status).toBe(200);
    expect(changed.body.toString()).toContain('another page');
  });

  it('lets only hashed names be kept for ever', async () => {
    expect((await ask('/assets/a-1.js')).headers['cache-control']).toContain('immutable');
    expect((await ask('/')).headers['cache-control']).toBe('no-cache');
  });
});

it('docs/hosting.md gives the headers that are sent', () => {
  const hosting = readFileSync(join(import.meta.dirname, '..', 'docs', 'hosting.md'), 'utf8');
  expect(hosting.split(contentSecurityPolicy).length - 1).toBe(3);
  for (const [name, value] of Object.entries(productionHeaders)) {
    expect(hosting).toContain(`add_header ${name} "${value}" always;`);
    expect(hosting).toContain(`Header always set ${name} "${value}"`);
    expect(hosting).toContain(`  ${name}: ${value}\n`);
  }
});
