"""KiTS23 as its repository lays it out, to a folder that the training reads.

    python training/real/kits23.py --dataset kits23/dataset [--folds folds.csv]

Reads dataset/case_*/imaging.nii.gz and segmentation.nii.gz (1 kidney, 2 tumour, 3 cyst) and dataset/kits23.json (or
kits23.json beside dataset). Writes training/cache/kits23/ and training/cache/real-patches-kits23.npz.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from classes import UNKNOWN, kits_class, plain
from store import Store
from data import read_nifti_display

CACHE = Path(__file__).resolve().parents[1] / "cache"
FOLDS = Path(__file__).resolve().parents[3] / "shared" / "label-maps" / "folds.csv"
# KiTS says 'arterial' of what is mostly corticomedullary, and 'nephrographic' of the cases that came with KiTS23.
PHASES = {"arterial": "A", "corticomedullary": "A", "nephrographic": "V", "venous": "V"}


def read_records(dataset: Path) -> dict[str, dict]:
    """Records of kits23.json by case."""
    path = next((p for p in (dataset / "kits23.json", dataset.parent / "kits23.json") if p.exists()), None)
    if path is None:
        raise SystemExit(f"{dataset}: kits23.json is neither in it nor beside it")
    return {r["case_id"]: r for r in json.loads(path.read_text())}


def phase_of(case: str, record: dict) -> str:
    """A or V: the record's word, else the case number (from 500 on nephrographic)."""
    return PHASES.get(plain(record.get("contrast_phase")), "V" if int(case[-5:]) >= 500 else "A")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--dataset", type=Path, required=True)
    ap.add_argument("--folds", type=Path, default=FOLDS)
    ap.add_argument("--cache", type=Path, default=CACHE)
    a = ap.parse_args()
    records = read_records(a.dataset)
    store = Store(a.cache / "kits23", a.folds)
    for folder in sorted(p for p in a.dataset.glob("case_*") if p.is_dir()):
        case, image, mask = folder.name, folder / "imaging.nii.gz", folder / "segmentation.nii.gz"
        if not image.exists() or not mask.exists():
            print(f"{case}: {'imaging' if not image.exists() else 'segmentation'}.nii.gz is missing, left out")
            continue
        hu, spacing = read_nifti_display(image)
        label, _ = read_nifti_display(mask)
        label = label.astype(np.uint8)
        if hu.shape != label.shape or label.max() > 3:
            print(f"{case}: image {hu.shape} and labels {label.shape}, highest {label.max()}: left out")
            continue
        record = records.get(case, {})
        phase, size = phase_of(case, record), record.get("radiographic_size")
        store.add_volume(case, case, phase, hu, label, spacing, float(size) if plain(size) else None)
        kind = kits_class(record)
        if kind != UNKNOWN and (label == 2).any():
            store.add_patch(case, phase, hu, label == 2, label, spacing, (kind, plain(record.get("tumor_histologic_subtype"))), "kits23")
    store.close(a.cache / "real-patches-kits23.npz")


if __name__ == "__main__":
    main()
