import { issue } from './issue';
import type { Tensor } from './ports';
import { failure, success, type Result } from './result';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads a NumPy .npy file (format 1 to 3) of little-endian float32 in C order.
 * `where` names the file in the issue (`pack-manifest-invalid`). Source: numpy.lib.format.
 */
export function readNpy(bytes: Uint8Array, where: string): Result<Tensor> {
  const refuse = (expected: string): Result<Tensor> =>
    failure(issue('pack-manifest-invalid', 'error', where, { field: where, expected }));
  if (bytes.length < 12 || MAGIC.some((byte, n) => bytes[n] !== byte)) return refuse('a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) return refuse('a whole .npy file');
  const header = new TextDecoder('latin1').decode(bytes.slice(start, end));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr !== '<f4' || shapeText === undefined || !/'fortran_order':\s*False/.test(header)) {
    return refuse('float32 in C order');
  }
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const count = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(count) || bytes.length - end !== count * 4) return refuse(`${count} values`);
  const data = new Float32Array(count);
  for (let n = 0; n < count; n += 1) data[n] = view.getFloat32(end + 4 * n, true);
  return success({ shape, data });
}

/** A tensor as a NumPy .npy file, format 1, little-endian float32 in C order. */
export function writeNpy(tensor: Tensor): Uint8Array<ArrayBuffer> {
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]!},` : tensor.shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  const headerBytes = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const out = new Uint8Array(10 + headerBytes + 4 * tensor.data.length);
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  out[6] = 1;
  view.setUint16(8, headerBytes, true);
  out.set(new TextEncoder().encode(`${text.padEnd(headerBytes - 1)}\n`), 10);
  tensor.data.forEach((value, n) => view.setFloat32(10 + headerBytes + 4 * n, value, true));
  return out;
}
