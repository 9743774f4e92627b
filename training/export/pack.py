"""Merges the *.part.json of a pack folder into manifest.json, with size and SHA-256 of every file.

    python pack.py [folder] [--version 0.3.0] [--date 2026-01-31]

A part may hold: segmentation (object), classifiers (list), anatomy (path), evaluation (list), x (object) and trainingData (object
by model). Files named by the parts must exist; files that nobody names are an error, so that no stray file is shipped.
"""

import argparse
import datetime
import hashlib
import json
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "public" / "models" / "renalens-demo"
IGNORED = (".part.json",)


def role(path):
    if path.endswith(".onnx"):
        return "onnx"
    if path.endswith(".npy"):
        return "selftest"
    if path.lower().startswith("licen"):
        return "licence"
    if path.endswith(".md"):
        return "card"
    if path.startswith("anatomy"):
        return "anatomy"
    raise SystemExit(f"{path}: no role for such a file in a pack")


def named(value):
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set().union(*(named(v) for v in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(named(v) for v in value)) if value else set()
    return set()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    ap.add_argument("--version", default="0.3.0")
    ap.add_argument("--date", default=datetime.date.today().isoformat())
    a = ap.parse_args()
    parts = {p.name: json.loads(p.read_text()) for p in sorted(a.folder.glob("*.part.json"))}
    segmentation, classifiers, anatomy, evaluation, extra, training = None, [], None, [], {}, {}
    for part in parts.values():
        segmentation = part.get("segmentation", segmentation)
        classifiers += part.get("classifiers", [])
        anatomy = part.get("anatomy", anatomy)
        evaluation += part.get("evaluation", [])
        extra.update(part.get("x", {}))
        training.update(part.get("trainingData", {}))
    if anatomy is None and (a.folder / "anatomy.json").exists():
        anatomy = "anatomy.json"
    card_source = Path(__file__).resolve().parents[2] / "MODEL_CARD.md"
    if a.folder.resolve() == DEFAULT and card_source.exists():
        # The pack carries its card as text; the drawings stay in docs.
        lines = [line for line in card_source.read_text().splitlines() if not line.startswith("![")]
        (a.folder / "MODEL_CARD.md").write_text("\n".join(lines) + "\n")
    files = [p.relative_to(a.folder).as_posix() for p in sorted(a.folder.rglob("*")) if p.is_file()]
    files = [f for f in files if f != "manifest.json" and not f.endswith(IGNORED)]
    used = named([segmentation, classifiers, anatomy])
    card = next((f for f in files if f.lower() in ("model_card.md", "card.md")), None)
    for f in files:
        if f not in used and role(f) in ("onnx", "selftest", "anatomy"):
            raise SystemExit(f"{f}: in the folder, but no part names it")
    manifest = dict(
        schema="renalens-pack/1",
        id="renalens-demo",
        version=a.version,
        title="RenaLens demonstration weights",
        created=a.date,
        generator=dict(name="training/export/pack.py", version="1"),
        licence=dict(spdx="CC-BY-NC-SA-4.0", nonCommercial=True, url="https://creativecommons.org/licenses/by-nc-sa/4.0/", text="Trained on KiTS data (Heller et al.), which is CC BY-NC-SA 4.0: non-commercial, share alike."),
        provenance=dict(kind="project", authors=["RenaLens"], source="training/", statement="Small networks trained by this project on public data. Not the weights of the paper, not validated for clinical use."),
        status="demonstration",
        trainingData=dict(
            description="Labelled CT slices and label maps of KiTS patients, one portal venous CT (TCGA-COAD), one unenhanced CT (ACRIN-FLT-Breast); the model card says what was simulated",
            simulated=True,
            cases=429,
            datasets=[dict(name="KiTS23 (slices and label maps)", licence="CC-BY-NC-SA-4.0", n=429), dict(name="TCGA-COAD, one CT", licence="CC-BY-3.0", n=1), dict(name="ACRIN-FLT-Breast, one CT", licence="CC-BY-3.0", n=1), dict(name="TotalSegmentator label maps (surroundings of simulated patches)", licence="CC-BY-4.0", n=4), dict(name="ImageNet weights of torchvision's ResNet-18 (trunk of the classifiers, start of the segmentation's encoders)", licence="BSD-3-Clause", n=1)],
        ),
        preprocessing=dict(preset="paper", constants=dict(clipHu=[-79, 304])),
        segmentation=segmentation,
        classifiers=classifiers,
        **(dict(anatomy=anatomy) if anatomy else {}),
        files=[dict(path=f, bytes=(a.folder / f).stat().st_size, sha256=hashlib.sha256((a.folder / f).read_bytes()).hexdigest(), role=role(f)) for f in files],
        requirements=dict(opset=17, memoryMB=1000),
        **(dict(modelCard=card) if card else {}),
        **(dict(evaluation=evaluation) if evaluation else {}),
        x=dict(training=training, **extra),
    )
    if segmentation is None:
        del manifest["segmentation"]
    (a.folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    total = sum(f["bytes"] for f in manifest["files"])
    print(f"{len(files)} files, {total / 1e6:.1f} MB, parts: {', '.join(parts)}")


if __name__ == "__main__":
    main()
