"""The anatomy of a simulated study: label slices of a real label map round its index mass, at 224 x 224, 0.625 mm.

Geometry of preset `paper`: the patch is centred on the mass's 3-D centroid, in the slice of largest tumour area
(here also its neighbours down to 70 % of that area, so that slices vary).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "anatomy"))
from label_map import read_label_map  # noqa: E402
from measures import components  # noqa: E402

SIZE, PIXEL_MM = 224, 0.625


@dataclass(frozen=True)
class Case:
    """Slices [n, rows, columns] of labels on the native in-plane grid, their areas, the mass's centre (row, column)."""

    case_id: str
    slices: np.ndarray
    index_masks: np.ndarray
    centre: tuple[float, float]
    spacing_mm: tuple[float, float]
    side: str


def read_case(folder: Path, record: dict) -> Case:
    """The candidate slices of one patient."""
    image = read_label_map(folder / "maps" / f"{record['case_id']}.nii.gz")
    mass = components(image.labels == 2, image.spacing_mm)[0][1]
    area = mass.sum(axis=(1, 2))
    keep = np.flatnonzero(area >= 0.7 * area.max())
    if len(keep) > 7:
        keep = keep[np.linspace(0, len(keep) - 1, 7).round().astype(int)]
    _, row, column = ndimage.center_of_mass(mass)
    return Case(
        record["case_id"],
        image.labels[keep].copy(),
        mass[keep].copy(),
        (row, column),
        (image.spacing_mm[1], image.spacing_mm[0]),
        record["largest_tumour_side"],
    )


def cut(case: Case, rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Fractions 0..1 of kidney, tumour, cyst on the patch, and the index mass, with a small turn and scale."""
    n = int(rng.integers(len(case.slices)))
    angle = np.deg2rad(rng.normal(0, 5))
    scale = float(np.exp(rng.normal(0, 0.02)))
    shift = rng.normal(0, 1.5, 2)
    t = (np.arange(SIZE) - (SIZE - 1) / 2) * PIXEL_MM / scale
    yy, xx = np.meshgrid(t + shift[0], t + shift[1], indexing="ij")
    rows = case.centre[0] + (np.cos(angle) * yy - np.sin(angle) * xx) / case.spacing_mm[0]
    columns = case.centre[1] + (np.sin(angle) * yy + np.cos(angle) * xx) / case.spacing_mm[1]

    def resample(mask: np.ndarray) -> np.ndarray:
        smooth = ndimage.gaussian_filter(mask.astype(np.float32), 0.6)
        return ndimage.map_coordinates(smooth, (rows, columns), order=1, cval=0.0)

    labels = case.slices[n]
    parts = {name: resample(labels == value) for name, value in (("kidney", 1), ("tumour", 2), ("cyst", 3))}
    return parts, resample(case.index_masks[n])
