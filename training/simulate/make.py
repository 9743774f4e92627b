"""Makes the simulated three-phase patches: training/cache/simulated.npz.

    python training/simulate/make.py --shared DIR --studies 4500

One label map yields several studies, more for the rarer classes (benign patients most); `case`, `fold` and the class
go with each, so that every split stays by patient. Grey = (HU + 79) * 255 / 383, HU clipped to [-79, 304], uint8.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bodies import Bodies  # noqa: E402
from cases import cut, read_case  # noqa: E402
from paint import paint  # noqa: E402

CACHE = Path(__file__).resolve().parents[1] / "cache"
CLIP_HU = (-79.0, 304.0)


def to_grey(hu: np.ndarray) -> np.ndarray:
    """uint8 grey of clipped HU."""
    return np.round((np.clip(hu, *CLIP_HU) - CLIP_HU[0]) * (255 / (CLIP_HU[1] - CLIP_HU[0]))).astype(np.uint8)


def main() -> None:
    """Draws the studies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--studies", type=int, default=4500)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, default=CACHE / "simulated.npz")
    args = parser.parse_args()
    maps = args.shared / "label-maps"
    folds = {r["case_id"]: int(r["fold"]) for r in csv.DictReader(open(maps / "folds.csv"))}
    records = [r for r in csv.DictReader(open(maps / "cases.csv")) if r["paper_class"]]
    weight = {"benign_indolent": 3.0, "malignant_indolent": 0.9, "malignant_aggressive": 1.0}
    total = sum(weight[r["paper_class"]] for r in records)
    bodies = Bodies(args.shared / "more-data" / "fullbody-labels")
    images, masks, rows = [], [], []
    for index, record in enumerate(records):
        rng = np.random.default_rng([args.seed, index])
        case = read_case(maps, record)
        share = args.studies * weight[record["paper_class"]] / total
        for _ in range(max(1, int(share + rng.random()))):
            parts, index_mass = cut(case, rng)
            hu, levels = paint(rng, parts, index_mass, case.side, record, bodies)
            images.append(to_grey(hu))
            label = np.zeros(hu.shape[1:], np.uint8)
            for value, name in ((1, "kidney"), (3, "cyst"), (2, "tumour")):
                label[parts[name] > 0.5] = value
            masks.append(label)
            rows.append((record["case_id"], folds[record["case_id"]], record["paper_class"],
                         float(record["largest_tumour_axial_diameter_mm"]), *levels.kidney, *levels.mass,
                         levels.necrosis_share, levels.texture, float(levels.blurred), levels.extra.get("cystic", 0.0)))
        if index % 40 == 0:
            print(f"{index}/{len(records)} patients, {len(images)} studies", flush=True)
    table = np.array(rows, dtype=[("case", "U10"), ("fold", "i4"), ("class", "U20"), ("diameterMm", "f4")]
                     + [(n, "f4") for n in ("kN", "kA", "kV", "mN", "mA", "mV", "necrosis", "texture", "blurred", "cystic")])
    args.out.parent.mkdir(exist_ok=True)
    np.savez(args.out, images=np.stack(images), labels=np.stack(masks), table=table)
    print(f"{len(images)} studies of {len(records)} patients")


if __name__ == "__main__":
    main()
