"""The size-and-shape model on the segmenter's own masks: the same patients, once from reference and once from own outlines.

    python training/anatomy/own_masks.py [--write docs/model-results.json]

Real masks with an image are single slices (../segment/folds.py keeps the answers of networks that did not see the
patient), so diameter, roundness and contact with the kidney are those of the slice. Coefficients come from the label maps
of the four folds that the patient is not in; a mass that was not found takes the training mean, as in the product.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from logistic import auc, bootstrap_auc
from measures import TUMOUR, measure
from train import CACHE, FEATURES, TASKS, fold_sets, load, matrix, out_of_fold

SHAPE = ("axialDiameterMm", "circularity", "kidneyContactShare")
# Only the outline in the slice shall count as surface, so the slab is made so thick that its two faces do not.
SLAB_MM = 1e4


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
        if str(slices["name"][i]) in own.files and area > 20 and area > best.get(case, (0,))[0]:
            best[case] = area, labels[i], own[str(slices["name"][i])], float(slices["pixel"][i])
    return {
        case: dict(reference=slice_facts(r, mm), own=slice_facts(o, mm), overlap=bool(((r == TUMOUR) & (o == TUMOUR)).any()))
        for case, (_, r, o, mm) in best.items()
    }


def main() -> None:
    """Prints and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    rows, slices = load(), largest_slices()
    have = np.array([r["case"] in slices for r in rows])
    pairs = [slices[r["case"]] for r in rows if r["case"] in slices]
    both = [p for p in pairs if p["overlap"] and p["own"] and p["reference"]]
    error = [abs(p["own"]["axialDiameterMm"] - p["reference"]["axialDiameterMm"]) / 10 for p in both]
    out = {"patients": len(pairs), "tumourOutlined": len(both), "diameterErrorCmMedian": float(np.median(error))}
    names, unknown = [f["name"] for f in FEATURES], {k: np.nan for k in SHAPE}
    x = matrix(rows, names)
    kinds = {
        "labelMaps": x,
        "referenceSlice": matrix([{**r, **(slices.get(r["case"], {}).get("reference") or unknown)} for r in rows], names),
        "ownSlice": matrix([{**r, **(slices.get(r["case"], {}).get("own") or unknown)} for r in rows], names),
    }
    for task, (_, positive) in TASKS.items():
        y = np.array([positive(r["class"]) for r in rows]).astype(int)
        folds = fold_sets(rows, y)[0]
        p = [out_of_fold(x, y, folds, seen)[have] for seen in kinds.values()]
        draws = bootstrap_auc(p, y[have])
        out[task] = {"positives": int(y[have].sum()), "ownMinusReference95": np.percentile(draws[:, 2] - draws[:, 1], [2.5, 97.5]).tolist()}
        for n, kind in enumerate(kinds):
            out[task][kind] = {"auc": auc(p[n], y[have]), "auc95": np.percentile(draws[:, n], [2.5, 97.5]).tolist()}
    out = json.loads(json.dumps(out), parse_float=lambda v: round(float(v), 3))
    print(json.dumps(out, indent=1))
    if args.write:
        document = json.loads(args.write.read_text())
        document["anatomy"]["ownMasks"] = out
        args.write.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
