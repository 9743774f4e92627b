"""A folder of volumes for training: `<exam>.npy` (uint8 [2, slab, row, column]: HU as in segment/data.py, labels) and index.json.

Rows run anterior to posterior, columns patient right to left, slabs feet to head, about 3 mm thick. Slabs far from the
kidneys are kept one in four. `train.py --data FOLDER` and `evaluate.py --data FOLDER` read it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.append(str(Path(__file__).resolve().parents[1] / "segment"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "classify"))

from data import CLIP_HIGH, CLIP_LOW, rows, slabs, to_grey  # noqa: E402
from patches import TABLE, cut  # noqa: E402

NEAR_MM, FAR_STEP, AIR_HU, MARGIN_PX = 20.0, 4, -300.0, 4
FOLDS = 5


def fold_of(case: str, given: dict[str, int]) -> int:
    """The fold that a list gives to a patient, else one drawn from the name: always the same one."""
    return given.get(case, int(hashlib.sha256(case.encode()).hexdigest()[:8], 16) % FOLDS)


def read_folds(path: Path | None) -> dict[str, int]:
    return {r["case_id"]: int(r["fold"]) for r in rows(path)} if path and path.exists() else {}


class Store:
    """Writes volumes and, for tumours with a class, patches in the form of classify/real.py."""

    def __init__(self, folder: Path, folds: Path | None) -> None:
        self.folder, self.folds = folder, read_folds(folds)
        folder.mkdir(parents=True, exist_ok=True)
        self.index: list[dict] = []
        self.images: list[np.ndarray] = []
        self.labels: list[np.ndarray] = []
        self.table: list[tuple] = []

    def add_volume(self, exam: str, case: str, phase: str, hu: np.ndarray, label: np.ndarray, spacing: tuple, size_cm: float | None) -> None:
        """HU and labels (1 kidney, 2 tumour, 3 cyst) as [slice, row, column], spacing in mm in that order."""
        thick, per = slabs(hu.astype(np.float32), spacing[0])
        labels = np.stack([label[i : i + per][len(label[i : i + per]) // 2] for i in range(0, len(label), per)])
        body = ndimage.binary_opening(thick > AIR_HU, iterations=1).any(0)
        r, c = (np.nonzero(body.any(axis))[0] for axis in (1, 0)) if body.any() else (np.arange(s) for s in body.shape)
        box = tuple(slice(max(int(w.min()) - MARGIN_PX, 0), int(w.max()) + MARGIN_PX + 1) for w in (r, c))
        inside = np.nonzero((labels > 0).any((1, 2)))[0]
        reach = NEAR_MM / (spacing[0] * per)
        kept = [i for i in range(len(thick)) if (len(inside) and inside.min() - reach <= i <= inside.max() + reach) or i % FAR_STEP == 0]
        both = np.stack([to_grey(thick[kept])[(slice(None), *box)], labels[kept][(slice(None), *box)].astype(np.uint8)])
        np.save(self.folder / f"{exam}.npy", both)
        self.index.append(dict(exam=exam, case=case, fold=fold_of(case, self.folds), phase=phase, pixelMm=float(spacing[1]), slabMm=float(spacing[0] * per), slabs=kept, sizeCm=size_cm))

    def add_patch(self, case: str, phase: str, hu: np.ndarray, mass: np.ndarray, label: np.ndarray, spacing: tuple, kind: tuple[str, str], source: str) -> None:
        """The tumour slice of largest area of one phase; `kind` is (class, histology)."""
        areas = mass.sum((1, 2))
        z = int(areas.argmax())
        plane, own = hu[z].astype(np.float32), mass[z]
        centre, pixel = ndimage.center_of_mass(own), float(spacing[1])
        clipped = np.clip(cut(plane, centre, pixel, 1, CLIP_LOW), CLIP_LOW, CLIP_HIGH)
        inner = ndimage.binary_erosion(label[z] == 1, iterations=3)
        inner_sd = float(ndimage.gaussian_filter(plane, 1.2)[inner].std()) if inner.sum() > 60 else float("nan")
        self.images.append(np.round((clipped - CLIP_LOW) * 255 / (CLIP_HIGH - CLIP_LOW)).astype(np.uint8))
        self.labels.append(cut(label[z], centre, pixel, 0, 0).astype(np.uint8))
        rim = np.argwhere(own ^ ndimage.binary_erosion(own)) * pixel
        diameter = float(np.sqrt(((rim[:, None] - rim[None]) ** 2).sum(-1).max())) if len(rim) else 0.0
        self.table.append((case, fold_of(case, self.folds), *kind, source, phase, inner_sd, diameter, float(own.sum() * pixel**2), float(plane[own].mean())))

    def close(self, patches: Path) -> None:
        """index.json, and the patches beside the other caches."""
        (self.folder / "index.json").write_text(json.dumps(self.index, indent=1) + "\n")
        if self.table:
            np.savez(patches, images=np.stack(self.images), labels=np.stack(self.labels), table=np.array(self.table, dtype=TABLE))
        folds = {f: len({e["case"] for e in self.index if e["fold"] == f}) for f in range(FOLDS)}
        print(f"{len(self.index)} volumes, {sum(len(e['slabs']) for e in self.index)} slabs, patients by fold {folds}, {len(self.table)} tumour patches")
