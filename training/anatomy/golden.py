"""Writes src/measure/golden.json: masks, a model and the Python's answers, which the TypeScript must repeat.

    python training/anatomy/golden.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from measures import components, measure

OUT = Path(__file__).resolve().parents[2] / "src" / "measure" / "golden.json"


def scene(seed: int, size: tuple[int, int, int], spacing: tuple[float, float, float], wobble: float) -> dict:
    """A kidney ellipsoid with a bulging mass and a cyst, [k, j, i], with ragged borders."""
    rng = np.random.default_rng(seed)
    nk, nj, ni = size
    k, j, i = np.meshgrid(*(np.arange(n) for n in size), indexing="ij")
    mm = np.stack([(i - ni / 2) * spacing[0], (j - nj / 2) * spacing[1], (k - nk / 2) * spacing[2]])
    rough = rng.normal(0, wobble, size)

    def ball(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> np.ndarray:
        return sum(((mm[a] - centre[a]) / radii[a]) ** 2 for a in range(3)) + rough < 1

    labels = np.zeros(size, np.uint8)
    labels[ball((0, 0, 0), (14, 10, 20))] = 1
    labels[ball((9, 3, 2), (9, 8, 10))] = 2
    labels[ball((-8, -2, -6), (4, 5, 5))] = 3
    mass = components(labels == 2, spacing)[0][1]
    found = measure(labels, spacing, mass)
    keys = ("axialDiameterMm", "volumeMl", "surfaceMm2", "sphericity", "circularity", "kidneyContactShare")
    return {
        "sizeIjk": [ni, nj, nk],
        "spacingMm": list(spacing),
        "labels": "".join(map(str, labels.ravel())),
        "mass": "".join(map(str, mass.astype(int).ravel())),
        "expected": {key: found[key] for key in keys},
    }


def model(seed: int) -> dict:
    """A small random model and answers of numpy for three patients, one with unknown facts."""
    rng = np.random.default_rng(seed)
    names = ["axialDiameterMm", "circularity", "kidneyContactShare", "ageYears", "male"]
    mean = [3.7, 0.8, 0.4, 60.0, 0.6]
    sd = [0.6, 0.1, 0.2, 12.0, 0.5]
    impute = [40.0, 0.8, 0.4, 60.0, 0.6]
    features = [
        {"name": n, "unit": "", "transform": "log" if n == "axialDiameterMm" else "identity", "mean": m, "sd": s,
         "imputeValue": v, "trainedRange": [0.0, 200.0]}
        for n, m, s, v in zip(names, mean, sd, impute)
    ]
    tasks = {
        t: {"coefficients": rng.normal(0, 0.5, 6).round(4).tolist(), "bootstrap": rng.normal(0, 0.5, (31, 6)).round(4).tolist()}
        for t in ("malignancy", "aggressiveness")
    }
    patients = [[27.5, 0.86, 0.31, 71, 1], [118.0, 0.66, 0.22, 44, 0], [52.0, None, 0.5, None, None]]
    answers = []
    for facts in patients:
        values = [v if f is None else f for f, v in zip(facts, impute)]
        raw = np.array([np.log(values[0]), *values[1:]], float)
        z = np.concatenate([[1.0], (raw - mean) / sd])
        row = {"facts": dict(zip(names, facts)), "imputed": [n for n, f in zip(names, facts) if f is None], "tasks": {}}
        for t, one in tasks.items():
            draws = 1 / (1 + np.exp(-np.array(one["bootstrap"]) @ z))
            row["tasks"][t] = {
                "probability": float(1 / (1 + np.exp(-np.dot(one["coefficients"], z)))),
                "interval95": np.percentile(draws, [2.5, 97.5]).tolist(),
            }
        answers.append(row)
    document = {"schema": "renalens-anatomy/1", "statement": "golden", "patients": 3, "features": features, "tasks": tasks}
    return {"model": document, "answers": answers}


def main() -> None:
    """Writes the file."""
    scenes = [
        scene(1, (14, 26, 30), (1.5, 1.6, 3.1), 0.0),
        scene(2, (9, 30, 34), (1.3, 1.3, 5.0), 0.12),
        scene(3, (22, 20, 24), (2.0, 1.7, 1.9), 0.3),
    ]
    OUT.write_text(json.dumps({"scenes": scenes, **model(4)}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
