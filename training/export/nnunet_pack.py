"""Writes the pack of a Recipe (nnunet_plans.py): one ONNX per fold, checked against PyTorch, and the manifest."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from halve import halve
from nnunet_network import Refused, build
from nnunet_plans import Recipe, load_checkpoint

TOLERANCE = 1e-3
# Sums of large logits round by more: of the largest.
TOLERANCE_SHARE = 1e-4
# Rounded weights change logits by about this much of the largest.
TOLERANCE_FP16 = 2e-2


def weights_of(checkpoint: dict, path: Path) -> dict:
    for name in ("network_weights", "state_dict"):
        if name in checkpoint:
            return checkpoint[name]
    raise SystemExit(f"{path}: neither network_weights (v2) nor state_dict (v1) in it")


def patch_of(shape: list[int]) -> torch.Tensor:
    """A synthetic normalised patch: waves of several lengths along each axis, from a formula."""
    axes = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in shape), indexing="ij")
    made = sum(np.sin(a / (3.0 + n)) + 0.5 * np.cos((a + 2 * axes[0]) / (1.3 + n)) for n, a in enumerate(axes))
    return torch.tensor(made[None, None].astype(np.float32))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export_fold(recipe: Recipe, name: str, out: Path, stored: bool, fp16: bool) -> dict:
    checkpoint = recipe.folds[name]
    try:
        network = build(weights_of(load_checkpoint(checkpoint), checkpoint), recipe.strides, recipe.norm_eps, recipe.slope)
    except Refused as refusal:
        raise SystemExit(f"{checkpoint}: {refusal}") from None
    path = out / f"fold-{name}.onnx"
    patch = patch_of(recipe.patch)
    with torch.no_grad():
        expected = network(patch)
        torch.onnx.export(network, (patch,), str(path), input_names=["image"], output_names=["logits"], opset_version=17, dynamo=False)
    if list(expected.shape) != [1, recipe.heads, *recipe.patch]:
        raise SystemExit(f"{checkpoint}: the network answers {list(expected.shape)}, the plans want {[1, recipe.heads, *recipe.patch]}: labels or configuration of another model")
    if fp16:
        halve(path)
    largest = max(1.0, float(expected.abs().max()))
    limit = TOLERANCE_FP16 * largest if fp16 else max(TOLERANCE, TOLERANCE_SHARE * largest)
    answer = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"image": patch.numpy()})[0]
    gap = float(np.abs(answer - expected.numpy()).max())
    if not gap <= limit:
        raise SystemExit(f"{path.name}: logits differ from PyTorch by {gap:.2g}, the largest is {largest:.3g}")
    print(f"{path.name}: {sum(p.numel() for p in network.parameters()) / 1e6:.2f} M weights, logits within {gap:.2g} of PyTorch, the largest {largest:.3g}")
    tensor = dict(dtype="float32")
    fold = dict(
        id=f"fold-{name}",
        file=path.name,
        inputs=[dict(name="image", shape=[1, 1, *recipe.patch], **tensor)],
        outputs=[dict(name="logits", shape=[1, recipe.heads, *recipe.patch], **tensor)],
    )
    if stored:
        np.save(out / "selftest-image.npy", patch.numpy())
        np.save(out / "selftest-logits.npy", expected.numpy())
        fold["selfTest"] = dict(inputs=dict(image="selftest-image.npy"), outputs=dict(logits="selftest-logits.npy"), tolerance=TOLERANCE_FP16 if fp16 else limit)
    return fold


def segmentation_of(recipe: Recipe, folds: list[dict], phases: str, mirror: bool, step: float) -> dict:
    return dict(
        kind="nnunet",
        id=f"{recipe.framework}-{recipe.configuration}",
        phases=list(phases),
        framework=recipe.framework,
        configuration=recipe.configuration,
        axes=recipe.axes,
        spacingMm=recipe.spacing,
        patchPx=recipe.patch,
        intensity=recipe.intensity,
        resampling=dict(image=recipe.image_rule, output=recipe.output_rule),
        tileStep=step,
        mirrorAxes=recipe.mirror if mirror else [],
        decision=recipe.decision,
        labels=recipe.labels,
        postprocessing=recipe.postprocessing,
        folds=folds,
    )


def role(path: Path) -> str:
    return "onnx" if path.suffix == ".onnx" else "selftest"


def write_pack(recipe: Recipe, out: Path, *, phases="AVN", mirror=True, step=0.5, stored=True, fp16=False, title="Imported nnU-Net", licence="LicenseRef-Unknown", kind="third-party", commercial=False) -> dict:
    out.mkdir(parents=True, exist_ok=True)
    # One stored answer is enough: it tells whether this graph runs right, and the weights have their checksums.
    folds = [export_fold(recipe, name, out, stored and n == 0, fp16) for n, name in enumerate(recipe.folds)]
    files = sorted({fold["file"] for fold in folds} | ({"selftest-image.npy", "selftest-logits.npy"} if stored else set()))
    manifest = dict(
        schema="renalens-pack/1",
        id=f"imported-{recipe.framework}-{recipe.configuration}".replace("_", "-"),
        version="1.0.0",
        title=title,
        created=datetime.date.today().isoformat(),
        generator=dict(name="training/export/nnunet.py", version="1"),
        licence=dict(spdx=licence, nonCommercial=not commercial),
        provenance=dict(kind=kind, statement="Exported from an nnU-Net that the user holds; not checked by this project."),
        status="authors" if kind == "authors" else "research",
        trainingData=dict(description=f"not stated in the checkpoint; dataset {recipe.record.get('dataset') or 'unnamed'}", simulated=False, cases=0),
        preprocessing=dict(preset="paper"),
        segmentation=segmentation_of(recipe, folds, phases, mirror, step),
        classifiers=[],
        files=[dict(path=p, bytes=(out / p).stat().st_size, sha256=digest(out / p), role=role(Path(p))) for p in files],
        x=dict(plans=recipe.record, checkpointSha256={name: digest(path) for name, path in recipe.folds.items()}),
    )
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest
