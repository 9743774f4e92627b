"""Puts the figures of the classifiers and of the size-and-shape model into docs: model-results.json (its keys `classifiers`,
`anatomy`, `simulator`) and two drawings used by MODEL_CARD.md.

    python training/classify/publish.py
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CACHE, DOCS = ROOT / "training" / "cache", ROOT / "docs"
INK, GREY, BLUE, ORANGE = "#1b1f24", "#8a929c", "#2f6db5", "#c4702b"


def rounded(value: object, digits: int = 4) -> object:
    """Floats rounded, anywhere in the structure."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list):
        return [rounded(v, digits) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v, digits) for k, v in value.items()}
    return value


def text(x: float, y: float, words: str, anchor: str = "start", size: int = 12, colour: str = INK) -> str:
    """An SVG text."""
    safe = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{safe}</text>'


def document(width: int, height: int, body: list[str]) -> str:
    """An SVG on a white ground."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">'
            f'<rect width="{width}" height="{height}" fill="#fff"/>' + "".join(body) + "</svg>\n")


def forest(rows: list[tuple[str, float, list[float] | None, float | None]], title: str) -> str:
    """AUC with 95 % interval (blue) and size alone on the same patients (orange tick)."""
    left, right, top, step = 370, 830, 56, 24
    height = top + step * len(rows) + 40
    at = lambda v: left + (min(max(v, 0.3), 1.0) - 0.3) / 0.7 * (right - left)  # noqa: E731
    out = [text(16, 24, title, size=15), text(16, 42, "blue: AUC with 95 % interval; orange: diameter alone, same patients", size=11, colour=GREY)]
    for v in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        out.append(f'<line x1="{at(v):.1f}" x2="{at(v):.1f}" y1="{top - 6}" y2="{height - 28}" stroke="{GREY}" stroke-width="{1 if v == 0.5 else 0.3}"/>')
        out.append(text(at(v), height - 12, f"{v:.1f}", "middle", 11, GREY))
    for n, (name, auc, interval, size) in enumerate(rows):
        y = top + step * n + 10
        out.append(text(left - 12, y + 4, name, "end", 12))
        if interval:
            out.append(f'<line x1="{at(interval[0]):.1f}" x2="{at(interval[1]):.1f}" y1="{y}" y2="{y}" stroke="{BLUE}" stroke-width="2"/>')
        if size is not None:
            out.append(f'<line x1="{at(size):.1f}" x2="{at(size):.1f}" y1="{y - 7}" y2="{y + 7}" stroke="{ORANGE}" stroke-width="2.5"/>')
        out.append(f'<circle cx="{at(auc):.1f}" cy="{y}" r="4.5" fill="{BLUE}"/>')
        out.append(text(right + 12, y + 4, f"{auc:.2f}" + (f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""), size=11))
    return document(980, height, out)


def reliability(curves: list[tuple[str, np.ndarray, np.ndarray, str]], title: str) -> str:
    """Observed share against mean predicted probability in groups of equal size."""
    left, top, side = 60, 50, 300
    x = lambda v: left + v * side  # noqa: E731
    y = lambda v: top + side - v * side  # noqa: E731
    out = [text(16, 24, title, size=15), f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{GREY}"/>',
           f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>',
           text(left + side / 2, top + side + 34, "predicted probability", "middle", 12), text(left - 8, top - 8, "observed share", size=12)]
    for v in (0, 0.5, 1):
        out += [text(x(v), top + side + 16, f"{v:g}", "middle", 11, GREY), text(left - 6, y(v) + 4, f"{v:g}", "end", 11, GREY)]
    for n, (name, p, outcome, colour) in enumerate(curves):
        groups = np.array_split(np.argsort(p, kind="stable"), 6)
        points = [(x(p[g].mean()), y(outcome[g].mean())) for g in groups]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>' for a, b in points]
        out += [f'<rect x="{left + side + 24}" y="{top + 8 + 22 * n}" width="10" height="10" fill="{colour}"/>', text(left + side + 42, top + 18 + 22 * n, name)]
    return document(720, top + side + 50, out)


def main() -> None:
    """Writes the figures."""
    figures = json.loads((CACHE / "classifiers.json").read_text())
    anatomy = json.loads((ROOT / "public" / "models" / "renalens-demo" / "anatomy.json").read_text())
    ablation = json.loads((CACHE / "ablation.json").read_text())
    calibration = json.loads((CACHE / "calibration.json").read_text())
    rows, curves = [], []
    for task, word in (("aggressiveness", "aggressive"), ("malignancy", "malignant")):
        real = figures[task]["real"]
        for name, one in real.items():
            if isinstance(one, dict) and "auc95" in one:
                rows.append((f"{word}, {name} ({one['positives']}/{one['patients']})", one["auc"], one["auc95"], one["aucSizeAlone"]))
            if task == "malignancy" and name == "all":
                break
    (DOCS / "model-auc-real.svg").write_text(forest(rows, "Classifiers on real patients, five folds"))
    real = figures["aggressiveness"]["real"]["probabilities"]
    curves.append(("network, real patients", np.array([r["p"] for r in real]), np.array([r["y"] for r in real]), BLUE))
    classes = {r["case"]: r["class"] for r in csv.DictReader(open(CACHE / "anatomy.csv"))}
    oof = list(csv.DictReader(open(CACHE / "anatomy-oof.csv")))
    curves.append(("size and shape, 397 patients", np.array([float(r["aggressiveness"]) for r in oof]),
                   np.array([classes[r["case"]] == "malignant_aggressive" for r in oof]).astype(float), ORANGE))
    (DOCS / "model-calibration.svg").write_text(reliability(curves, "P(aggressive): predicted and observed, held-out patients"))
    path = DOCS / "model-results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    results["classifiers"] = {
        task: {**figures[task], "real": {k: v for k, v in figures[task]["real"].items() if k != "probabilities"}}
        for task in ("aggressiveness", "malignancy")
    } | {k: figures[k] for k in ("trainingData", "experiments") if k in figures}
    results.setdefault("anatomy", {}).update({t: {**anatomy["tasks"][t]["evaluation"], "featureSets": ablation[t]} for t in anatomy["tasks"]})
    results["simulator"] = calibration
    path.write_text(json.dumps(rounded(results), indent=1) + "\n")


if __name__ == "__main__":
    main()
