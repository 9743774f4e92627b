"""Whole-trunk label maps as surroundings of a simulated kidney: a slice at kidney level, as tissue classes.

Labels of 117 structures (TotalSegmentator data set, CC BY 4.0) are reduced to the simulator's tissues; what has no
label is fat, and the abdominal wall, which the labels lack, is a muscle ring along the convex hull.
"""

from __future__ import annotations

import json
from pathlib import Path

import nibabel
import numpy as np
from scipy import ndimage

TISSUES = ["fat", "muscle", "liver", "spleen", "pancreas", "bowel", "bile", "aorta", "cava", "portal", "bone",
           "adrenal", "lung", "kidney"]
_RULES = [
    ("liver", "liver"), ("spleen", "spleen"), ("pancreas", "pancreas"), ("gallbladder", "bile"), ("colon", "bowel"),
    ("small_bowel", "bowel"), ("duodenum", "bowel"), ("stomach", "bowel"), ("esophagus", "bowel"), ("aorta", "aorta"),
    ("iliac_artery", "aorta"), ("inferior_vena_cava", "cava"), ("iliac_vena", "cava"), ("portal_vein", "portal"),
    ("vertebrae", "bone"), ("rib_", "bone"), ("hip_", "bone"), ("sacrum", "bone"), ("sternum", "bone"),
    ("costal", "bone"), ("adrenal", "adrenal"), ("lung", "lung"), ("kidney_", "kidney"), ("autochthon", "muscle"),
    ("iliopsoas", "muscle"), ("gluteus", "muscle"), ("heart", "cava"), ("spinal_cord", "muscle"),
]


class Bodies:
    """Kidney-level slices of every subject: list of (tissue [rows, columns], kidney centre (row, column), side)."""

    pixel_mm = 1.5

    def __init__(self, folder: Path) -> None:
        names = json.loads((folder / "labels.json").read_text())
        table = np.zeros(256, np.uint8)
        side_of = np.zeros(256, np.uint8)
        for name, value in names.items():
            for prefix, tissue in _RULES:
                if name.startswith(prefix):
                    table[value] = TISSUES.index(tissue)
                    break
            if name == "kidney_left":
                side_of[value] = 1
            if name == "kidney_right":
                side_of[value] = 2
        self.slices: dict[str, list[tuple[np.ndarray, tuple[float, float]]]] = {"left": [], "right": []}
        for path in sorted(folder.glob("s*.nii.gz")):
            canonical = nibabel.as_closest_canonical(nibabel.load(str(path)))
            # R-A-S to rows towards the back, columns towards the patient's left.
            array = np.asarray(canonical.dataobj).astype(np.uint8)[::-1, ::-1].transpose(2, 1, 0)
            for side, code in (("left", 1), ("right", 2)):
                area = (side_of[array] == code).sum(axis=(1, 2))
                for k in np.flatnonzero(area > 0.45 * area.max())[::3]:
                    centre = ndimage.center_of_mass(side_of[array[k]] == code)
                    own = side_of[array[k]] == code
                    tissue = table[array[k]].copy()
                    tissue[own] = 0
                    self.slices[side].append((_with_wall(tissue), centre))

    def draw(self, rng: np.random.Generator, side: str) -> tuple[np.ndarray, tuple[float, float]]:
        """A random slice for this side."""
        options = self.slices[side]
        return options[int(rng.integers(len(options)))]


def _with_wall(tissue: np.ndarray) -> np.ndarray:
    """Adds the abdominal wall: unlabelled pixels within 10 mm of the hull of everything labelled."""
    solid = ndimage.binary_closing(np.pad(tissue > 0, 30), iterations=25)[30:-30, 30:-30]
    solid = ndimage.binary_fill_holes(solid)
    depth = ndimage.distance_transform_edt(solid) * Bodies.pixel_mm
    out = tissue.copy()
    out[(tissue == 0) & (depth > 0.5) & (depth < 9)] = TISSUES.index("muscle")
    return out
