"""Real patches: tumour slices of patients with a known class, centred on the tumour label, 224 x 224 at 0.625 mm.

    python training/classify/real.py --shared DIR      writes training/cache/real-patches.npz
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from patches import TABLE, cut

CACHE = Path(__file__).resolve().parents[1] / "cache"
LOW, WIDTH = -79.0, 383.0
MIN_TUMOUR_PX = 20


def read_slice(folder: Path, name: str, clipped_at_zero: bool) -> tuple[np.ndarray, np.ndarray]:
    """(HU clipped to [-79, 304], labels) of one picture; a picture that starts at 0 HU has fat put below it."""
    grey = np.asarray(Image.open(folder / "images" / name)).astype(np.float32)
    labels = np.asarray(Image.open(folder / "labels" / name))
    if not clipped_at_zero:
        return grey * (WIDTH / 255) + LOW, labels
    # 0..255 HU: everything darker is fat or air, both at the lower end of the window, softened as partial volume.
    hu = np.where(grey <= 0, LOW, grey)
    return np.where(grey <= 0, ndimage.gaussian_filter(hu, 0.7), hu), labels


def main() -> None:
    """Cuts every patch and says how many of which class and phase."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    args = parser.parse_args()
    maps = args.shared / "label-maps"
    records = {r["case_id"]: r for r in csv.DictReader(open(maps / "cases.csv"))}
    folds = {r["case_id"]: int(r["fold"]) for r in csv.DictReader(open(maps / "folds.csv"))}
    known = {r["case"]: r["phase"] for r in
             csv.DictReader(open(args.shared / "more-data" / "rcc-radiomics-facts" / "kits19-phase.csv"))}
    images, labels, rows = [], [], []
    for source in ("kits-slices-wide", "kits-slices"):
        folder = args.shared / "real-stats" / source
        for r in csv.DictReader(open(folder / "index.csv")):
            record = records.get(r["case_id"])
            if record is None or not record["paper_class"]:
                continue
            hu, label = read_slice(folder, r["file"], source == "kits-slices")
            parts, n = ndimage.label(label == 2)
            if n == 0:
                continue
            sizes = np.bincount(parts.ravel())[1:]
            if sizes.max() < MIN_TUMOUR_PX:
                continue
            mass = parts == int(sizes.argmax()) + 1
            centre = ndimage.center_of_mass(mass)
            pixel = float(r["pixel_mm"])
            inner = ndimage.binary_erosion(label == 1, iterations=3)
            inner_sd = float(ndimage.gaussian_filter(hu, 1.2)[inner].std()) if inner.sum() > 60 else float("nan")
            number = int(r["case_id"][-5:])
            phase = {"corticomedullary": "A", "nephrographic": "V"}.get(known.get(r["case_id"], ""), "")
            phase = phase or ("V" if number >= 500 else "")
            images.append(np.round((np.clip(cut(hu, centre, pixel, 1, LOW), LOW, LOW + WIDTH) - LOW) * 255 / WIDTH))
            labels.append(cut(label, centre, pixel, 0, 0))
            rows.append((r["case_id"], folds[r["case_id"]], record["paper_class"], record["tumor_histologic_subtype"],
                         source, phase, inner_sd, float(record["largest_tumour_axial_diameter_mm"]),
                         float(sizes.max() * pixel**2), float(hu[mass].mean())))
    table = np.array(rows, dtype=TABLE)
    a, v = (table["innerSd"][table["phase"] == p] for p in "AV")
    cut_sd = float((np.nanmedian(a) + np.nanmedian(v)) / 2)
    guessed = table["phase"] == ""
    table["phase"][guessed] = np.where(table["innerSd"][guessed] > cut_sd, "A", "V")
    print(f"inner SD medians A {np.nanmedian(a):.1f}, V {np.nanmedian(v):.1f}; {int(guessed.sum())} patches sorted at {cut_sd:.1f}")
    for key in ("class", "phase", "source"):
        print(key, dict(zip(*np.unique(table[key], return_counts=True))))
    print(len(table), "patches of", len(set(table["case"])), "patients")
    np.savez(CACHE / "real-patches.npz", images=np.stack(images).astype(np.uint8),
             labels=np.stack(labels).astype(np.uint8), table=table)


if __name__ == "__main__":
    main()
