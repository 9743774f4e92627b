import { gzipSync } from 'fflate';
import { voxelCount, type Grid } from '../core/grid';
import type { Vec3 } from '../core/vector';
import { quaternionOf } from './quaternion';

/** Datatype codes of NIfTI-1 by array. */
const DATATYPES = { uint8: [2, 8], int16: [4, 16], float32: [16, 32] } as const;
const HEADER_BYTES = 352;
/** Coordinates of the scanner, as both transform codes say. */
const SCANNER = 1;

/**
 * Writes a grid's values as NIfTI-1 (single file, little endian). `data` has i fastest, then j, then k, as everywhere;
 * the affine of sform and qform carries the grid from LPS to RAS, so the array itself is not turned.
 */
export function writeNifti(grid: Grid, data: Uint8Array | Int16Array | Float32Array, options: { readonly gzip: boolean }): Uint8Array<ArrayBuffer> {
  if (data.length !== voxelCount(grid)) throw new RangeError('data and grid differ in size');
  const [datatype, bitsPerVoxel] = data instanceof Uint8Array ? DATATYPES.uint8 : data instanceof Int16Array ? DATATYPES.int16 : DATATYPES.float32;
  const bytes = new Uint8Array(HEADER_BYTES + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  [3, ...grid.sizeIjk, 1, 1, 1, 1].forEach((side, n) => view.setInt16(40 + 2 * n, side, true));
  view.setInt16(70, datatype, true);
  view.setInt16(72, bitsPerVoxel, true);
  const { quatern, qfac } = quaternionOf(grid.axesLps.map(toRas) as unknown as readonly [Vec3, Vec3, Vec3]);
  [qfac, ...grid.spacingMm].forEach((value, n) => view.setFloat32(76 + 4 * n, value, true));
  view.setFloat32(108, HEADER_BYTES, true);
  view.setFloat32(112, 1, true);
  // Millimetres.
  bytes[123] = 2;
  view.setInt16(252, SCANNER, true);
  view.setInt16(254, SCANNER, true);
  const origin = toRas(grid.originLpsMm);
  quatern.forEach((value, n) => view.setFloat32(256 + 4 * n, value, true));
  origin.forEach((value, n) => view.setFloat32(268 + 4 * n, value, true));
  for (const row of [0, 1, 2] as const) {
    const columns = grid.axesLps.map((axis, n) => toRas(axis)[row] * grid.spacingMm[n]!);
    [...columns, origin[row]].forEach((value, n) => view.setFloat32(280 + 16 * row + 4 * n, value, true));
  }
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), HEADER_BYTES);
  return options.gzip ? gzipSync(bytes, { mtime: 0 }) : bytes;
}

function toRas([x, y, z]: Vec3): Vec3 {
  return [-x, -y, z];
}
