"""An nnU-Net and the published classifiers as one pack: segmentation, both tasks, every step of the method.

    python training/export/one_pack.py FOLDER --out PACK --malignancy M01.pt --aggressiveness M12.pt
        [--classifier-phases NAV] [--crop-mm 120] [--kind authors] [options of nnunet.py]

FOLDER is the trained nnU-Net as nnunet.py takes it, and all options but these are handed to nnunet.py; the checkpoints are
those that authors.py takes. Both exporters check their networks as ever; the manifests are then joined.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKPOINTS = ("malignancy", "aggressiveness")


def joined(segmenter: dict, classifiers: dict, title: str) -> dict:
    """One manifest of two: the classifiers' preprocessing and tasks, the nnU-Net's segmentation, files and provenance of both."""
    both = sorted({segmenter["licence"]["spdx"], classifiers["licence"]["spdx"]})
    return {
        **classifiers,
        "id": f"{classifiers['id']}-with-{segmenter['segmentation']['id']}".replace("_", "-"),
        "title": title,
        "generator": dict(name="training/export/one_pack.py", version="1"),
        "licence": dict(spdx=" AND ".join(both), nonCommercial=segmenter["licence"]["nonCommercial"] or classifiers["licence"]["nonCommercial"]),
        "trainingData": {**classifiers["trainingData"], "description": f"segmentation: {segmenter['trainingData']['description']}; classification: {classifiers['trainingData']['description']}"},
        "segmentation": segmenter["segmentation"],
        "files": sorted([*segmenter["files"], *classifiers["files"]], key=lambda file: file["path"]),
        "x": segmenter["x"],
    }


def join(segmenter: Path, classifiers: Path, out: Path, title: str) -> dict:
    """Copies the files of two packs into one folder and writes its manifest."""
    parts = [json.loads((folder / "manifest.json").read_text()) for folder in (segmenter, classifiers)]
    manifest = joined(*parts, title)
    names = [file["path"] for file in manifest["files"]]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"both packs have a file {', '.join(sorted(twice))}")
    out.mkdir(parents=True, exist_ok=True)
    for folder, part in zip((segmenter, classifiers), parts):
        for file in part["files"]:
            shutil.move(folder / file["path"], out / file["path"])
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def run(script: str, *arguments: str) -> None:
    if subprocess.run([sys.executable, str(HERE / script), *arguments], check=False).returncode != 0:
        raise SystemExit(f"{script} refused; nothing was written")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--out", type=Path, required=True)
    for task in CHECKPOINTS:
        ap.add_argument(f"--{task}", type=Path)
    ap.add_argument("--classifier-phases", help="the classifiers' inputs in network order, such as NAV (authors.py --phases)")
    ap.add_argument("--preset", choices=["authors-code", "paper"], default="authors-code")
    ap.add_argument("--crop-mm")
    ap.add_argument("--kind", choices=["authors", "third-party"], default="third-party")
    ap.add_argument("--title", default="Imported nnU-Net and classifiers")
    ap.add_argument("--licence", default="LicenseRef-Unknown")
    a, for_nnunet = ap.parse_known_args()
    given = [part for task in CHECKPOINTS if (path := getattr(a, task)) for part in (f"--{task}", str(path))]
    if not given:
        raise SystemExit("give --malignancy, --aggressiveness or both; an nnU-Net alone is nnunet.py's")
    shared = ["--kind", a.kind, "--licence", a.licence]
    more = [part for name, value in (("--phases", a.classifier_phases), ("--crop-mm", a.crop_mm)) if value for part in (name, value)]
    with tempfile.TemporaryDirectory(dir=a.out.absolute().parent) as place:
        segmenter, classifiers = Path(place) / "segmenter", Path(place) / "classifiers"
        run("nnunet.py", str(a.folder), "--out", str(segmenter), *shared, *for_nnunet)
        run("authors.py", "--out", str(classifiers), *given, "--preset", a.preset, *shared, *more)
        manifest = join(segmenter, classifiers, a.out, a.title)
    print(f"{a.out}: {len(manifest['files'])} files, {sum(f['bytes'] for f in manifest['files']) / 1e6:.1f} MB, segmentation {manifest['segmentation']['id']}, {', '.join(m['id'] for m in manifest['classifiers'])}")


if __name__ == "__main__":
    main()
