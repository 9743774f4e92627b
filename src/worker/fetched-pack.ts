import { issue, type Issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import { sha256, type PackSource } from '../packs/open-pack';

/** Name of the Cache Storage that holds weights by content, across versions of the site and of the pack. */
const STORE = 'renalens-weights';

/** Size and sum of a listed file, as far as the manifest says; checked in earnest by `openPack`. */
interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A pack at an address of this origin. Files are kept in Cache Storage by their SHA-256 and used again without the
 * network when the manifest still wants them; what does not match is fetched anew. `onBytes` hears what came over the
 * network, `onIssue` hears `storage-full` once. Issue of a file that cannot be had: `pack-file-missing`.
 */
export function fetchedPack(baseUrl: string, onBytes: (bytes: number) => void, onIssue: (issue: Issue) => void): PackSource {
  let listed: readonly Listed[] = [];
  let storing = true;
  const keep = async (store: Cache, key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    try {
      await store.put(key, new Response(bytes));
    } catch {
      if (storing) onIssue(issue('storage-full', 'note'));
      storing = false;
    }
  };
  const read = async (path: string): Promise<Result<Uint8Array<ArrayBuffer>>> => {
    if (path === 'manifest.json') {
      const manifest = await fetchBytes(new URL(path, baseUrl).href, 'no-cache', () => undefined);
      if (manifest.ok) listed = listedFiles(manifest.value);
      return manifest;
    }
    const file = listed.find((candidate) => candidate.path === path);
    const address = new URL(path, baseUrl).href;
    if (file === undefined) return fetchBytes(address, 'default', onBytes);
    const store = await openStore();
    // An address of its own: the file's name may stay while its content changes.
    const key = new URL(`weights/${file.sha256}`, baseUrl).href;
    const kept = store === null ? null : await keptBytes(store, key, file.sha256);
    if (kept !== null) return success(kept);
    const fetched = await fetchBytes(address, 'default', onBytes);
    if (fetched.ok && store !== null && storing && (await sha256(fetched.value)) === file.sha256) await keep(store, key, fetched.value);
    return fetched;
  };
  // The same file may be wanted by the early fetch and by a network at once: one download serves both.
  const underWay = new Map<string, ReturnType<typeof read>>();
  return {
    list: null,
    read(path) {
      const known = underWay.get(path);
      if (known !== undefined) return known;
      const reading = read(path).finally(() => underWay.delete(path));
      underWay.set(path, reading);
      return reading;
    },
  };
}

/** Cache Storage is absent in some private windows; then every visit fetches. */
async function openStore(): Promise<Cache | null> {
  return 'caches' in globalThis ? caches.open(STORE).catch(() => null) : null;
}

async function keptBytes(store: Cache, key: string, wanted: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const answer = await store.match(key);
  if (answer === undefined) return null;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if ((await sha256(bytes)) === wanted) return bytes;
  await store.delete(key);
  return null;
}

async function fetchBytes(address: string, cache: RequestCache, onBytes: (bytes: number) => void): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const missing = failure<Uint8Array<ArrayBuffer>>(issue('pack-file-missing', 'error', address.slice(address.lastIndexOf('/') + 1)));
  try {
    const answer = await fetch(address, { cache });
    // A host that answers every address with its front page has no such file either.
    if (!answer.ok || answer.body === null || answer.headers.get('content-type')?.startsWith('text/html') === true) return missing;
    const parts: Uint8Array[] = [];
    let size = 0;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      onBytes(value.length);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return success(bytes);
  } catch {
    return missing;
  }
}

function listedFiles(manifest: Uint8Array): readonly Listed[] {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(manifest));
    const files: unknown = typeof document === 'object' && document !== null && 'files' in document ? document.files : [];
    return Array.isArray(files) ? files.filter(isListed) : [];
  } catch {
    return [];
  }
}

function isListed(value: unknown): value is Listed {
  if (typeof value !== 'object' || value === null) return false;
  const { path, bytes, sha256: sum } = value as Partial<Record<keyof Listed, unknown>>;
  return typeof path === 'string' && typeof bytes === 'number' && typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum);
}
