"""Writes the segmentation's tables of MODEL_CARD.md from docs/model-results.json, so that no figure is copied by hand.

    python publish.py
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"all": "all", "corticomedullary": "corticomedullary", "nephrographic": "nephrographic", "sizeUnder4cm": "up to 4 cm", "size4to7cm": "4 to 7 cm", "sizeFrom7cm": "7 cm and more"}


def dice(entry):
    if not entry:
        return "-"
    low, high = entry["meanCi95"]
    return f"{entry['mean']:.3f} ({low:.2f} to {high:.2f}) / {entry['median']:.3f}"


def share(entry):
    if not entry:
        return "-"
    low, high = entry["meanCi95"]
    return f"{100 * entry['mean']:.0f} % of {entry['n']} ({100 * low:.0f} to {100 * high:.0f})"


def slices_table(slices):
    for key, name in GROUPS.items():
        g = slices.get(key)
        if g:
            cells = [name, f"{g['slices']} / {g['patients']}", *(dice(g.get(k)) for k in ("kidneyWithMassesDice", "massDice", "tumourDice")), share(g.get("massFoundShare")), share(g.get("falseMassShare"))]
            yield "| " + " | ".join(cells) + " |"


def volumes_table(volumes):
    for name, v in volumes.items():
        centres = [next(k["centreErrorMm"] for k in v["kidneys"] if k["side"] == side) for side in ("right", "left")]
        yield f"| {name} | {'yes' if v['seenInTraining'] else 'no'} | {v['dice']:.3f} | {100 * v['volumeBias']:+.0f} % | {centres[0]} / {centres[1]} | {v['falseMassesFrom05Ml']} |"


def replace_rows(text, heading, rows):
    """The rows below the table whose heading starts with `heading`."""
    pattern = re.compile(rf"({re.escape(heading)}[^\n]*\n\|[-|]+\|\n)(?:\|[^\n]*\n)+")
    if not pattern.search(text):
        raise SystemExit(f"no table '{heading}' in the model card")
    return pattern.sub(lambda m: m[1] + "\n".join(rows) + "\n", text, count=1)


def main():
    results = json.loads((ROOT / "docs" / "model-results.json").read_text())["segmentation"]
    card = ROOT / "MODEL_CARD.md"
    text = replace_rows(card.read_text(), "| real slices of fold 0 |", slices_table(results["realSlices"]))
    text = replace_rows(text, "| real volume |", volumes_table(results["volumes"]))
    card.write_text(text)
    cyst = results["realSlices"]["all"].get("cystDice")
    print("by hand: cysts", cyst and (cyst["n"], cyst["mean"], cyst["median"]), {n: (v["cystFound"], v["cystInAnyMass"]) for n, v in results["volumes"].items() if v["cystFound"] is not None})


if __name__ == "__main__":
    main()
