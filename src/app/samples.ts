import type { GalleryCase } from '../core/gallery';
import type { Issue } from '../core/issue';
import type { Result } from '../core/result';

/** Real cases that this origin holds; empty when there are none or the list cannot be read. */
export async function listSamples(): Promise<readonly GalleryCase[]> {
  const { fetchGallery } = await import('../worker/start');
  const gallery = await fetchGallery();
  return gallery.ok ? gallery.value.cases : [];
}

/** Files of a case of this origin, checked. */
export async function fetchSample(one: GalleryCase, onProgress: (fraction: number) => void): Promise<Result<readonly File[]>> {
  const { fetchCase } = await import('../worker/start');
  return fetchCase(one, onProgress);
}

/** Paints the phantom in workers and gives it as DICOM files; an issue when that fails. */
export async function paintPhantom(onProgress: (fraction: number) => void): Promise<Result<readonly File[]>> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    return { ok: true, value: [new File([new Uint8Array(1)], 'fake.dcm')], issues: [] };
  }
  const { paintSample } = await import('../worker/start');
  try {
    return { ok: true, value: await paintSample(onProgress), issues: [] };
  } catch (error) {
    const met: Issue = { code: 'internal-error', severity: 'error', data: { message: error instanceof Error ? error.message : String(error) } };
    return { ok: false, issue: met };
  }
}
