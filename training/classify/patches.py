"""Tumour patches of real patients: their geometry, their table, and every file of them that lies in the cache.

A file holds images (uint8 [n, 224, 224], HU clipped to [-79, 304]), labels and a table (TABLE). `real.py` writes
real-patches.npz; the readers in training/real write real-patches-<name>.npz of the same form beside it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from pools import PIXEL_MM, SIZE

TABLE = [("case", "U10"), ("fold", "i4"), ("class", "U20"), ("histology", "U30"), ("source", "U16"), ("phase", "U1"),
         ("innerSd", "f4"), ("diameterMm", "f4"), ("areaMm2", "f4"), ("meanHu", "f4")]


def cut(image: np.ndarray, centre: tuple[float, float], pixel_mm: float, order: int, fill: float) -> np.ndarray:
    """The patch round `centre` (row, column), sampled at the product's positions."""
    t = (np.arange(SIZE) - (SIZE - 1) / 2) * PIXEL_MM / pixel_mm
    rows, columns = np.meshgrid(centre[0] + t, centre[1] + t, indexing="ij")
    return ndimage.map_coordinates(image, (rows, columns), order=order, cval=fill)


def load_patches(cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """(images, table) of every real-patches*.npz. A patient of two files counts once: the first file's patches stay."""
    images, tables, seen = [], [], set()
    for path in sorted(cache.glob("real-patches*.npz")):
        data = np.load(path)
        table = data["table"].astype(TABLE)
        new = np.array([c not in seen for c in table["case"]], bool)
        seen |= set(table["case"])
        images.append(data["images"][new])
        tables.append(table[new])
    if not tables:
        raise SystemExit(f"{cache}: no real-patches*.npz; run classify/real.py or a reader of training/real first")
    return np.concatenate(images), np.concatenate(tables)
