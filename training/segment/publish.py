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


PHASES = {"V": "venous", "A": "arterial", "N": "non-contrast"}


def composites_table(by_phase):
    for phase, name in PHASES.items():
        c = by_phase.get(phase)
        if c:
            found = " / ".join(f"{round(b['share'] * b['n'])} of {b['n']}" for b in (c[f"found_{k}"] for k in ("from4cm", "2to4cm", "under2cm")))
            yield f"| {name} | " + " | ".join(f"{c[f'{k}Dice']:.3f}" for k in ("kidney", "mass", "tumour", "cyst")) + f" | {found} | {100 * c['centreInsideShare']:.0f} % | {c['falseMassesPerKidney']:.2f} | {c['areaDiameterErrorCmMedian']:.1f} cm |"


def own_masks_table(own):
    for task in ("aggressiveness", "malignancy"):
        cells = (f"{own[task][k]['auc']:.2f} ({own[task][k]['auc95'][0]:.2f} to {own[task][k]['auc95'][1]:.2f})" for k in ("labelMaps", "referenceSlice", "ownSlice"))
        low, high = own[task]["ownMinusReference95"]
        yield f"| {task} | {own['patients']} ({own[task]['positives']}) | " + " | ".join(cells) + f" | {low:+.2f} to {high:+.2f} |"


def replace_rows(text, heading, rows):
    """The rows below the table whose heading starts with `heading`."""
    pattern = re.compile(rf"({re.escape(heading)}[^\n]*\n\|[-|]+\|\n)(?:\|[^\n]*\n)+")
    if not pattern.search(text):
        raise SystemExit(f"no table '{heading}' in the model card")
    return pattern.sub(lambda m: m[1] + "\n".join(rows) + "\n", text, count=1)


def main():
    document = json.loads((ROOT / "docs" / "model-results.json").read_text())
    results = document["segmentation"]
    card = ROOT / "MODEL_CARD.md"
    text = replace_rows(card.read_text(), "| real slices of fold 0 |", slices_table(results["realSlices"]))
    text = replace_rows(text, "| real volume |", volumes_table(results["volumes"]))
    text = replace_rows(text, "| real slices of folds 0 to 3 |", slices_table(results["folds"]["realSlices"]))
    text = replace_rows(text, "| phase | kidney with masses", composites_table(results["composites"]["byPhase"]))
    text = replace_rows(text, "| size and shape from |", own_masks_table(document["anatomy"]["ownMasks"]))
    card.write_text(text)
    cyst = results["realSlices"]["all"].get("cystDice")
    print("by hand: cysts", cyst and (cyst["n"], cyst["mean"], cyst["median"]), {n: (v["cystFound"], v["cystInAnyMass"]) for n, v in results["volumes"].items() if v["cystFound"] is not None})


if __name__ == "__main__":
    main()
