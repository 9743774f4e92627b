"""Reads a KiTS label map (NIfTI, gz) into [k, j, i] order without any imaging library.

KiTS stores axes as I-P-L (feet, back, patient's left), so the stored axes are already k, j, i of the
product's grid up to the sign of k, which no measure depends on. The affine is read, never assumed.
"""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class LabelMap:
    """`labels` uint8 [k, j, i]; `spacing_mm` (i, j, k); `affine_lps` 4x4 from (k, j, i, 1) to LPS mm."""

    labels: np.ndarray
    spacing_mm: tuple[float, float, float]
    affine_lps: np.ndarray


def read_label_map(path: Path) -> LabelMap:
    """Reads `path`; refuses anything that is not an axis-aligned uint8 map with k along the body axis."""
    raw = gzip.open(path, "rb").read()
    shape = struct.unpack_from("<3h", raw, 42)
    (dtype,) = struct.unpack_from("<h", raw, 70)
    (offset,) = struct.unpack_from("<f", raw, 108)
    if dtype != 2:
        raise ValueError(f"{path.name}: expected uint8, found NIfTI type {dtype}")
    affine = np.eye(4)
    affine[:3] = np.array(struct.unpack_from("<12f", raw, 280)).reshape(3, 4)
    affine[:2] *= -1  # RAS to LPS
    count = int(np.prod(shape))
    array = np.frombuffer(raw, np.uint8, count, int(offset)).reshape(shape, order="F")
    axes = np.abs(affine[:3, :3]).argmax(axis=0)
    if list(axes) != [2, 1, 0]:
        raise ValueError(f"{path.name}: axes {axes} are not k, j, i")
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    return LabelMap(np.ascontiguousarray(array), (spacing[2], spacing[1], spacing[0]), affine)
