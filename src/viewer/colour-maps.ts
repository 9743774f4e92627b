/** The paper's red-green-blue order, and one of even lightness steps that colour-blind readers can follow. */
export type ColourMapName = 'paper' | 'even';

/** Anchors at even distances from 0 to 1, red, green, blue in 0..255. `even`: sampled from the cividis idea, own anchors. */
const ANCHORS: Readonly<Record<ColourMapName, readonly (readonly [number, number, number])[]>> = {
  paper: [[0, 0, 160], [0, 120, 255], [40, 220, 90], [255, 210, 0], [230, 20, 20]],
  even: [[0, 34, 78], [53, 69, 108], [102, 105, 112], [148, 142, 119], [200, 184, 102], [254, 232, 56]],
};

/** 256 colours of a map, four bytes each, opaque. */
function colourTable(name: ColourMapName): Uint8ClampedArray {
  const anchors = ANCHORS[name];
  const table = new Uint8ClampedArray(1024);
  for (let n = 0; n < 256; n++) {
    const x = (n / 255) * (anchors.length - 1);
    const a = anchors[Math.floor(x)]!;
    const b = anchors[Math.min(anchors.length - 1, Math.floor(x) + 1)]!;
    const t = x - Math.floor(x);
    for (const c of [0, 1, 2] as const) table[4 * n + c] = a[c] + (b[c] - a[c]) * t;
    table[4 * n + 3] = 255;
  }
  return table;
}

/** A map of 0..1, row-major, as RGBA bytes. Alpha rises with the value, so that what does not matter hides nothing. */
export function colourPicture(values: Float32Array, name: ColourMapName): Uint8ClampedArray<ArrayBuffer> {
  const table = colourTable(name);
  const out = new Uint8ClampedArray(values.length * 4);
  for (let o = 0; o < values.length; o++) {
    const v = Math.min(1, Math.max(0, values[o]!));
    const n = 4 * Math.round(v * 255);
    out[4 * o] = table[n]!;
    out[4 * o + 1] = table[n + 1]!;
    out[4 * o + 2] = table[n + 2]!;
    out[4 * o + 3] = 255 * (0.15 + 0.85 * Math.min(1, v * 1.6));
  }
  return out;
}
