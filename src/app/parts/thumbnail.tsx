import { useEffect, useRef, type ReactElement } from 'react';
import { volumeById } from '../volumes';

/** The middle slice of a volume, small, in an abdominal window. Nearest neighbour: it is a label, not a picture to read. */
export function Thumbnail({ volumeId, size }: { readonly volumeId: string; readonly size: number }): ReactElement {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const volume = volumeById(volumeId);
    const context = ref.current?.getContext('2d');
    if (!volume || !context) return;
    const px = size * 2;
    const [ni, nj, nk] = volume.grid.sizeIjk;
    const image = new ImageData(px, px);
    const k = Math.floor(nk / 2);
    const mirrored = volume.grid.axesLps[0][0] < 0;
    const upside = volume.grid.axesLps[1][1] < 0;
    for (let y = 0, o = 0; y < px; y++) {
      for (let x = 0; x < px; x++, o += 4) {
        const i = Math.floor(((mirrored ? px - 1 - x : x) * ni) / px);
        const j = Math.floor(((upside ? px - 1 - y : y) * nj) / px);
        const grey = ((volume.hu[i + ni * (j + nj * k)]! + 160) * 255) / 400;
        image.data[o] = image.data[o + 1] = image.data[o + 2] = grey;
        image.data[o + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
  }, [volumeId, size]);
  return <canvas ref={ref} className="thumbnail" width={size * 2} height={size * 2} aria-hidden="true" />;
}
