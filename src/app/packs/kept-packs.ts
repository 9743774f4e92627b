import type { PackManifest, PackStatus } from '../../core/models';
import { privateFolder, removePrivateFolder } from '../private-folder';

/** What is said of a pack wherever it is listed. `sha256` is that of its manifest.json, which holds the sums of all other files. */
export interface PackFacts {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly status: PackStatus;
  readonly licence: string;
  readonly nonCommercial: boolean;
  readonly statement: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What is said of a pack, from its manifest. */
export function packFacts(manifest: PackManifest, sha256: string): PackFacts {
  const { id, version, title, status, licence, provenance } = manifest;
  const sizeBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { id, version, title, status, licence: licence.spdx, nonCommercial: licence.nonCommercial, statement: provenance.statement, sha256, sizeBytes };
}

/** Folder of the origin's private file system that holds kept packs, one folder each, named by checksum. */
const FOLDER = 'packs';
const ABOUT = 'about.json';

/** What lies beside a kept pack's files: `names` are their paths as dropped, in the order of the stored files 0, 1, 2. */
interface About {
  readonly facts: PackFacts;
  readonly names: readonly string[];
}

/** Every pack that the user had kept; those that cannot be read any more are left out. */
export async function listKeptPacks(): Promise<readonly PackFacts[]> {
  const folder = await privateFolder(FOLDER, false);
  if (folder === null) return [];
  const found: PackFacts[] = [];
  for await (const name of folder.keys()) {
    const about = await aboutOf(folder, name);
    if (about !== null) found.push(about.facts);
  }
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

/** Keeps a pack as it was dropped, folder or zip. Throws what the browser's storage throws, having removed what was half written. */
export async function keepPack(facts: PackFacts, files: readonly File[]): Promise<void> {
  const folder = await privateFolder(FOLDER, true);
  if (folder === null) throw new Error('no private file system');
  try {
    const own = await folder.getDirectoryHandle(facts.sha256, { create: true });
    for (const [n, file] of files.entries()) await write(own, String(n), file);
    const about: About = { facts, names: files.map((file) => file.webkitRelativePath || file.name) };
    await write(own, ABOUT, JSON.stringify(about));
  } catch (error) {
    await removeKeptPack(facts.sha256).catch(() => undefined);
    throw error;
  }
}

/** A kept pack's files, as they were dropped; empty when it is gone. */
export async function keptPackFiles(sha256: string): Promise<readonly File[]> {
  const folder = await privateFolder(FOLDER, false);
  const about = folder === null ? null : await aboutOf(folder, sha256);
  if (folder === null || about === null) return [];
  const own = await folder.getDirectoryHandle(sha256);
  return Promise.all(about.names.map(async (name, n) => new File([await (await own.getFileHandle(String(n))).getFile()], name)));
}

/** Removes one kept pack. */
export async function removeKeptPack(sha256: string): Promise<void> {
  const folder = await privateFolder(FOLDER, false);
  await folder?.removeEntry(sha256, { recursive: true });
}

/** Removes all kept packs. */
export async function removeKeptPacks(): Promise<void> {
  await removePrivateFolder(FOLDER);
}

async function aboutOf(folder: FileSystemDirectoryHandle, name: string): Promise<About | null> {
  try {
    const own = await folder.getDirectoryHandle(name);
    const file = await (await own.getFileHandle(ABOUT)).getFile();
    return JSON.parse(await file.text()) as About;
  } catch {
    return null;
  }
}

async function write(folder: FileSystemDirectoryHandle, name: string, content: Blob | string): Promise<void> {
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await writable.write(content);
  await writable.close();
}
