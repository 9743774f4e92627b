import { issue } from '../core/issue';
import { networksOf, type PackFile, type PackManifest } from '../core/models';
import { failure, success, type Result } from '../core/result';
import { checkGraph } from './check-graph';
import { readManifest } from './read-manifest';
import { isPickle } from './safe-path';

/** Where a pack's files come from: a folder, an archive, an address. */
export interface PackSource {
  /** Every path, relative to manifest.json, where they can be known beforehand; null for an address. */
  readonly list: readonly string[] | null;
  /** A whole file. An issue when it cannot be had. */
  read(path: string): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** A pack whose manifest is sound. Each file is checked as it is read; nothing unchecked leaves `bytes`. */
export interface Pack {
  readonly manifest: PackManifest;
  /** SHA-256 of manifest.json; it holds the sums of all other files, so it stands for the whole pack. */
  readonly sha256: string;
  bytes(path: string): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/**
 * Opens a pack: manifest, then the list of files. Contents are checked by `bytes`, all at once by `verifyPack`.
 * Issues: `pack-pickle`, `pack-manifest-missing`, those of `readManifest`, `pack-file-missing`.
 */
export async function openPack(source: PackSource): Promise<Result<Pack>> {
  const pickle = source.list?.find(isPickle);
  if (pickle !== undefined && source.list?.includes('manifest.json') !== true) {
    return failure(issue('pack-pickle', 'error', pickle));
  }
  const bytes = await source.read('manifest.json');
  if (!bytes.ok) return failure(issue('pack-manifest-missing', 'error', 'manifest.json'));
  const manifest = readManifest(new TextDecoder().decode(bytes.value));
  if (!manifest.ok) return manifest;
  const absent = manifest.value.files.find((file) => source.list?.includes(file.path) === false);
  if (absent !== undefined) return failure(issue('pack-file-missing', 'error', absent.path));
  return success({ manifest: manifest.value, sha256: await sha256(bytes.value), bytes: (path) => readChecked(source, manifest.value, path) });
}

/** Reads every file of a pack once and so checks sizes, sums and graphs; the first fault is returned. */
export async function verifyPack(pack: Pack, onFile?: (path: string) => void): Promise<Result<true>> {
  for (const file of pack.manifest.files) {
    const bytes = await pack.bytes(file.path);
    if (!bytes.ok) return bytes;
    onFile?.(file.path);
  }
  return success(true);
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function readChecked(source: PackSource, manifest: PackManifest, path: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const file = manifest.files.find((candidate) => candidate.path === path);
  if (file === undefined) return failure(issue('pack-file-not-listed', 'error', path));
  const bytes = await source.read(path);
  if (!bytes.ok) return bytes;
  const fault = await checkFile(bytes.value, file, manifest);
  return fault.ok ? bytes : fault;
}

async function checkFile(bytes: Uint8Array<ArrayBuffer>, file: PackFile, manifest: PackManifest): Promise<Result<true>> {
  if (bytes.length !== file.bytes) {
    return failure(issue('pack-file-size', 'error', file.path, { expected: file.bytes, found: bytes.length }));
  }
  const found = await sha256(bytes);
  if (found !== file.sha256) {
    return failure(issue('pack-file-checksum', 'error', file.path, { expected: file.sha256, found }));
  }
  const model = networksOf(manifest).find((candidate) => candidate.file === file.path);
  return model === undefined ? success(true) : checkGraph(bytes, file.path, model.inputs, model.outputs);
}
