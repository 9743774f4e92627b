"""Small networks with each supported head, exported as packs, and what PyTorch itself says of them.

concatenation     HybridNAV, 2 channels after conv1 instead of 64, random weights, through training/export/authors.py
single            Res18, the same, phase V
occluded          the concatenation network without activations, for occlusion
cross-attention   the default pack's head (training/classify/head.py) on 24 channels behind one convolution, random weights

golden.json holds logits, Grad-CAM by autograd and occlusion by plain repetition on patches from a formula; the logits of
the same networks at a fixed centre of a real CT, its patch cut by authors_patch.py; nothing of it is computed by the browser's code.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "export"), str(HERE.parent / "classify")]

import pools  # noqa: E402

pools.CHANNELS = 24

from network import INPUTS, OUTPUTS, Classifier  # noqa: E402
from head import Head  # noqa: E402
from authors_patch import cut_patch  # noqa: E402
from published_networks import Published, recognise, width_of  # noqa: E402
from read_ct import read_dicom  # noqa: E402
from test_authors import random_state  # noqa: E402

WIDTH = 2
FULL_WIDTH = 64
STRIDE, WINDOW = 32, 48
LOUD_HEAD, LOUD_TRUNK = 3.0, 1.5
REAL = "tcga-ay-4070a"
#: The three phases of the real case are one CT with these HU added: only one phase of it is public.
OFFSETS_HU = {"N": -60, "A": 0, "V": 40}
#: Relative to the volume's middle, LPS mm.
CENTRE_OFFSET = (62.3, 21.7, 2.0)


def patch(n: int) -> np.ndarray:
    """Patch n from a formula in whole numbers, the same to the last bit in any language: grain and a disc, 0..1."""
    t, s = np.mgrid[0:224, 0:224].astype(np.int64)
    grain = (3 * t + 5 * s + (n + 1) * ((t * s) // 64)) % 97
    disc = (t - 112) ** 2 + (s - 100 - 9 * n) ** 2 < 900
    return ((grain + 120 * disc + 200) / 512).astype(np.float32)


def tensors(patches: list[np.ndarray]) -> list[torch.Tensor]:
    return [torch.from_numpy(p)[None, None] for p in patches]


def cam(activation: torch.Tensor, gradient: torch.Tensor) -> list[float]:
    """Grad-CAM by its definition: mean gradient per channel, weighted sum, ReLU, over its maximum."""
    raw = torch.relu((gradient.mean((2, 3), keepdim=True) * activation).sum(1))[0]
    return (raw / raw.max().clamp_min(1e-30)).flatten().tolist()


def cams(logits: torch.Tensor, maps: list[torch.Tensor], phases: str, score: str) -> dict:
    """By class (0, 1) and phase: the map of the class's logit, or of its lead over the other class."""
    found = {}
    for c in (0, 1):
        y = logits[0, c] if score == "logit" else logits[0, c] - logits[0, 1 - c]
        slopes = torch.autograd.grad(y, maps, retain_graph=True)
        found[str(c)] = {p: cam(m.detach(), g) for p, m, g in zip(phases, maps, slopes)}
    return found


def published(network: Published, patches: list[np.ndarray], phases: str) -> dict:
    maps = [getattr(network, p)(x).detach().requires_grad_(True) for p, x in zip(network.names, tensors(patches))]
    pooled = torch.cat([m.mean((2, 3)) for m in maps], 1)
    logits = (network.single(pooled) if len(maps) == 1 else network.perceptron(pooled))[0]
    return dict(logits=logits[0].tolist(), cams={score: cams(logits, maps, phases, score) for score in ("logit", "probability")})


def occluded(network: Published, patches: list[np.ndarray], phases: str) -> dict:
    """By class and phase: by how much the class's logit falls with each cell covered by the patch's mean."""
    cells = 224 // STRIDE
    found: dict = {"0": {}, "1": {}}
    with torch.no_grad():
        whole = network.logits(*tensors(patches))[0].numpy()
        for n, phase in enumerate(phases):
            falls = np.zeros((2, cells, cells))
            for a in range(cells):
                for b in range(cells):
                    copy = [p.copy() for p in patches]
                    top, left = (STRIDE * x + STRIDE // 2 - WINDOW // 2 for x in (a, b))
                    copy[n][max(0, top) : top + WINDOW, max(0, left) : left + WINDOW] = patches[n].astype(float).mean()
                    falls[:, a, b] = whole - network.logits(*tensors(copy))[0].numpy()
            falls = np.maximum(falls, 0)
            for c in (0, 1):
                found[str(c)][phase] = falls[c].ravel().tolist()
    return found


def rounded(value):
    """Every number to seven digits."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


class Cells(torch.nn.Module):
    """A trunk of one convolution: 24 channels on 14 x 14 cells."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 24, 16, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.conv(x))


def attention(folder: Path, patches: list[np.ndarray]) -> dict:
    """Exports the cross-attention network as a pack and gives its logits and maps for two sets of phases."""
    torch.manual_seed(5)
    model = Classifier(Cells(), Head()).eval()
    with torch.no_grad():
        model.head.straight.normal_()
        model.trunk.conv.weight.normal_(0, 0.1)
    folder.mkdir(parents=True, exist_ok=True)
    present = {"NAV": torch.ones(1, 3), "AV": torch.tensor([[0.0, 1.0, 1.0]])}
    inputs = (*tensors(patches), present["NAV"])
    torch.onnx.export(model, inputs, str(folder / "attention.onnx"), input_names=INPUTS, output_names=OUTPUTS, opset_version=17, dynamo=False)
    found = {}
    for phases, here in present.items():
        xs = [x if p in phases else torch.zeros_like(x) for p, x in zip("NAV", tensors(patches))]
        activation = model.trunk(torch.cat(xs)).detach().requires_grad_(True)
        logits = model.head(model.pooled(activation), here)
        by_class = {}
        for c in (0, 1):
            (slope,) = torch.autograd.grad(logits[0, c], activation, retain_graph=True)
            by_class[str(c)] = {p: cam(activation.detach()[n : n + 1], slope[n : n + 1]) for n, p in enumerate("NAV") if p in phases}
        found[phases] = dict(logits=logits[0].tolist(), cams=dict(logit=by_class))
    shape = dict(dtype="float32")
    model_json = dict(
        id="attention", task="malignancy", phases=dict(mode="any-subset"), file="attention.onnx",
        inputs=[*(dict(name=p.lower(), phase=p, shape=[1, 1, 224, 224], **shape) for p in "NAV"), dict(name="present", shape=[1, 3], **shape)],
        outputs=[
            dict(name="logits", role="logits", shape=[1, 2], **shape),
            *(dict(name=f"act_{p.lower()}", role="cam-activation", phase=p, shape=[1, 24, 14, 14], **shape) for p in "NAV"),
            *(dict(name=f"grad_{p.lower()}", role="cam-gradient", phase=p, shape=[1, 2, 24], **shape) for p in "NAV"),
        ],
        classes=["benign", "malignant"], cam=dict(kind="gradient-output", score="logit", layer="cells", stride=16),
    )
    manifest = dict(
        schema="renalens-pack/1", id="attention", version="1.0.0", title="Random cross-attention network", status="research",
        licence=dict(spdx="Apache-2.0", nonCommercial=False), provenance=dict(kind="project", statement="Random weights for tests."),
        trainingData=dict(description="none", simulated=False, cases=0), preprocessing=dict(preset="paper"), classifiers=[model_json],
        files=[dict(path="attention.onnx", bytes=(folder / "attention.onnx").stat().st_size, sha256=hashlib.sha256((folder / "attention.onnx").read_bytes()).hexdigest(), role="onnx")],
    )
    (folder / "manifest.json").write_text(json.dumps(manifest, separators=(",", ":")) + "\n")
    return found


def real_patches(shared: Path) -> tuple[dict, list[np.ndarray]]:
    """The fixed centre on the real CT, and the three network inputs that the published code would cut there."""
    array, affine = read_dicom(shared / "real-ct" / REAL)
    middle = affine.dot(np.array([*(np.array(array.shape) - 1) / 2, 1.0]))[:3]
    point = middle + np.array([-CENTRE_OFFSET[0], -CENTRE_OFFSET[1], CENTRE_OFFSET[2]])
    cuts = [cut_patch(array + hu, affine, point) for hu in OFFSETS_HU.values()]
    place = dict(case=REAL, offsetsHu=OFFSETS_HU, pointLpsMm=[-point[0], -point[1], point[2]], voxel=cuts[0]["voxel"], sizeIjk=list(array.shape))
    return place, [c["tensor"] for c in cuts]


def shortened(path: Path) -> None:
    """A fixture's manifest without the checksums of its random tensors, in one line."""
    manifest = json.loads(path.read_text())
    for model in manifest["classifiers"]:
        del model["reference"]
    path.write_text(json.dumps(manifest, separators=(",", ":")) + "\n")


def export(folder: Path, name: str, task: str, phases: str, seed: int, *more: str, width: int = WIDTH) -> Published:
    """A random network of a published class through the exporter; gives the network that was exported."""
    state = random_state(name, seed, width)
    # Untrained networks hardly answer to what they see; in louder ones a shift by one pixel moves the probability by 1e-3.
    state = {k: v * (LOUD_HEAD if "fc" in k else LOUD_TRUNK) if k.endswith("weight") and v.dim() > 1 else v for k, v in state.items()}
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Path(scratch) / f"{name}.pt"
        torch.save(state, checkpoint)
        subprocess.run(
            [sys.executable, str(HERE.parent / "export" / "authors.py"), "--out", str(folder), f"--{task}", str(checkpoint), "--phases", phases, "--empty-self-test", "--title", f"Random {name}", *more],
            check=True,
        )
    if width != FULL_WIDTH:
        shortened(folder / "manifest.json")
    plain = recognise(state)[1]
    network = Published(name, width_of(plain)).eval()
    network.load_state_dict(plain, strict=False)
    return network


def write_heads(shared: Path, out: Path) -> None:
    """Packs and golden.json of all heads."""
    both = export(out / "concatenation", "HybridNAV", "malignancy", "NAV", 1)
    single = export(out / "single", "Res18", "aggressiveness", "V", 2)
    export(out / "occluded", "HybridNAV", "malignancy", "NAV", 1, "--explain", "occlusion")
    formula = [patch(n) for n in range(3)]
    place, real = real_patches(shared)
    with torch.no_grad():
        logits = both.logits(*tensors(real))[0]
    golden = {
        "concatenation": published(both, formula, "NAV"),
        "single": published(single, [formula[2]], "V"),
        "occluded": occluded(both, formula, "NAV"),
        "cross-attention": attention(out / "cross-attention", formula),
        "real": dict(**place, logits=logits.tolist(), probability=float(torch.softmax(logits, 0)[1])),
    }
    (out / "golden.json").write_text(json.dumps(rounded(golden)) + "\n")


def write_full(shared: Path, out: Path) -> None:
    """The full-size HybridNAV of random weights, 139 MB, with its golden.json: for the check outside the tests."""
    network = export(out, "HybridNAV", "malignancy", "NAV", 7, width=FULL_WIDTH)
    place, real = real_patches(shared)
    with torch.no_grad():
        logits = network.logits(*tensors(real))[0]
    (out.parent / f"{out.name}.golden.json").write_text(json.dumps({"real": dict(**place, logits=logits.tolist(), probability=float(torch.softmax(logits, 0)[1]))}) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python training/reference/heads.py SHARED OUT   (the full-size pack; the small ones: make_golden.py)")
    write_full(Path(sys.argv[1]), Path(sys.argv[2]))
