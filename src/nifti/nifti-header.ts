/** Three rows of an affine, each with four columns: voxel index (0-based) to RAS mm. */
export type AffineRas = readonly [Row, Row, Row];
type Row = readonly [number, number, number, number];

/** What is needed of a NIfTI header. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  readonly sizeIjkt: readonly [number, number, number, number];
  readonly datatype: number;
  readonly dataOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly affineRas: AffineRas;
  readonly description: string;
}

const MAX_SIDE = 1 << 15;

/** Reads a NIfTI-1 or NIfTI-2 header of either byte order, or null when there is none. Source: nifti1.h, nifti2.h. */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader | null {
  if (bytes.length < 348) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const headerBytes = view.getInt32(0, littleEndian);
    if (headerBytes === 348 && bytes[344] === 0x6e && bytes[345] === 0x2b) return nifti1(view, littleEndian);
    if (headerBytes === 540 && bytes.length >= 540 && bytes[4] === 0x6e && bytes[5] === 0x2b) return nifti2(view, littleEndian);
  }
  return null;
}

function nifti1(view: DataView, le: boolean): NiftiHeader | null {
  const dims = Array.from({ length: 8 }, (_, n) => view.getInt16(40 + 2 * n, le));
  const pixdim = Array.from({ length: 8 }, (_, n) => view.getFloat32(76 + 4 * n, le));
  const quatern = [256, 260, 264].map((at) => view.getFloat32(at, le));
  const offsets = [268, 272, 276].map((at) => view.getFloat32(at, le));
  const rows = [280, 296, 312].map((at) => [0, 4, 8, 12].map((n) => view.getFloat32(at + n, le)));
  return assemble(1, le, dims, view.getInt16(70, le), view.getFloat32(108, le), view.getFloat32(112, le), view.getFloat32(116, le), {
    qform: view.getInt16(252, le),
    sform: view.getInt16(254, le),
    pixdim,
    quatern,
    offsets,
    rows,
    description: ascii(view, 148, 80),
  });
}

function nifti2(view: DataView, le: boolean): NiftiHeader | null {
  const dims = Array.from({ length: 8 }, (_, n) => Number(view.getBigInt64(16 + 8 * n, le)));
  const pixdim = Array.from({ length: 8 }, (_, n) => view.getFloat64(104 + 8 * n, le));
  const quatern = [352, 360, 368].map((at) => view.getFloat64(at, le));
  const offsets = [376, 384, 392].map((at) => view.getFloat64(at, le));
  const rows = [400, 432, 464].map((at) => [0, 8, 16, 24].map((n) => view.getFloat64(at + n, le)));
  return assemble(2, le, dims, view.getInt16(12, le), Number(view.getBigInt64(168, le)), view.getFloat64(176, le), view.getFloat64(184, le), {
    qform: view.getInt32(344, le),
    sform: view.getInt32(348, le),
    pixdim,
    quatern,
    offsets,
    rows,
    description: ascii(view, 240, 80),
  });
}

interface Placement {
  readonly qform: number;
  readonly sform: number;
  readonly pixdim: readonly number[];
  readonly quatern: readonly number[];
  readonly offsets: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly description: string;
}

function assemble(
  version: 1 | 2,
  littleEndian: boolean,
  dims: readonly number[],
  datatype: number,
  dataOffset: number,
  slope: number,
  intercept: number,
  placement: Placement,
): NiftiHeader | null {
  const [count = 0, ni = 0, nj = 0, nk = 0] = dims;
  if (count < 3 || count > 7 || [ni, nj, nk].some((side) => side < 1 || side > MAX_SIDE)) return null;
  const others = dims.slice(4, count + 1).reduce((product, side) => product * Math.max(1, side), 1);
  if (!(dataOffset >= 0 && dataOffset < 2 ** 40)) return null;
  const scaled = Number.isFinite(slope) && slope !== 0;
  return {
    version,
    littleEndian,
    sizeIjkt: [ni, nj, nk, others],
    datatype,
    dataOffset: Math.max(dataOffset, version === 1 ? 348 : 540),
    slope: scaled ? slope : 1,
    intercept: scaled && Number.isFinite(intercept) ? intercept : 0,
    affineRas: affineOf(placement),
    description: placement.description,
  };
}

/** sform when set, else qform, else the old pixdim-only placement (method 1). */
function affineOf({ sform, qform, rows, pixdim, quatern, offsets }: Placement): AffineRas {
  if (sform > 0) return rows.map((row) => [row[0]!, row[1]!, row[2]!, row[3]!] as const) as unknown as AffineRas;
  const [sx, sy, sz] = [pixdim[1]!, pixdim[2]!, pixdim[3]!];
  if (qform <= 0) return [[sx, 0, 0, 0], [0, sy, 0, 0], [0, 0, sz, 0]];
  const [b, c, d] = [quatern[0]!, quatern[1]!, quatern[2]!];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const flip = pixdim[0]! < 0 ? -1 : 1;
  const row = (x: number, y: number, z: number, offset: number): Row => [x * sx, y * sy, z * sz * flip, offset];
  return [
    row(a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), offsets[0]!),
    row(2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), offsets[1]!),
    row(2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c, offsets[2]!),
  ];
}

function ascii(view: DataView, at: number, length: number): string {
  let text = '';
  for (let n = 0; n < length; n++) {
    const code = view.getUint8(at + n);
    if (code === 0) break;
    text += code >= 32 && code < 127 ? String.fromCharCode(code) : ' ';
  }
  return text.trim();
}
