/** A square picture of `sizePx` pixels a side in grey, 0 to 255; `greyAt` is asked by pixel, row by row, and what lies outside is cut off. */
export function greyPicture(sizePx: number, greyAt: (offset: number) => number): ImageData {
  const image = new ImageData(sizePx, sizePx);
  // A pixel at once: one by one the bytes take longer than all the rest of what a reading has the page do.
  const pixels = new Uint32Array(image.data.buffer);
  for (let o = 0; o < pixels.length; o++) {
    const grey = Math.min(255, Math.max(0, Math.round(greyAt(o))));
    pixels[o] = 0xff000000 | (grey * 0x010101);
  }
  return image;
}
