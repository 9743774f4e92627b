import { success, type Result } from '../core/result';
import type { Pack } from './open-pack';

/** A file of a pack through its reader; null where the pack names no such file. Issues: those of `Pack.bytes` and the reader's. */
export async function readPackFile<T>(
  pack: Pack,
  path: string | null,
  read: (bytes: Uint8Array, where: string) => Result<T>,
): Promise<Result<T | null>> {
  if (path === null) return success(null);
  const bytes = await pack.bytes(path);
  return bytes.ok ? read(bytes.value, path) : bytes;
}
