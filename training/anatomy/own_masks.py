"""The size-and-shape model on the segmenter's own masks: the same patients, once from reference and once from own outlines.

    python training/anatomy/own_masks.py [--write docs/model-results.json]

Real masks with an image are single slices (../segment/five_folds.py keeps the answers of networks that did not see the
patient), so diameter, roundness and contact with the kidney are those of the slice. Coefficients come from the label maps
of the four folds that the patient is not in; a mass that was not found takes the training mean, as in the product.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np

from logistic import auc, fit
from measures import TUMOUR, measure
from train import CACHE, FEATURES, RIDGE, TASKS, load, matrix

SHAPE = ("axialDiameterMm", "circularity", "kidneyContactShare")
# Only the outline in the slice shall count as surface, so the slab is made so thick that its two faces do not.
SLAB_MM = 1e4
DRAWS = 2000


def slice_facts(labels: np.ndarray, pixel_mm: float) -> dict | None:
    """Diameter, roundness, contact of the largest tumour of a label slice; None without one."""
    found = measure(labels[None], (pixel_mm, pixel_mm, SLAB_MM))
    return found and {k: found[k] for k in SHAPE}


def largest_slices() -> dict:
    """Per patient, of the slices whose reference label has a tumour, the one where it is largest."""
    slices, own, best = np.load(CACHE / "slices.npz"), np.load(CACHE / "own-masks.npz"), {}
    labels = slices["label"]
    for i in np.flatnonzero((slices["source"] == "wide") & (slices["fold"] >= 0)):
        area = int((labels[i] == TUMOUR).sum()) * float(slices["pixel"][i]) ** 2
        case = str(slices["case"][i])
        if area > 20 and area > best.get(case, (0,))[0]:
            best[case] = area, labels[i], own[str(slices["name"][i])], float(slices["pixel"][i])
    return {c: dict(reference=slice_facts(r, mm), own=slice_facts(o, mm)) for c, (_, r, o, mm) in best.items()}


def predict(rows: list[dict], facts: list[dict | None], y: np.ndarray) -> np.ndarray:
    """Out-of-fold probability of the patients of `rows` that have an entry, with their shape replaced by `facts`."""
    names = [f["name"] for f in FEATURES]
    x = matrix(rows, names)
    seen = [dict(r, **(f or {k: np.nan for k in SHAPE})) for r, f in zip(rows, facts)]
    replaced = matrix(seen, names)
    folds = np.array([int(r["fold"]) for r in rows])
    out = np.zeros(len(rows))
    for k in range(5):
        train, test = folds != k, folds == k
        mean, sd = np.nanmean(x[train], 0), np.nanstd(x[train], 0)
        beta = fit(np.nan_to_num((x[train] - mean) / sd), y[train], RIDGE)
        out[test] = 1 / (1 + np.exp(-(beta[0] + np.nan_to_num((replaced[test] - mean) / sd) @ beta[1:])))
    return out


def main() -> None:
    """Prints and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    rows, slices = load(), largest_slices()
    have = np.array([r["case"] in slices for r in rows])
    pairs = [slices[r["case"]] for r in rows if r["case"] in slices]
    both = [p for p in pairs if p["own"] and p["reference"]]
    error = [abs(p["own"]["axialDiameterMm"] - p["reference"]["axialDiameterMm"]) / 10 for p in both]
    out = {"patients": len(pairs), "tumourOutlined": len(both), "diameterErrorCmMedian": float(np.median(error))}
    for task, (_, positive) in TASKS.items():
        y = np.array([positive(r["class"]) for r in rows]).astype(int)
        kinds = {
            "labelMaps": [{k: r[k] for k in SHAPE} for r in rows],
            "referenceSlice": [slices.get(r["case"], {}).get("reference") for r in rows],
            "ownSlice": [slices.get(r["case"], {}).get("own") for r in rows],
        }
        p = {k: predict(rows, f, y)[have] for k, f in kinds.items()}
        t = y[have]
        rng = np.random.default_rng(5)
        picks = [rng.integers(0, len(t), len(t)) for _ in range(DRAWS)]
        picks = [i for i in picks if 0 < t[i].sum() < len(i)]
        out[task] = {"positives": int(t.sum())}
        for kind, values in p.items():
            out[task][kind] = {"auc": auc(values, t), "auc95": np.percentile([auc(values[i], t[i]) for i in picks], [2.5, 97.5]).tolist()}
        out[task]["ownMinusReference95"] = np.percentile([auc(p["ownSlice"][i], t[i]) - auc(p["referenceSlice"][i], t[i]) for i in picks], [2.5, 97.5]).tolist()
    out = json.loads(json.dumps(out), parse_float=lambda v: round(float(v), 3))
    print(json.dumps(out, indent=1))
    if args.write:
        document = json.loads(args.write.read_text())
        document["anatomy"]["ownMasks"] = out
        args.write.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
