"""Axial label slices of real kidneys with their masses, out of 429 label maps, into one cache for transplant.py.

    python anatomies.py            writes ../cache/anatomies.npz

No pixels: only shapes, each with its fold, side, histology. A map's slices are those of its patient's fold.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy import ndimage

from data import CACHE, SHARED, rows

sys.path.append(str(CACHE.parents[1] / "anatomy"))

from label_map import read_label_map  # noqa: E402

ANATOMIES = CACHE.with_name("anatomies.npz")
PIXEL_MM = 1.25
STEP_MM = 5.0
MASS_STEP_MM = 3.0  # masses are what is wanted: their slices lie closer
MARGIN = 2
MIN_KIDNEY_ML, MIN_AREA_MM2, LARGEST_PX = 20.0, 60.0, 128


def resample(labels, spacing):
    """One label slice on square pixels of 1.25 mm: linear fractions, the largest wins."""
    zoom = [s / PIXEL_MM for s in spacing]
    parts = [ndimage.zoom((labels == v).astype(np.float32), zoom, order=1) for v in (1, 2, 3)]
    return np.where(np.sum(parts, 0) >= 0.5, np.argmax(parts, 0) + 1, 0).astype(np.uint8)


def kidneys(labels, spacing, side):
    """The kidneys of a map [slice, row, column] with their sides; columns run to the patient's left."""
    parts, n = ndimage.label(labels > 0)
    ml = np.bincount(parts.ravel())[1:] * float(np.prod(spacing)) / 1000
    boxes = ndimage.find_objects(parts)
    found = [(i + 1, boxes[i]) for i in np.flatnonzero(ml >= MIN_KIDNEY_ML)]
    found.sort(key=lambda f: f[1][2].start + f[1][2].stop)
    sides = ("right", "left") if len(found) == 2 else (side,) * len(found)
    return [(np.where(parts[box] == i, labels[box], 0), s) for (i, box), s in zip(found, sides)]


def slices(own, spacing):
    """Label slices of one kidney on the working grid, with a margin."""
    mass = (own >= 2).any((1, 2))
    last = -np.inf
    for k in range(len(own)):
        area = (own[k] > 0).sum() * spacing[1] * spacing[2]
        if area < MIN_AREA_MM2 or (k - last) * spacing[0] < (MASS_STEP_MM if mass[k] else STEP_MM) - 1e-6:
            continue
        last = k
        plane = np.pad(resample(own[k], spacing[1:]), MARGIN)
        where = np.nonzero(plane)
        if len(where[0]):
            cut = plane[where[0].min() - MARGIN : where[0].max() + MARGIN + 1, where[1].min() - MARGIN : where[1].max() + MARGIN + 1]
            if max(cut.shape) <= LARGEST_PX:
                yield cut


def main():
    maps = SHARED / "label-maps"
    folds = {r["case_id"]: int(r["fold"]) for r in rows(maps / "folds.csv")}
    pixels, table = [], []
    for record in rows(maps / "cases.csv"):
        case = record["case_id"]
        image = read_label_map(maps / "maps" / f"{case}.nii.gz")
        column, row, step = image.spacing_mm
        spacing = (step, row, column)
        for own, side in kidneys(image.labels, spacing, record["largest_tumour_side"]):
            if side not in ("left", "right"):
                continue
            for plane in slices(own, spacing):
                pixels.append(plane.ravel())
                table.append((case, folds[case], side, record["tumor_histologic_subtype"], *plane.shape))
    case, fold, side, histology, height, width = (np.array(c) for c in zip(*table))
    np.savez_compressed(ANATOMIES, pixels=np.concatenate(pixels), case=case, fold=fold, side=side, histology=histology, height=height, width=width)
    print(len(table), "slices of", len(set(case)), "patients;", sum(p.max() >= 2 for p in pixels), "with a mass")


if __name__ == "__main__":
    main()
