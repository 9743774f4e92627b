"""Five-fold figures of the classifiers: real patches beside size alone, held-out simulation per phase subset.

    python training/classify/evaluate.py --out training/cache/classifiers.json

A patient is in one fold with everything it has: real patches, simulated studies of its label map, record. Real
figures are per patient (mean log odds of its patches, each read in its own phase). Temperature and out-of-fold
probabilities come from the folds a patient is not in.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "anatomy"))
from learn import CACHE, RECIPES, SUBSETS, Patches, Recipe, load, predict, train  # noqa: E402
from logistic import auc, bootstrap_auc, calibration, ece, fit  # noqa: E402

SUBSET_NAMES = ["".join(c for c, on in zip("NAV", s) if on) for s in SUBSETS]


def per_patient(data: Patches, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(patients, mean value, first row of each)."""
    cases, first, inverse = np.unique(data.case, return_index=True, return_inverse=True)
    return cases, np.bincount(inverse, values) / np.bincount(inverse), first


def fit_temperature(z: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Temperature of least weighted cross-entropy on log odds `z`."""
    w = np.ones(len(z)) if weight is None else weight
    grid = np.exp(np.linspace(np.log(0.3), np.log(6), 200))
    loss = [float((w * (np.logaddexp(0, z / t) - y * z / t)).sum()) for t in grid]
    return float(grid[int(np.argmin(loss))])


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


def out_of_fold(task: str, recipe: Recipe, seeds: int = 3) -> dict:
    """Log odds of every real patch and of every simulated study in each subset, from folds they are not in."""
    sim, real = load("simulated", task), load("real", task)
    z_real = np.zeros(len(real.y))
    z_sim = np.zeros((7, len(sim.y)))
    heads = []
    for fold in range(5):
        for seed in range(seeds):
            head = train(sim, real, sim.fold != fold, real.fold != fold, replace(recipe, seed=seed))
            if seed == 0:
                heads.append(head)
            test_real, test_sim = np.flatnonzero(real.fold == fold), np.flatnonzero(sim.fold == fold)
            z_real[test_real] += predict(head, real, test_real) / seeds
            for s, subset in enumerate(SUBSETS):
                z_sim[s, test_sim] += predict(head, sim, test_sim, subset) / seeds
    return {"sim": sim, "real": real, "z_real": z_real, "z_sim": z_sim, "heads": heads}


def scores(z: np.ndarray, y: np.ndarray, size: np.ndarray, draws: int = 2000) -> dict:
    """AUC with interval, beside size alone on the same patients."""
    sample = bootstrap_auc([z, size], y, draws)
    return {
        "patients": len(y),
        "positives": int(y.sum()),
        "auc": auc(z, y),
        "auc95": np.percentile(sample[:, 0], [2.5, 97.5]).tolist(),
        "aucSizeAlone": auc(size, y),
        "aucSizeAlone95": np.percentile(sample[:, 1], [2.5, 97.5]).tolist(),
        "difference95": np.percentile(sample[:, 0] - sample[:, 1], [2.5, 97.5]).tolist(),
        "difference": auc(z, y) - auc(size, y),
    }


def crossed_temperature(data: Patches, z: np.ndarray) -> np.ndarray:
    """Log odds divided by the temperature of the other folds' patients."""
    out = np.empty_like(z)
    for fold in range(5):
        train_rows = data.fold != fold
        out[~train_rows] = z[~train_rows] / fit_temperature(z[train_rows], data.y[train_rows], data.weight[train_rows])
    return out


def ceiling(sim: Patches) -> np.ndarray:
    """Log odds of a logistic model on what the simulator drew: size, levels, necrosis, texture, margin (five folds)."""
    t = sim.table
    x = np.column_stack([np.log(t["diameterMm"]), *(t[n] for n in ("kA", "mN", "mA", "mV", "necrosis", "texture", "blurred", "cystic")),
                         t["mA"] - t["kA"], t["necrosis"] > 0])
    x = (x - x.mean(0)) / x.std(0)
    z = np.zeros(len(sim.y))
    for fold in range(5):
        keep = sim.fold != fold
        beta = fit(x[keep], sim.y[keep], 1.0, sim.weight[keep])
        z[~keep] = beta[0] + x[~keep] @ beta[1:]
    return z


def real_report(o: dict) -> dict:
    """Everything on real patients, per patient."""
    real = o["real"]
    z_cal = crossed_temperature(real, o["z_real"])
    cases, z, first = per_patient(real, z_cal)
    y, size, table = real.y[first], real.table["diameterMm"][first].astype(float), real.table[first]
    p = sigmoid(z)
    report = {"all": scores(z, y, size)}
    report["all"] |= {
        "calibrationSlope": calibration(p, y)[0], "brier": float(np.mean((p - y) ** 2)),
        "brierOfPrevalence": float(y.mean() * (1 - y.mean())), "ece": ece(p, y, 8), "patches": len(real.y),
    }
    groups = {
        "corticomedullary (A)": table["phase"] == "A", "nephrographic (V)": table["phase"] == "V",
        "up to 4 cm": size <= 40, "4 to 7 cm": (size > 40) & (size <= 70), "over 7 cm": size > 70,
        "clear cell": table["histology"] == "clear_cell_rcc", "other histology": table["histology"] != "clear_cell_rcc",
    }
    for name, inside in groups.items():
        if 0 < y[inside].sum() < inside.sum():
            report[name] = scores(z[inside], y[inside], size[inside])
    anatomy = {r.split(",")[0]: r.strip().split(",")[1:] for r in open(CACHE / "anatomy-oof.csv").readlines()[1:]}
    column = 0 if o["task"] == "aggressiveness" else 1
    za = np.array([np.log(float(anatomy[c][column]) / (1 - float(anatomy[c][column]))) for c in cases])
    both = np.zeros(len(y))
    fold = real.fold[first]
    for k in range(5):
        keep = fold != k
        beta = fit(np.column_stack([z, za])[keep], y[keep], 0.5)
        both[~keep] = beta[0] + np.column_stack([z, za])[~keep] @ beta[1:]
    report["with the anatomy model beside it"] = scores(both, y, size)
    report["anatomy model alone, same patients"] = scores(za, y, size)
    return report | {"probabilities": [{"case": c, "y": int(a), "p": round(float(b), 4)} for c, a, b in zip(cases, y, p)]}


def simulated_report(o: dict) -> dict:
    """Held-out simulation, per study; intervals over studies are left out because studies of a patient are alike."""
    sim = o["sim"]
    size = sim.table["diameterMm"].astype(float)
    rows = {}
    _, zc, first = per_patient(sim, ceiling(sim))
    y = sim.y[first]
    rows["ceiling: the simulator's own parameters"] = {"auc": auc(zc, y)}
    rows["size alone"] = {"auc": auc(size[first], y)}
    for s, name in enumerate(SUBSET_NAMES):
        z = crossed_temperature(sim, o["z_sim"][s])
        _, zp, _ = per_patient(sim, z)
        spread = bootstrap_auc([zp, size[first]], y, 400)
        p = sigmoid(z)
        order = np.argsort(p, kind="stable")
        bins = np.array_split(order, 10)
        rows[name] = {
            "auc": auc(zp, y), "auc95": np.percentile(spread[:, 0], [2.5, 97.5]).tolist(),
            "difference95": np.percentile(spread[:, 0] - spread[:, 1], [2.5, 97.5]).tolist(),
            "ece": float(sum(sim.weight[b].sum() * abs(np.average(p[b], weights=sim.weight[b]) - np.average(sim.y[b], weights=sim.weight[b]))
                             for b in bins) / sim.weight.sum()),
            "calibrationSlope": calibration(sigmoid(zp), y)[0],
        }
    nav = o["z_sim"][6]
    for name, inside in (("NAV, up to 4 cm", size <= 40), ("NAV, cystic", sim.table["cystic"] > 0), ("NAV, solid", sim.table["cystic"] == 0)):
        if 0 < sim.y[inside].sum() < inside.sum():
            rows[name] = {"auc": auc(nav[inside], sim.y[inside]), "studies": int(inside.sum()), "aucSizeAlone": auc(size[inside], sim.y[inside])}
    return rows | {"patients": len(y), "studies": len(sim.y)}


def youden(z: np.ndarray, y: np.ndarray) -> float:
    """Probability at which sensitivity + specificity is largest."""
    p = sigmoid(z)
    cuts = np.unique(p)
    gain = [float((p[y == 1] >= c).mean() - (p[y == 0] >= c).mean()) for c in cuts]
    return float(cuts[int(np.argmax(gain))])


def enhancement_moved(heads: list, trunk: torch.nn.Module, temperature: float, hu_step: float = 21.5) -> dict:
    """Change of the probability when everything that enhances is moved by one between-series SD (21.5 HU), real patches.

    Each patch is read by the head that did not train on it. HU above 20 move, fully from 70 on.
    """
    from features import LOW, WIDTH, read
    from patches import load_patches

    images, table = load_patches(CACHE)
    hu = images.astype(np.float32) * (WIDTH / 255) + LOW
    present = np.eye(3, dtype=np.float32)[["NAV".index(p) for p in table["phase"]]]
    answers = []
    for sign in (-1.0, 0.0, 1.0):
        moved = np.clip(hu + sign * hu_step * np.clip((hu - 20) / 50, 0, 1), LOW, LOW + WIDTH)
        f = np.concatenate([read(trunk, (moved[i : i + 8] - LOW) * (255 / WIDTH), False) for i in range(0, len(hu), 8)])
        x = np.zeros((len(hu), 3, *f.shape[1:]), np.float32)
        x[present > 0] = f
        z = np.zeros(len(hu))
        for fold, head in enumerate(heads):
            at = np.flatnonzero(table["fold"] == fold)
            with torch.no_grad():
                out = head(torch.from_numpy(x[at]), torch.from_numpy(present[at])).numpy()
            z[at] = out[:, 1] - out[:, 0]
        answers.append(sigmoid(z / temperature))
    down, base, up = answers
    return {"huStep": hu_step, "meanChangeUp": float((up - base).mean()), "meanChangeDown": float((down - base).mean()),
            "meanAbsoluteChange": float((np.abs(up - base) + np.abs(down - base)).mean() / 2),
            "crossingOneHalf": float(((up > 0.5) != (down > 0.5)).mean())}


def main() -> None:
    """Both tasks: five-fold figures, then the shipped network on all folds."""
    from network import Classifier
    from trunk import load_trunk

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=CACHE / "classifiers.json")
    parser.add_argument("--trunk", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", default=list(RECIPES))
    parser.add_argument("--seeds", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    out = json.loads(args.out.read_text()) if args.out.exists() else {}
    for task in args.tasks:
        o = out_of_fold(task, RECIPES[task], args.seeds) | {"task": task}
        real, sim = o["real"], o["sim"]
        real_rows, sim_rows = real_report(o), simulated_report(o)
        # One temperature for the shipped network: real and simulated patients, each kind weighing the same.
        z = np.concatenate([o["z_real"], o["z_sim"].ravel()])
        y = np.concatenate([real.y, np.tile(sim.y, 7)])
        w = np.concatenate([real.weight / real.weight.sum(), np.tile(sim.weight / sim.weight.sum() / 7, 7)])
        temperature = fit_temperature(z, y, w)
        _, zp, first = per_patient(real, o["z_real"])
        cut = youden(zp / temperature, real.y[first])
        a = real_rows["all"]
        out[task] = {
            "real": real_rows, "simulated": sim_rows,
            "calibration": {"method": "temperature", "temperature": round(temperature, 4),
                            "fittedOn": "out-of-fold real patches and simulated studies", "ece": round(a["ece"], 4)},
            "thresholds": [{"name": "argmax", "value": 0.5, "fittedOn": "none"},
                           {"name": "youden", "value": round(cut, 3), "fittedOn": "out-of-fold real patients"}],
            "summary": {"realPatients": a["patients"], "realPositives": a["positives"], "auc": round(a["auc"], 3),
                        "auc95": [round(v, 3) for v in a["auc95"]], "aucSizeAlone": round(a["aucSizeAlone"], 3),
                        "simulatedAucNAV": round(sim_rows["NAV"]["auc"], 3), "simulatedAucSizeAlone": round(sim_rows["size alone"]["auc"], 3)},
        }
        head = train(sim, real, np.ones(len(sim.y), bool), np.ones(len(real.y), bool), replace(RECIPES[task], seed=0))
        trunk = load_trunk(args.trunk)
        out[task]["enhancementMoved"] = enhancement_moved(o["heads"], trunk, temperature)
        torch.save(Classifier(trunk, head).state_dict(), CACHE / f"{task}.pt")
        print(task, json.dumps(out[task]["summary"]), "slope", round(a["calibrationSlope"], 2), "difference", np.round(a["difference95"], 3),
              {k: round(v["auc"], 3) for k, v in sim_rows.items() if isinstance(v, dict)}, "T", round(temperature, 2), flush=True)
    out["trainingData"] = {
        "description": f"{len(real.y)} real tumour patches of {len(np.unique(real.case))} patients (arterial or venous), "
                       f"{len(sim.y)} simulated three-phase studies over the label maps of {sim_rows['patients']} patients; "
                       "trunk: ImageNet weights of torchvision's ResNet-18 (BSD-3-Clause), frozen",
    }
    args.out.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
