"""Fits the size-and-shape model and writes anatomy.json: P(aggressive) and P(malignant) with an interval.

    python training/anatomy/train.py --out public/models/renalens-demo/anatomy.json

Ridge logistic regression per task on standardised features; five repetitions of five folds (the first is
folds.csv, the others stratified with fixed seeds); 200 bootstrap refits stored as coefficients.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np

from logistic import auc, bootstrap_auc, calibration, ece, fit

CACHE = Path(__file__).resolve().parents[1] / "cache"
RIDGE = 6.0
DRAWS = 200
FEATURES = [
    {"name": "axialDiameterMm", "unit": "mm", "transform": "log"},
    {"name": "circularity", "unit": "1", "transform": "identity"},
    {"name": "kidneyContactShare", "unit": "share of the surface", "transform": "identity"},
    {"name": "ageYears", "unit": "years", "transform": "identity"},
    {"name": "male", "unit": "1 male, 0 female", "transform": "identity"},
]
TASKS = {
    "aggressiveness": (["indolent", "aggressive"], lambda c: c == "malignant_aggressive"),
    "malignancy": (["benign", "malignant"], lambda c: c != "benign_indolent"),
}
# Tried and left out: they lower the cross-validated figures (printed with --ablation).
EXTRA = {
    "volume": lambda r: np.log(r["volumeMl"]),
    "sphericity": lambda r: r["sphericity"],
    "elongation": lambda r: r["elongation"],
    "ellipsoid fill": lambda r: r["ellipsoidFill"],
    "extent along the normal / diameter": lambda r: np.log(r["normalExtentMm"] / r["axialDiameterMm"]),
    "more than one mass": lambda r: float(r["tumourCount"] > 1),
    "number of cysts": lambda r: np.log1p(r["cystCount"]),
}


def load() -> list[dict]:
    """Patients with a class; absent numbers are NaN."""
    out = []
    for r in csv.DictReader(open(CACHE / "anatomy.csv")):
        if not r["class"]:
            continue
        numbers = {k: float(v) if v else float("nan") for k, v in r.items() if k not in ("case", "class")}
        numbers["ageYears"] = numbers["age"]
        out.append({**numbers, "case": r["case"], "class": r["class"]})
    return out


def matrix(rows: list[dict], names: list[str]) -> np.ndarray:
    """[patients, features] after the transform, NaN where unknown."""
    by_name = {f["name"]: f["transform"] for f in FEATURES}
    columns = []
    for n in names:
        if n in EXTRA:
            columns.append([EXTRA[n](r) for r in rows])
        else:
            columns.append([np.log(r[n]) if by_name[n] == "log" else r[n] for r in rows])
    return np.array(columns, float).T


def fold_sets(rows: list[dict], y: np.ndarray) -> list[np.ndarray]:
    """Five assignments of patients to five folds: folds.csv, then four stratified random ones."""
    sets = [np.array([int(r["fold"]) for r in rows])]
    for seed in range(1, 5):
        rng = np.random.default_rng(seed)
        folds = np.zeros(len(y), int)
        for c in (0, 1):
            members = rng.permutation(np.flatnonzero(y == c))
            folds[members] = np.arange(len(members)) % 5
        sets.append(folds)
    return sets


def out_of_fold(x: np.ndarray, y: np.ndarray, folds: np.ndarray, seen: np.ndarray | None = None) -> np.ndarray:
    """Probability of each patient from the four folds it is not in; unknown values take the training mean.

    `seen` [patients, features]: what is known of a patient when it is judged, where that is not `x`.
    """
    seen = x if seen is None else seen
    p = np.zeros(len(y))
    for k in range(5):
        train = folds != k
        mean, sd = np.nanmean(x[train], 0), np.nanstd(x[train], 0)
        beta = fit(np.nan_to_num((x[train] - mean) / sd), y[train], RIDGE)
        p[~train] = 1 / (1 + np.exp(-(beta[0] + np.nan_to_num((seen[~train] - mean) / sd) @ beta[1:])))
    return p


def evaluate(x: np.ndarray, y: np.ndarray, rows: list[dict]) -> dict:
    """AUC, slope, Brier and ECE over the repetitions, with a bootstrap interval of the first."""
    sets = fold_sets(rows, y)
    predicted = [out_of_fold(x, y, f) for f in sets]
    size = np.array([r["axialDiameterMm"] for r in rows])
    draws = bootstrap_auc([predicted[0], size], y)
    slopes = [calibration(p, y)[0] for p in predicted]
    prevalence = y.mean()
    return {
        "method": "5 x 5-fold cross-validation, first repetition by fixed folds",
        "patients": len(y),
        "positives": int(y.sum()),
        "auc": float(np.mean([auc(p, y) for p in predicted])),
        "aucFixedFolds": auc(predicted[0], y),
        "aucInterval95": np.percentile(draws[:, 0], [2.5, 97.5]).tolist(),
        "aucDiameterAlone": auc(size, y),
        "aucMinusDiameter95": np.percentile(draws[:, 0] - draws[:, 1], [2.5, 97.5]).tolist(),
        "calibrationSlope": float(np.mean(slopes)),
        "brier": float(np.mean([np.mean((p - y) ** 2) for p in predicted])),
        "brierOfPrevalence": float(prevalence * (1 - prevalence)),
        "ece": float(np.mean([ece(p, y) for p in predicted])),
    }


def rounded(value: object, digits: int = 5) -> object:
    """The same structure with floats rounded."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, (list, tuple)):
        return [rounded(v, digits) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v, digits) for k, v in value.items()}
    return value


def main() -> None:
    """Trains, evaluates, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ablation", type=Path, help="JSON of the feature sets tried")
    args = parser.parse_args()
    rows = load()
    names = [f["name"] for f in FEATURES]
    x = matrix(rows, names)
    mean, sd = np.nanmean(x, 0), np.nanstd(x, 0)
    z = np.nan_to_num((x - mean) / sd)
    tasks, ablation, oof = {}, {}, {}
    for task, (classes, positive) in TASKS.items():
        y = np.array([positive(r["class"]) for r in rows]).astype(int)
        rng = np.random.default_rng(11)
        draws = []
        while len(draws) < DRAWS:
            pick = rng.integers(0, len(y), len(y))
            draws.append(fit(z[pick], y[pick], RIDGE))
        report = evaluate(x, y, rows)
        report["aucWithoutAgeAndSex"] = evaluate(x[:, :3], y, rows)["auc"]
        tasks[task] = {
            "classes": classes,
            "coefficients": fit(z, y, RIDGE).tolist(),
            "bootstrap": np.array(draws).round(4).tolist(),
            "evaluation": report,
        }
        oof[task] = out_of_fold(x, y, fold_sets(rows, y)[0])
        if args.ablation:
            tried = [names[:1], names[:2], names[:3], names, names + list(EXTRA)] + [names + [e] for e in EXTRA]
            ablation[task] = []
            for n in tried:
                r = evaluate(matrix(rows, n), y, rows)
                ablation[task].append({"features": n, "auc": r["auc"], "calibrationSlope": r["calibrationSlope"]})
        print(task, {k: v for k, v in rounded(report, 3).items() if k != "method"})
    features = [
        {**f, "mean": m, "sd": s, "imputeValue": float(np.exp(m) if f["transform"] == "log" else m),
         "trainedRange": [float(v) for v in np.nanpercentile([r[f["name"]] for r in rows], [1, 99])]}
        for f, m, s in zip(FEATURES, mean.tolist(), sd.tolist())
    ]
    document = {
        "schema": "renalens-anatomy/1",
        "statement": "from size and shape, 397 operated patients of one centre",
        "patients": len(rows),
        "source": "KiTS23 label maps and clinical record, CC BY-NC-SA 4.0",
        "intervalPercent": 95,
        "features": features,
        "tasks": tasks,
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rounded(document), separators=(",", ":")) + "\n")
    with open(CACHE / "anatomy-oof.csv", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["case", "aggressiveness", "malignancy"])
        writer.writerows([r["case"], oof["aggressiveness"][i], oof["malignancy"][i]] for i, r in enumerate(rows))
    if args.ablation:
        args.ablation.write_text(json.dumps(rounded(ablation, 4), indent=1) + "\n")


if __name__ == "__main__":
    main()
