import type { KeptFile, KeptVersion, OfflineAnswer, OfflineRequest } from './kept-files';

/**
 * Holds one whole version of the site for use without a network and adds the isolation and policy headers for hosts
 * that cannot set them. It answers from what it holds, asks its own origin for the rest, and speaks to no one else.
 * A version is fetched, checked by SHA-256 and stored in full before it replaces the one before; a page that began with
 * the old version keeps it. It stores no study; a gallery case that was opened is kept by fetch-case.ts. Source: docs/adr/0005-service-worker.md.
 */
declare const KEPT_VERSION: KeptVersion;

/** The part of the service worker's scope that is used here; the DOM library does not know it. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { includeUncontrolled: boolean }): Promise<readonly { postMessage(answer: OfflineAnswer): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(kind: 'fetch', listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
  addEventListener(
    kind: 'message',
    listener: (event: { readonly data: OfflineRequest; readonly source: { postMessage(answer: OfflineAnswer): void } | null; waitUntil(work: Promise<unknown>): void }) => void,
  ): void;
}

const scope = globalThis as unknown as WorkerScope;
const site = KEPT_VERSION;
const SITE_CACHE = `renalens-site-${site.version}`;
const PARALLEL_FETCHES = 4;
/** Builds of the network runtime that this browser never asks for: one suspends natively, one is rewritten to, both want a GPU interface. */
const RUNTIME_NOT_USED_HERE = !('gpu' in navigator) ? /\.(jspi|asyncify)[-.]/ : 'Suspending' in WebAssembly ? /\.asyncify[-.]/ : /\.jspi[-.]/;
const files = site.files.filter((file) => !RUNTIME_NOT_USED_HERE.test(file.path));
const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
const addressOf = (path: string): string => new URL(path, scope.registration.scope).href;
const kept = new Map(files.map((file) => [addressOf(file.path), file]));
const shell = addressOf('index.html');

/** A copy of an answer with our headers on it. Its body is passed on as it is, decoded. */
function withHeaders(answer: Response): Response {
  if (answer.type === 'opaque' || answer.status === 0) return answer;
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(site.headers)) headers.set(name, value);
  if (headers.has('Content-Encoding')) for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name);
  const empty = answer.status === 204 || answer.status === 304;
  return new Response(empty ? null : answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

/** The file's bytes when they are what the build said, or an exception that ends the installation. */
async function fetchChecked(file: KeptFile): Promise<Response> {
  // Hashed names may come from the browser's own cache, all others are asked for afresh: one download per version.
  const answer = await fetch(addressOf(file.path), { cache: file.path.startsWith('assets/') ? 'default' : 'no-cache', credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${file.path}: status ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (sha256 !== file.sha256) throw new Error(`${file.path}: not the file of this version`);
  const type = answer.headers.get('Content-Type') ?? 'application/octet-stream';
  return new Response(bytes, { headers: { 'Content-Type': type, 'Content-Length': String(bytes.byteLength), 'X-Content-Sha256': sha256 } });
}

/** The same file out of an earlier version, so that an update fetches only what changed. */
async function fromEarlierVersion(file: KeptFile): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith('renalens-site-')) continue;
    const answer = await (await caches.open(name)).match(addressOf(file.path));
    if (answer?.headers.get('X-Content-Sha256') === file.sha256) return answer;
  }
  return undefined;
}

async function tell(answer: OfflineAnswer): Promise<void> {
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true })) client.postMessage(answer);
}

async function install(): Promise<void> {
  const cache = await caches.open(SITE_CACHE);
  const waiting = [...files];
  let heldBytes = 0;
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await cache.put(addressOf(file.path), (await fromEarlierVersion(file)) ?? (await fetchChecked(file)));
      heldBytes += file.bytes;
      await tell({ kind: 'progress', heldBytes, totalBytes });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_FETCHES }, work));
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith('renalens-site-') && name !== SITE_CACHE) await caches.delete(name);
  await scope.clients.claim();
}

/** Whether every file of this version is held; storage can be cleared behind our back. */
async function ready(): Promise<boolean> {
  const held = new Set((await (await caches.open(SITE_CACHE)).keys()).map((request) => request.url));
  return files.every((file) => held.has(addressOf(file.path)));
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const address = `${url.origin}${url.pathname}`;
  const isPage = request.mode === 'navigate' && (address === scope.registration.scope || address === shell);
  const name = isPage ? shell : address;
  const held = kept.has(name) ? await (await caches.open(SITE_CACHE)).match(name) : undefined;
  if (held) return withHeaders(request.method === 'HEAD' ? new Response(null, { headers: held.headers }) : held);
  try {
    return withHeaders(await fetch(request));
  } catch {
    return Response.error();
  }
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const ours = new URL(request.url).origin === new URL(scope.registration.scope).origin;
  // Anything with a body, and any other host, is left to the browser and so to the policy, which refuses it.
  if (ours && (request.method === 'GET' || request.method === 'HEAD')) event.respondWith(answer(request));
});
scope.addEventListener('message', (event) => {
  const reply = (told: OfflineAnswer): void => event.source?.postMessage(told);
  const { data } = event;
  if (data.kind === 'take-over') event.waitUntil(scope.skipWaiting());
  else event.waitUntil(ready().then((isReady) => reply({ kind: 'status', ready: isReady, version: site.version, totalBytes })));
});
