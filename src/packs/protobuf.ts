/** One field of a protobuf message: a number for the integer kinds, bytes for everything with a length. */
export interface WireField {
  readonly id: number;
  readonly varint: number;
  readonly bytes: Uint8Array | null;
}

/** Longest message that is looked at, in fields: a graph of a hundred thousand nodes is no network of ours. */
const MAX_FIELDS = 1_000_000;

/**
 * The fields of a protobuf message in file order, or null when the bytes are no such message. Contents of
 * length-delimited fields are views, not copies: an ONNX file's weights are skipped at no cost.
 * Source: protobuf.dev, 'Encoding'.
 */
export function wireFields(bytes: Uint8Array): readonly WireField[] | null {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): number | null => {
    let value = 0;
    for (let scale = 1, n = 0; n < 10; n += 1, scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined) return null;
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return null;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === null || fields.length >= MAX_FIELDS) return null;
    const id = Math.floor(tag / 8);
    const kind = tag % 8;
    if (kind === 0) {
      const value = varint();
      if (value === null) return null;
      fields.push({ id, varint: value, bytes: null });
    } else if (kind === 2 || kind === 1 || kind === 5) {
      const size = kind === 2 ? varint() : kind === 1 ? 8 : 4;
      if (size === null || at + size > bytes.length) return null;
      fields.push({ id, varint: 0, bytes: bytes.subarray(at, at + size) });
      at += size;
    } else return null;
  }
  return fields;
}
