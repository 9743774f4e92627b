import { privateFolder, removePrivateFolder } from '../private-folder';

/** Folder of the kept case in the browser's private file system. */
const FOLDER = 'kept-case';

/** Bytes copied at once: shared memory cannot be written as it is, and a whole volume at once would be held twice. */
const PIECE_BYTES = 8 * 2 ** 20;

/** Writes a file of the kept case, whole or not at all. Throws when there is no room or no such file system. */
export async function writeCaseFile(name: string, content: string | Uint8Array | Int16Array): Promise<void> {
  const directory = await privateFolder(FOLDER, true);
  if (!directory) throw new Error('no private file system');
  const stream = await (await directory.getFileHandle(name, { create: true })).createWritable();
  try {
    if (typeof content === 'string') await stream.write(content);
    else {
      const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) await stream.write(new Uint8Array(bytes.subarray(at, at + PIECE_BYTES)));
    }
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

/** A file of the kept case, or null. */
export async function caseFile(name: string): Promise<File | null> {
  try {
    const directory = await privateFolder(FOLDER, false);
    return directory ? await (await directory.getFileHandle(name)).getFile() : null;
  } catch {
    return null;
  }
}

/** Bytes of a file of the kept case, in memory that the worker can share where the page is isolated; null unless `sizeBytes` long. */
export async function caseBytes(name: string, sizeBytes: number): Promise<ArrayBuffer | SharedArrayBuffer | null> {
  const file = await caseFile(name);
  if (file?.size !== sizeBytes) return null;
  const buffer = crossOriginIsolated ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  const out = new Uint8Array(buffer);
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES) out.set(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()), at);
  return buffer;
}

/** Removes the kept case; what is not there counts as removed. */
export async function removeCaseFiles(): Promise<void> {
  await removePrivateFolder(FOLDER);
}
