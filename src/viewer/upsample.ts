/** A coarse map, row-major, whose cells are `stridePx` pixels of the finer picture wide. */
export interface CoarseMap {
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly stridePx: number;
}

/** The map at `sizePx` x `sizePx`, bilinear between cell centres, the outermost cells held to the edge. For display only. */
export function upsampleForDisplay(coarse: CoarseMap, sizePx: number): Float32Array {
  const { map, rows, columns, stridePx } = coarse;
  const out = new Float32Array(sizePx * sizePx);
  const cell = (pixel: number, count: number): [number, number, number] => {
    const at = Math.min(count - 1, Math.max(0, (pixel + 0.5) / stridePx - 0.5));
    const low = Math.floor(at);
    return [low, Math.min(count - 1, low + 1), at - low];
  };
  for (let y = 0, o = 0; y < sizePx; y++) {
    const [r0, r1, fy] = cell(y, rows);
    for (let x = 0; x < sizePx; x++, o++) {
      const [c0, c1, fx] = cell(x, columns);
      const top = map[r0 * columns + c0]! * (1 - fx) + map[r0 * columns + c1]! * fx;
      const bottom = map[r1 * columns + c0]! * (1 - fx) + map[r1 * columns + c1]! * fx;
      out[o] = top * (1 - fy) + bottom * fy;
    }
  }
  return out;
}
