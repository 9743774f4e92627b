"""Simulated against real appearance, side by side: training/cache/calibration.json and a table on stdout.

    python training/simulate/calibrate.py [--sheet docs/simulated-sheet.png]

Both columns are measured the same way: inside each label eroded by 2 mm, patch of 140 mm at 0.625 mm, HU clipped to
[-79, 304]. Real: tumour slices of the cohort (two thirds corticomedullary); simulated: A and V in the same ratio.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "classify"))
from learn import CACHE  # noqa: E402

LOW, WIDTH, PIXEL_MM = -79.0, 383.0, 0.625


def one(grey: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Mean, slow and fast SD of each label, and tumour minus kidney, of one patch."""
    hu = grey.astype(np.float32) * (WIDTH / 255) + LOW
    slow = ndimage.uniform_filter(hu, 9)
    fast = hu - ndimage.gaussian_filter(hu, 1.9)
    out = {}
    for name, value in (("kidney", 1), ("tumour", 2), ("cyst", 3)):
        inside = ndimage.binary_erosion(labels == value, iterations=3)
        if inside.sum() < 80:
            continue
        out[f"{name} mean"] = float(hu[inside].mean())
        out[f"{name} slow SD"] = float(slow[inside].std())
        out[f"{name} fast SD"] = float(fast[inside].std())
    if "kidney mean" in out and "tumour mean" in out:
        out["tumour minus kidney"] = out["tumour mean"] - out["kidney mean"]
    return out


def percentiles(rows: list[dict]) -> dict[str, list[float]]:
    """5, 25, 50, 75, 95 % of every quantity."""
    names = sorted({k for r in rows for k in r})
    return {n: np.percentile([r[n] for r in rows if n in r], [5, 25, 50, 75, 95]).round(1).tolist() for n in names}


def main() -> None:
    """Prints both columns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    real, sim = np.load(CACHE / "real-patches.npz"), np.load(CACHE / "simulated.npz")
    images, labels, table = sim["images"], sim["labels"], sim["table"]
    rng = np.random.default_rng(0)
    cases = np.unique(table["case"])
    pick = [int(rng.choice(np.flatnonzero(table["case"] == c))) for c in cases][: args.limit]
    by_phase = {p: [one(images[i, n], labels[i]) for i in pick] for n, p in enumerate("NAV")}
    pooled = by_phase["A"][: len(pick) * 2 // 3] + by_phase["V"][len(pick) * 2 // 3 :]
    simulated = percentiles(pooled)
    measured = percentiles([one(g, m) for g, m in zip(real["images"], real["labels"])])
    print(f"{'':24s} {'real 5/25/50/75/95 %':34s} simulated, A and V 2:1")
    for name in measured:
        show = lambda v: " / ".join(f"{x:.0f}" for x in v)  # noqa: E731
        print(f"{name:24s} {show(measured[name]):34s} {show(simulated.get(name, []))}")
    change = [v["tumour mean"] - a["tumour mean"] for a, v in zip(by_phase["A"], by_phase["V"]) if "tumour mean" in a and "tumour mean" in v]
    kidney = [v["kidney mean"] - a["kidney mean"] for a, v in zip(by_phase["A"], by_phase["V"]) if "kidney mean" in a and "kidney mean" in v]
    pairs = {"tumour": [-13.0, 21.5, float(np.mean(change)), float(np.std(change))],
             "kidney": [13.0, 17.8, float(np.mean(kidney)), float(np.std(kidney))]}
    print("change A to V, mean and SD, real (43 patients) then simulated:", {k: [round(x, 1) for x in v] for k, v in pairs.items()})
    (CACHE / "calibration.json").write_text(json.dumps({"real": measured, "simulated": simulated, "changeAtoV": pairs}) + "\n")
    if args.sheet:
        choice = rng.choice(pick, 8, replace=False)
        rows = [np.concatenate(list(images[i]), 1) for i in choice]
        sheet = np.concatenate([np.concatenate(rows[:4], 0), np.concatenate(rows[4:], 0)], 1)
        Image.fromarray(sheet[::2, ::2]).save(args.sheet, optimize=True)


if __name__ == "__main__":
    main()
