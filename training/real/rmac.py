"""UCSF-RMaC (one HDF5 file a patient, phase_reg_key.csv) to a folder that the training reads. Needs h5py.

    python training/real/rmac.py --folder ucsf-rmac [--pack public/models/renalens-demo] [--folds folds.csv]

Reads noncon, arterial, portven, delay, mask ([row, column, slice], rows anterior to posterior, columns patient right to
left, slices feet to head) and the attributes pathology, pathology_grade, tumor_type, <phase>_pixdim. The mask holds the
mass alone, as polygons or as boxes: boxes give patches, never outlines. `--pack` draws the kidneys with a pack's own
segmentation; without it no volumes are written for the segmentation, because a kidney called background would teach
the wrong thing. Only phases that phase_reg_key.csv calls registered (2) are used beside the unenhanced one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from classes import UNKNOWN, plain, rmac_class
from store import Store
from data import rows

CACHE = Path(__file__).resolve().parents[1] / "cache"
PHASES = {"noncon": "N", "arterial": "A", "portven": "V", "delay": "E"}
SCORED = "NAV"
REGISTERED = 2


def registered(key: dict[str, str], phase: str) -> bool:
    """Whether the list calls the phase usable: the unenhanced volume when it is there, others when registered."""
    state = int(float(plain(key.get(phase)) or 0))
    return state >= 1 if phase == "noncon" else state == REGISTERED


def is_boxes(mask: np.ndarray) -> bool:
    """True where every slice of [slice, row, column] that holds the mass is filled to its own box."""
    for plane in mask[mask.any((1, 2))]:
        r, c = np.nonzero(plane)
        if plane.sum() < 0.98 * (r.max() - r.min() + 1) * (c.max() - c.min() + 1):
            return False
    return True


def read_exam(path: Path, key: dict[str, str]):
    """Volumes by phase and the mask as [slice, row, column], spacing in that order, and the attributes."""
    import h5py

    with h5py.File(path, "r") as f:
        attributes = {k: v.decode() if isinstance(v, bytes) else v for k, v in f.attrs.items()}
        shape = f["mask"].shape
        names = [p for p in PHASES if p in f and registered(key, p) and f[p].shape == shape]
        volumes = {p: np.asarray(f[p], np.float32).transpose(2, 0, 1) for p in names}
        mask = np.asarray(f["mask"]).transpose(2, 0, 1) >= 0.5
    x, y, z = (float(v) for v in np.asarray(attributes["mask_pixdim"]).ravel()[:3])
    return volumes, mask, (z, y, x), attributes


def kidneys_of(pack: Path):
    """A function from HU and spacing to labels, with the pack's own networks and join."""
    from evaluate import OnnxRunner, settings
    from join import segment

    whole, fine, join = OnnxRunner(pack / "segment-whole.onnx"), OnnxRunner(pack / "segment-fine.onnx"), settings()
    return lambda hu, spacing: segment(hu, spacing, whole, fine, join)[0]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--folder", type=Path, required=True)
    ap.add_argument("--pack", type=Path)
    ap.add_argument("--folds", type=Path)
    ap.add_argument("--cache", type=Path, default=CACHE)
    a = ap.parse_args()
    keys = {next(iter(r.values())): r for r in rows(a.folder / "phase_reg_key.csv")}
    segment = kidneys_of(a.pack) if a.pack else None
    store = Store(a.cache / "rmac", a.folds)
    for path in sorted(a.folder.glob("*.hdf5")):
        case = path.stem
        if case not in keys:
            print(f"{case}: not in phase_reg_key.csv, left out")
            continue
        volumes, mask, spacing, facts = read_exam(path, keys[case])
        if not volumes or not mask.any():
            print(f"{case}: {'no usable phase' if not volumes else 'empty mask'}, left out")
            continue
        kind = rmac_class(facts.get("tumor_type"), facts.get("pathology"), facts.get("pathology_grade"))
        boxes = is_boxes(mask)
        first = next(p for p in ("arterial", "portven", "noncon", "delay") if p in volumes)
        label = segment(volumes[first], spacing) if segment else np.zeros(mask.shape, np.uint8)
        label[label >= 2] = 1
        label[mask] = 2
        for name, hu in volumes.items():
            if segment and not boxes:
                store.add_volume(f"{case}-{name}", case, PHASES[name], hu, label, spacing, None)
            if kind != UNKNOWN and PHASES[name] in SCORED:
                store.add_patch(case, PHASES[name], hu, mask, label, spacing, (kind, plain(facts.get("pathology"))[:30]), "ucsf-rmac")
    store.close(a.cache / "real-patches-rmac.npz")


if __name__ == "__main__":
    main()
