/** A case that this origin holds, as public/samples/index.json lists it. */
export interface SampleEntry {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Cases of this origin; empty when there are none. */
export async function listSamples(): Promise<readonly SampleEntry[]> {
  try {
    const answer = await fetch(new URL('samples/index.json', document.baseURI));
    if (!answer.ok) return [];
    return readIndex(await answer.json());
  } catch {
    return [];
  }
}

function readIndex(index: unknown): SampleEntry[] {
  const list = typeof index === 'object' && index !== null && 'samples' in index ? index.samples : index;
  if (!Array.isArray(list)) return [];
  return list.filter(isEntry);
}

function isEntry(entry: unknown): entry is SampleEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const e = entry as Partial<Record<keyof SampleEntry, unknown>>;
  return typeof e.id === 'string' && typeof e.title === 'string' && typeof e.licence === 'string' && typeof e.bytes === 'number' && Array.isArray(e.files);
}

/** Fetches a case of this origin; throws when a file does not come. */
export async function fetchSample(entry: SampleEntry, onProgress: (fraction: number) => void): Promise<File[]> {
  const files: File[] = [];
  for (const [n, path] of entry.files.entries()) {
    const answer = await fetch(new URL(`samples/${path}`, document.baseURI));
    if (!answer.ok) throw new Error(path);
    files.push(new File([await answer.arrayBuffer()], path.split('/').at(-1) ?? path));
    onProgress((n + 1) / entry.files.length);
  }
  return files;
}

/** Paints the phantom in a worker and gives it as DICOM files. */
export async function paintPhantom(onProgress: (fraction: number) => void): Promise<File[]> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) return [new File([new Uint8Array(1)], 'fake.dcm')];
  const { paintSample } = await import('../worker/start');
  return paintSample(onProgress);
}
