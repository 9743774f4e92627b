"""Finds what the first network takes for kidney in training slices where there is none: negatives for the second.

    python mine.py --whole RUN        writes ../cache/negatives.npz (slice index in the cache, row, column)
"""

import argparse

import numpy as np
import torch
from scipy import ndimage

from data import CACHE
from evaluate import Runner, checkpoint, network
from join import PIXEL_MM, prepare, sigmoid

NEGATIVES = CACHE.with_name("negatives.npz")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--whole", required=True)
    ap.add_argument("--threshold", type=float, default=0.15)
    a = ap.parse_args()
    torch.set_num_threads(1)
    run, folds = Runner(network(a.whole), True), checkpoint(a.whole)["folds"]
    z = np.load(CACHE)
    image, label = z["image"], z["label"]
    out = []
    for i in np.nonzero(z["fold"] != 0)[0]:
        pixel = float(z["pixel"][i])
        hu = image[i].astype(np.float32) * (383 / 255) - 79
        working, grid = prepare(hu[None], (3.0, pixel, pixel))
        p = sigmoid(run(working)[0])
        parts, n = ndimage.label((p[0] > a.threshold) | (p[1] > a.threshold))
        truth = ndimage.binary_dilation(label[i] > 0, iterations=3)
        for part, box in enumerate(ndimage.find_objects(parts), 1):
            if (parts[box] == part).sum() * PIXEL_MM**2 < 30:
                continue
            r, c = ((b.start + b.stop - 1) / 2 for b in box)
            row = grid.centre[0] + (r - 127.5) * PIXEL_MM / pixel
            column = grid.centre[1] + (c - 143.5) * PIXEL_MM / pixel
            rr, cc = (np.clip(((w + b.start) - m) * PIXEL_MM / pixel + g, 0, s - 1).astype(int) for w, b, m, g, s in zip(np.nonzero(parts[box] == part), box, (127.5, 143.5), grid.centre, truth.shape))
            if truth[rr, cc].mean() < 0.1:
                out.append((i, row, column))
    np.savez(NEGATIVES, places=np.array(out, np.float32).reshape(-1, 3))
    print(len(out), "places; network trained on folds", folds)


if __name__ == "__main__":
    main()
