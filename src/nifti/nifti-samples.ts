import type { NiftiHeader } from './nifti-header';

/** Bytes and reader per NIfTI datatype code. */
const DATATYPES: Readonly<Record<number, readonly [bytes: number, read: (view: DataView, at: number, le: boolean) => number]>> = {
  2: [1, (view, at) => view.getUint8(at)],
  4: [2, (view, at, le) => view.getInt16(at, le)],
  8: [4, (view, at, le) => view.getInt32(at, le)],
  16: [4, (view, at, le) => view.getFloat32(at, le)],
  64: [8, (view, at, le) => view.getFloat64(at, le)],
  256: [1, (view, at) => view.getInt8(at)],
  512: [2, (view, at, le) => view.getUint16(at, le)],
  768: [4, (view, at, le) => view.getUint32(at, le)],
};

/** Reads sample n of the file's array, scaled; or why it cannot. NaN becomes -1024 HU. */
export function sampleReader(bytes: Uint8Array, header: NiftiHeader): ((index: number) => number) | 'datatype' | 'truncated' {
  const type = DATATYPES[header.datatype];
  if (type === undefined) return 'datatype';
  const [sampleBytes, read] = type;
  const [ni, nj, nk] = header.sizeIjkt;
  if (header.dataOffset + ni * nj * nk * sampleBytes > bytes.length) return 'truncated';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { dataOffset, littleEndian, slope, intercept } = header;
  return (index) => {
    const value = slope * read(view, dataOffset + index * sampleBytes, littleEndian) + intercept;
    return Number.isNaN(value) ? -1024 : value;
  };
}
