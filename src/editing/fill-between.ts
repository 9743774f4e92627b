import type { Grid } from '../core/grid';
import { boxOfLabel } from './label-box';

/**
 * Offsets that join what was painted on some slices (k) into one body: between two slices that hold the label, with
 * empty ones between them, the shape is taken from the signed distances to both edges, weighted by nearness.
 * Only background is filled.
 */
export function fillBetween(grid: Grid, labels: Uint8Array, label: number): number[] {
  const box = boxOfLabel(grid, labels, label);
  if (!box) return [];
  const [ni, nj] = grid.sizeIjk;
  const [w, h] = [box.to[0] - box.from[0] + 3, box.to[1] - box.from[1] + 3];
  const maskOf = (k: number): Uint8Array => {
    const mask = new Uint8Array(w * h);
    for (let y = 1; y < h - 1; y++) {
      for (let x = 1; x < w - 1; x++) {
        if (labels[box.from[0] + x - 1 + ni * (box.from[1] + y - 1 + nj * k)] === label) mask[y * w + x] = 1;
      }
    }
    return mask;
  };
  const slices: { k: number; mask: Uint8Array }[] = [];
  for (let k = box.from[2]; k <= box.to[2]; k++) {
    const mask = maskOf(k);
    if (mask.includes(1)) slices.push({ k, mask });
  }
  const found: number[] = [];
  for (let n = 0; n + 1 < slices.length; n++) {
    const [low, high] = [slices[n]!, slices[n + 1]!];
    if (high.k - low.k < 2) continue;
    const [dl, dh] = [signedDistance(low.mask, w, h), signedDistance(high.mask, w, h)];
    for (let k = low.k + 1; k < high.k; k++) {
      const t = (k - low.k) / (high.k - low.k);
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          if ((1 - t) * dl[y * w + x]! + t * dh[y * w + x]! < 0) continue;
          const offset = box.from[0] + x - 1 + ni * (box.from[1] + y - 1 + nj * k);
          if (labels[offset] === 0) found.push(offset);
        }
      }
    }
  }
  return found;
}

/** Distance to the mask's edge in pixels, positive inside, by two chamfer passes (steps 1 and 1.41). */
function signedDistance(mask: Uint8Array, w: number, h: number): Float32Array {
  const outside = chamfer(mask, w, h, 1);
  const inside = chamfer(mask, w, h, 0);
  return outside.map((d, o) => (mask[o] === 1 ? inside[o]! - 0.5 : 0.5 - d));
}

function chamfer(mask: Uint8Array, w: number, h: number, target: number): Float32Array {
  const d = Float32Array.from(mask, (v) => (v === target ? 0 : 1e6));
  const relax = (o: number, from: number, step: number): void => {
    if (from >= 0 && from < d.length) d[o] = Math.min(d[o]!, d[from]! + step);
  };
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const o = y * w + x;
      if (x > 0) relax(o, o - 1, 1);
      if (y > 0) relax(o, o - w, 1);
      if (x > 0 && y > 0) relax(o, o - w - 1, Math.SQRT2);
      if (x < w - 1 && y > 0) relax(o, o - w + 1, Math.SQRT2);
    }
  }
  for (let y = h - 1; y >= 0; y--) {
    for (let x = w - 1; x >= 0; x--) {
      const o = y * w + x;
      if (x < w - 1) relax(o, o + 1, 1);
      if (y < h - 1) relax(o, o + w, 1);
      if (x < w - 1 && y < h - 1) relax(o, o + w + 1, Math.SQRT2);
      if (x > 0 && y < h - 1) relax(o, o + w - 1, Math.SQRT2);
    }
  }
  return d;
}
