import { parseGallery, type Gallery, type GalleryCase } from '../core/gallery';
import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';

const CACHE = 'renalens-samples';

/** The gallery of this site; an empty one when the site carries none. Issue codes: unreadable-file. */
export async function fetchGallery(): Promise<Result<Gallery>> {
  try {
    const response = await fetch(new URL('samples/index.json', document.baseURI), { cache: 'no-cache' });
    if (response.status === 404) return success({ schema: 'renalens-gallery/1', cases: [] });
    return parseGallery(await response.json());
  } catch {
    return failure(issue('unreadable-file', 'error', 'samples/index.json'));
  }
}

/**
 * The files of a case, checked by size and SHA-256 and kept for the next visit.
 * @param onProgress called with 0 to 1 as bytes arrive
 * @returns issue codes: unreadable-file (not fetched, or other bytes than the gallery says), cancelled
 */
export async function fetchCase(one: GalleryCase, onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<Result<readonly File[]>> {
  const files: File[] = [];
  let before = 0;
  for (const { path, bytes, sha256 } of one.files) {
    const name = `samples/${one.id}/${path}`;
    try {
      const url = new URL(name, document.baseURI);
      url.searchParams.set('v', sha256.slice(0, 12));
      const kept = await keptBytes(url);
      const data = kept ?? (await download(url, bytes, (got) => onProgress((before + got) / one.sizeBytes), signal));
      if (data.length !== bytes || (await hex(data)) !== sha256) return failure(issue('unreadable-file', 'error', name, { reason: 'checksum' }));
      if (!kept) await keep(url, data);
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

async function hex(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Cache Storage may be absent or full; then the case is simply fetched again. */
async function keptBytes(url: URL): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const match = await (await caches.open(CACHE)).match(url);
    return match ? new Uint8Array(await match.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

async function keep(url: URL, data: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(url, new Response(data));
  } catch {
    // Not kept: the next visit fetches it again.
  }
}
