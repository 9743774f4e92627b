/**
 * A folder of this origin's private file system, where the page keeps what the user told it to. Null when there is none and
 * none is to be made, or when the browser has no such file system. Throws what the browser's storage throws when one is made.
 */
export async function privateFolder(name: string, create: boolean): Promise<FileSystemDirectoryHandle | null> {
  if (!hasPrivateFiles()) return null;
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create });
  } catch (error) {
    if (create) throw error;
    return null;
  }
}

/** Removes such a folder with everything in it; what is not there counts as removed. */
export async function removePrivateFolder(name: string): Promise<void> {
  if ((await privateFolder(name, false)) === null) return;
  await (await navigator.storage.getDirectory()).removeEntry(name, { recursive: true });
}

/** True where the browser has a private file system. */
export function hasPrivateFiles(): boolean {
  return 'storage' in navigator && 'getDirectory' in navigator.storage;
}
