/** Int16 voxels, all 0, in shared memory when asked; null when there is no memory for them. */
export function allocateVoxels(voxels: number, share: boolean): Int16Array | null {
  try {
    return share ? new Int16Array(new SharedArrayBuffer(2 * voxels)) : new Int16Array(voxels);
  } catch {
    return null;
  }
}
