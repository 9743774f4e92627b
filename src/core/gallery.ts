import { issue } from './issue';
import { failure, success, type Result } from './result';

/** One text in the page's three languages. */
export type Localised = Readonly<Record<'en' | 'zh' | 'de', string>>;

/** One file of a case, beside its case.json. */
export interface GalleryFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A volume that the case holds, with the hash that `npm run inspect` prints for it. */
export interface GalleryVolume {
  readonly seriesInstanceUid: string;
  readonly volumeSha256: string;
}

/** A real case that one click reads: public/samples/<id>/case.json as index.json repeats it. */
export interface GalleryCase {
  /** Name of its folder below samples/. */
  readonly id: string;
  /** `shipped` lies in the repository; `fetched` came by `npm run samples:fetch` and is shown under that heading. */
  readonly origin: 'shipped' | 'fetched';
  readonly title: Localised;
  /** What can be tried, for the card. */
  readonly tryThis: Localised;
  /** What is known about the case, shown after the read; null when nothing beyond the files is. */
  readonly known: Localised | null;
  /** True when a network of the default pack was trained on it; the card then says so. */
  readonly inTraining: boolean;
  readonly licence: { readonly name: string; readonly url: string };
  readonly citation: string;
  readonly doi: string;
  /** What was changed against the source. */
  readonly changes: Localised;
  /** Sum of `files`, for the size shown before the click. */
  readonly sizeBytes: number;
  readonly files: readonly GalleryFile[];
  readonly volumes: readonly GalleryVolume[];
}

/** public/samples/index.json. */
export interface Gallery {
  readonly schema: 'renalens-gallery/1';
  readonly cases: readonly GalleryCase[];
}

/** Reads index.json. A case with a fault is left out and named as an issue (`unreadable-file`); the others stay. */
export function parseGallery(value: unknown): Result<Gallery> {
  if (!isRecord(value) || value['schema'] !== 'renalens-gallery/1' || !Array.isArray(value['cases'])) {
    return failure(issue('unreadable-file', 'error', 'samples/index.json'));
  }
  const cases: GalleryCase[] = [];
  const issues = [];
  for (const item of value['cases'] as unknown[]) {
    const one = parseGalleryCase(item);
    if (one) cases.push(one);
    else issues.push(issue('unreadable-file', 'warning', `samples/${isRecord(item) ? String(item['id']) : '?'}`));
  }
  return success({ schema: 'renalens-gallery/1', cases }, issues);
}

/** Reads one case, or null when a field is missing or of the wrong kind. */
export function parseGalleryCase(value: unknown): GalleryCase | null {
  if (!isRecord(value)) return null;
  const { id, origin, title, tryThis, known, inTraining, licence, citation, doi, changes, files, volumes } = value;
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9._-]*$/i.test(id)) return null;
  if (origin !== 'shipped' && origin !== 'fetched') return null;
  if (!isLocalised(title) || !isLocalised(tryThis) || !isLocalised(changes) || !(known === null || isLocalised(known))) return null;
  if (typeof citation !== 'string' || typeof doi !== 'string' || typeof inTraining !== 'boolean') return null;
  if (!isRecord(licence) || typeof licence['name'] !== 'string' || typeof licence['url'] !== 'string') return null;
  if (!Array.isArray(files) || files.length === 0 || !files.every(isFile)) return null;
  if (!Array.isArray(volumes) || !volumes.every(isVolume)) return null;
  return {
    id, origin, title, tryThis, known, inTraining, citation, doi, changes, files, volumes,
    licence: { name: licence['name'], url: licence['url'] },
    sizeBytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLocalised(value: unknown): value is Localised {
  return isRecord(value) && (['en', 'zh', 'de'] as const).every((language) => typeof value[language] === 'string');
}

function isFile(value: unknown): value is GalleryFile {
  return (
    isRecord(value) && typeof value['path'] === 'string' && !/(^[/\\])|(^|[/\\])\.\.([/\\]|$)/.test(value['path']) &&
    typeof value['bytes'] === 'number' && typeof value['sha256'] === 'string' && /^[0-9a-f]{64}$/.test(value['sha256'])
  );
}

function isVolume(value: unknown): value is GalleryVolume {
  return isRecord(value) && typeof value['seriesInstanceUid'] === 'string' && typeof value['volumeSha256'] === 'string';
}
