"""Writes malignancy.onnx and aggressiveness.onnx (opset 17, fp16 weights, fp32 arithmetic), self-tests and their part of the manifest.

    python training/classify/export.py --figures training/cache/classifiers.json

Each graph is compared with PyTorch in ONNX Runtime (1e-3) for every phase subset, and its gradient outputs with
autograd (1e-4 of the largest), before anything is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "export"))

from halve import halve
from learn import CACHE, SUBSETS
from network import INPUTS, OUTPUTS, Classifier
from pools import CHANNELS

PACK = Path(__file__).resolve().parents[2] / "public" / "models" / "renalens-demo"
CLASSES = {"malignancy": ["benign", "malignant"], "aggressiveness": ["indolent", "aggressive"]}
TOLERANCE = 1e-3
PATCH = [1, 1, 224, 224]


def test_patch(shift: float) -> np.ndarray:
    """A patch from a formula, in the product's tensor values: a bright kidney, a darker mass in the middle, fat, grain."""
    r, c = np.mgrid[0:224, 0:224].astype(np.float64)
    hu = np.where(((r - 112) / 95) ** 2 + ((c - 130) / 90) ** 2 < 1, -79.0 + 20 * np.cos(c / 9), 50.0)
    hu = np.where(((r - 120) / 60) ** 2 + ((c - 140) / 38) ** 2 < 1, 150.0 + shift + 25 * np.sin(r / 6), hu)
    hu = np.where((r - 111.5) ** 2 + (c - 111.5) ** 2 < 30**2, 80.0 + shift / 2 + 18 * np.sin(r / 7) * np.cos(c / 5), hu)
    hu = np.clip(hu + (5 * r + 11 * c) % 13 - 6, -79, 304)
    return ((hu + 500) / 1000).astype(np.float32)[None, None]


def rounded(model: Classifier) -> Classifier:
    """The same network with the weights that will be stored as fp16 rounded to it."""
    with torch.no_grad():
        for p in model.parameters():
            if p.numel() >= 4096:
                p.copy_(p.half().float())
    return model


def compare(model: Classifier, path: Path) -> tuple[float, float]:
    """(largest difference of any output to PyTorch, largest relative difference of the gradients to autograd)."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = worst_gradient = 0.0
    phases = [test_patch(s) for s in (-90.0, 40.0, 20.0)]
    activation = model.trunk(torch.from_numpy(np.concatenate(phases))).detach().requires_grad_()
    for subset in SUBSETS:
        present = subset[None]
        feed = dict(zip(INPUTS, [*phases, present]))
        got = session.run(OUTPUTS, feed)
        with torch.no_grad():
            wanted = model(*(torch.from_numpy(feed[n]) for n in INPUTS))
        worst = max(worst, *(float(np.abs(g - w.numpy()).max()) for g, w in zip(got, wanted)))
        logits = model.head(model.pooled(activation), torch.from_numpy(present))
        for c in (0, 1):
            (g,) = torch.autograd.grad(logits[0, c], activation, retain_graph=True)
            alpha = g.mean((2, 3)).numpy()
            mine = np.stack([got[4 + p][0, c] for p in range(3)])
            worst_gradient = max(worst_gradient, float(np.abs(alpha - mine).max() / np.abs(alpha).max()))
    return worst, worst_gradient


def main() -> None:
    """Exports both tasks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=Path, default=CACHE / "classifiers.json")
    args = parser.parse_args()
    torch.set_num_threads(1)
    figures = json.loads(args.figures.read_text())
    PACK.mkdir(parents=True, exist_ok=True)
    patches = {"classifier.enhanced.npy": test_patch(40.0), "classifier.native.npy": test_patch(-90.0)}
    for name, array in patches.items():
        np.save(PACK / name, array)
    present = np.ones((1, 3), np.float32)
    np.save(PACK / "classifier.present.npy", present)
    enhanced, native = patches["classifier.enhanced.npy"], patches["classifier.native.npy"]
    models = []
    for task in CLASSES:
        saved = torch.load(CACHE / f"{task}.pt", weights_only=True)
        model = Classifier.empty()
        model.load_state_dict(saved)
        model = rounded(model).eval()
        path = PACK / f"{task}.onnx"
        inputs = tuple(torch.from_numpy(x) for x in (native, enhanced, enhanced, present))
        torch.onnx.export(model, inputs, str(path), input_names=INPUTS, output_names=OUTPUTS, opset_version=17, dynamo=False)
        halve(path)
        worst, gradient = compare(model, path)
        print(f"{path.name}: {path.stat().st_size} bytes, to PyTorch {worst:.1e}, gradient to autograd {gradient:.1e}")
        if worst > TOLERANCE or gradient > 1e-4:
            raise SystemExit(f"{task}: the graph is not the network")
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        wanted = ["logits", "grad_n", "grad_a", "grad_v"]
        answer = session.run(wanted, dict(zip(INPUTS, (native, enhanced, enhanced, present))))
        for name, array in zip(wanted, answer):
            np.save(PACK / f"{task}.{name}.npy", array)
        models.append({
            "id": f"{task}-any",
            "task": task,
            "phases": {"mode": "any-subset"},
            "file": path.name,
            "inputs": [*({"name": p.lower(), "phase": p, "shape": PATCH, "dtype": "float32"} for p in "NAV"),
                       {"name": "present", "shape": [1, 3], "dtype": "float32"}],
            "outputs": [
                {"name": "logits", "role": "logits", "shape": [1, 2], "dtype": "float32"},
                *({"name": f"act_{p.lower()}", "role": "cam-activation", "phase": p, "shape": [1, CHANNELS, 14, 14], "dtype": "float32"} for p in "NAV"),
                *({"name": f"grad_{p.lower()}", "role": "cam-gradient", "phase": p, "shape": [1, 2, CHANNELS], "dtype": "float32"} for p in "NAV"),
            ],
            "classes": CLASSES[task],
            "cam": {"kind": "gradient-output", "score": "logit", "layer": "layer2 and layer3", "stride": 16},
            "calibration": figures[task]["calibration"],
            "thresholds": figures[task]["thresholds"],
            "evaluation": figures[task]["summary"],
            "selfTest": {
                "inputs": {"n": "classifier.native.npy", "a": "classifier.enhanced.npy", "v": "classifier.enhanced.npy",
                           "present": "classifier.present.npy"},
                "outputs": {name: f"{task}.{name}.npy" for name in wanted},
                "tolerance": TOLERANCE,
            },
        })
    part = {
        "classifiers": models,
        "preprocessing": {"preset": "paper", "constants": {"clipHu": [-79, 304]}},
        "anatomy": "anatomy.json",
        "trainingData": {"classifiers": figures["trainingData"]},
    }
    (PACK / "classifiers.part.json").write_text(json.dumps(part, indent=2) + "\n")


if __name__ == "__main__":
    main()
