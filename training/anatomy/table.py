"""Measures every label map of the cohort once: training/cache/anatomy.csv (case, class, fold, age, sex, measures).

    python training/anatomy/table.py --label-maps DIR
"""

from __future__ import annotations

import argparse
import csv
from multiprocessing import Pool
from pathlib import Path

from label_map import read_label_map
from measures import measure

CACHE = Path(__file__).resolve().parents[1] / "cache"


def row(job: tuple[Path, dict, str]) -> dict | None:
    """One patient's measures beside class and fold; None where the map holds no tumour component of 0.1 ml."""
    path, record, fold = job
    image = read_label_map(path)
    found = measure(image.labels, image.spacing_mm)
    if found is None:
        return None
    return {
        "case": record["case_id"],
        "class": record["paper_class"],
        "fold": fold,
        "age": record["age_at_nephrectomy"],
        "male": {"male": "1", "female": "0"}.get(record["sex"], ""),
        "clinicalSizeCm": record["radiographic_size_cm"],
        "tableDiameterMm": record["largest_tumour_axial_diameter_mm"],
        "sliceMm": image.spacing_mm[2],
        **found,
    }


def main() -> None:
    """Writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--label-maps", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    folds = {r["case_id"]: r["fold"] for r in csv.DictReader(open(args.label_maps / "folds.csv"))}
    records = list(csv.DictReader(open(args.label_maps / "cases.csv")))
    jobs = [(args.label_maps / "maps" / f"{r['case_id']}.nii.gz", r, folds[r["case_id"]]) for r in records]
    with Pool(args.jobs) as pool:
        rows = [r for r in pool.imap(row, jobs) if r]
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / "anatomy.csv", "w", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} of {len(records)} patients measured")


if __name__ == "__main__":
    main()
