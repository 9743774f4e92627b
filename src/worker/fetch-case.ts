import { parseGallery, type Gallery, type GalleryCase, type GalleryFile } from '../core/gallery';
import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import { sha256 as sha256Of } from '../packs/open-pack';

const CACHE = 'renalens-samples';

/** The list as it was fetched last. It is kept with the first case that is, so that a browser without one holds nothing. */
let list: { readonly url: URL; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;

/**
 * The gallery of this site; an empty one when the site carries none. Without a network the list of the last visit, with
 * those cases that are held here. Issue codes: unreadable-file.
 */
export async function fetchGallery(): Promise<Result<Gallery>> {
  const url = new URL('samples/index.json', document.baseURI);
  try {
    const response = await fetch(url, { cache: 'no-cache' });
    if (response.status === 404) return success({ schema: 'renalens-gallery/1', cases: [] });
    if (!response.ok) throw new Error(String(response.status));
    const bytes = new Uint8Array(await response.arrayBuffer());
    list = { url, bytes };
    if (await hasStore()) await keep(url, bytes);
    return parseText(bytes);
  } catch {
    const kept = await keptBytes(url);
    const gallery = kept ? parseText(kept) : null;
    if (!gallery?.ok) return failure(issue('unreadable-file', 'error', 'samples/index.json'));
    const held = await Promise.all(gallery.value.cases.map((one) => Promise.all(one.files.map((file) => isKept(addressOf(one, file))))));
    return success({ ...gallery.value, cases: gallery.value.cases.filter((_, n) => held[n]?.every(Boolean)) }, gallery.issues);
  }
}

function parseText(bytes: Uint8Array): Result<Gallery> {
  return parseGallery(JSON.parse(new TextDecoder().decode(bytes)));
}

/** The hash in the address keeps an older file of the same name from being taken for this one. */
function addressOf(one: GalleryCase, file: GalleryFile): URL {
  const url = new URL(`samples/${one.id}/${file.path}`, document.baseURI);
  url.searchParams.set('v', file.sha256.slice(0, 12));
  return url;
}

/**
 * The files of a case, checked by size and SHA-256 and kept for the next visit.
 * @param onProgress called with 0 to 1 as bytes arrive
 * @returns issue codes: unreadable-file (not fetched, or other bytes than the gallery says), cancelled
 */
export async function fetchCase(one: GalleryCase, onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<Result<readonly File[]>> {
  const files: File[] = [];
  let before = 0;
  for (const file of one.files) {
    const { path, bytes, sha256 } = file;
    const name = `samples/${one.id}/${path}`;
    try {
      const url = addressOf(one, file);
      const kept = await keptBytes(url);
      const data = kept ?? (await download(url, bytes, (got) => onProgress((before + got) / one.sizeBytes), signal));
      if (data.length !== bytes || (await sha256Of(data)) !== sha256) return failure(issue('unreadable-file', 'error', name, { reason: 'checksum' }));
      // The reading need not wait for the store.
      if (!kept) void keep(url, data);
      if (!kept && list) void keep(list.url, list.bytes);
      files.push(new File([data], path.replaceAll('/', '_')));
      before += bytes;
      onProgress(before / one.sizeBytes);
    } catch {
      return failure(signal?.aborted ? issue('cancelled', 'note') : issue('unreadable-file', 'error', name));
    }
  }
  return success(files);
}

async function download(url: URL, bytes: number, onBytes: (got: number) => void, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok || !response.body) throw new Error(String(response.status));
  const out = new Uint8Array(bytes);
  const reader = response.body.getReader();
  let got = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (got + part.value.length > bytes) throw new Error('too long');
    out.set(part.value, got);
    got += part.value.length;
    onBytes(got);
  }
  return got === bytes ? out : out.subarray(0, got);
}

/** Cache Storage may be absent or full; then the case is simply fetched again. */
async function keptBytes(url: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const match = await caches.match(url, { cacheName: CACHE });
    return match ? new Uint8Array(await match.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

async function hasStore(): Promise<boolean> {
  try {
    return await caches.has(CACHE);
  } catch {
    return false;
  }
}

async function isKept(url: URL): Promise<boolean> {
  try {
    return (await caches.match(url, { cacheName: CACHE })) !== undefined;
  } catch {
    return false;
  }
}

async function keep(url: URL, data: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(url, new Response(data));
  } catch {
    // Not kept: the next visit fetches it again.
  }
}
