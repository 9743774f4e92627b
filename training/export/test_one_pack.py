"""An nnU-Net and classifiers as one pack, on random weights: python training/export/test_one_pack.py [--keep PACK]

`--keep PACK` leaves the pack there, for `npm run models:verify -- PACK` and `npm run analyse -- CT --pack PACK`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from test_authors import random_state

HERE = Path(__file__).resolve().parent
SMALL = ["--configuration", "3d_lowres", "--patch", "24", "32", "32", "--spacing", "3", "3", "3", "--features", "4", "6", "8"]


def run(script: Path, *arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=False)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--keep", type=Path)
    keep = ap.parse_args().keep
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        trained, out = folder / "trained", keep or folder / "pack"
        done = run(HERE.parent / "reference" / "nnunet" / "full_width.py", trained, *SMALL)
        assert done.returncode == 0, done.stderr
        checkpoints = []
        for seed, task in enumerate(("malignancy", "aggressiveness")):
            torch.save(random_state("HybridNAV", seed, 4), folder / f"{task}.pt")
            checkpoints += [f"--{task}", folder / f"{task}.pt"]
        done = run(HERE / "one_pack.py", trained, "--out", out, *checkpoints, "--mirror", "none", "--phases", "AV", "--kind", "authors")
        assert done.returncode == 0, done.stderr
        manifest = json.loads((out / "manifest.json").read_text())
        assert manifest["segmentation"]["phases"] == ["A", "V"] and manifest["segmentation"]["mirrorAxes"] == []
        assert [m["task"] for m in manifest["classifiers"]] == ["malignancy", "aggressiveness"]
        assert manifest["preprocessing"]["preset"] == "authors-code" and manifest["status"] == "authors"
        listed = {f["path"]: f for f in manifest["files"]}
        assert set(listed) == {p.name for p in out.iterdir()} - {"manifest.json"}, sorted(listed)
        for name, file in listed.items():
            assert hashlib.sha256((out / name).read_bytes()).hexdigest() == file["sha256"], name
        refused = run(HERE / "one_pack.py", trained, "--out", folder / "none")
        assert refused.returncode != 0 and "--malignancy" in refused.stderr, refused.stderr
        refused = run(HERE / "one_pack.py", trained, "--out", folder / "none", *checkpoints, "--folds", "3")
        assert refused.returncode != 0 and "fold_3" in refused.stderr and "Traceback" not in refused.stderr, refused.stderr
        assert not (folder / "none").exists()
        print(f"{done.stdout.strip().splitlines()[-1]}; 2 refused in words")


if __name__ == "__main__":
    main()
