"""Checkpoints of the published classes (HybridNAV, HybridXX, Res18) to a RenaLens pack.

    python training/export/authors.py --out PACK \\
        --malignancy best_M01-HybridNAV.pt --aggressiveness best_M12-HybridNAV.pt [--phases NAV] \\
        [--kind authors|third-party] [--crop-mm 120] [--title "..."] [--licence LicenseRef-Agreement] [--fp16]
        [--explain grad-cam|occlusion] [--empty-self-test]

At least one of the two tasks. `--phases` names the inputs in network order (default: NAV, or by need two or one of N, A,
V; the order in the dual network is not stated in the publication, so it must be given). Checkpoints are read with
`weights_only`, so nothing in them runs. Each graph is compared with PyTorch (1e-3) and its gradient outputs with autograd
(1e-4 of the largest) before it is kept. `--explain occlusion` leaves the activations out, for a graph that runs several
patches at once; `--empty-self-test` stores the answer to empty patches, which need no file.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from halve import halve
from published_networks import Published, recognise, width_of

CLASSES = {"malignancy": ["benign", "malignant"], "aggressiveness": ["indolent", "aggressive"]}
PATCH = [1, 1, 224, 224]


def patches(count: int) -> list[torch.Tensor]:
    """Synthetic patches in 0..1: smooth discs and grain, one per input, from a formula."""
    r, c = np.mgrid[0:224, 0:224]
    made = [0.45 + 0.1 * np.exp(-((r - 112) ** 2 + (c - 100 - 9 * n) ** 2) / 1800) + 0.02 * np.sin((r * (n + 3) + c) / 5) for n in range(count)]
    return [torch.tensor(m[None, None].astype(np.float32)) for m in made]


def autograd(network: Published, inputs: list[torch.Tensor]) -> list[np.ndarray]:
    """Mean over positions of d logit_c / d act_i by autograd: what the graph must give."""
    maps = [getattr(network, p)(x).detach().requires_grad_(True) for p, x in zip(network.names, inputs)]
    pooled = torch.cat([m.mean((2, 3)) for m in maps], 1)
    logits = (network.single(pooled) if len(maps) == 1 else network.perceptron(pooled))[0]
    rows = [torch.autograd.grad(logits[0, k], maps, retain_graph=True) for k in (0, 1)]
    return [np.stack([rows[k][i].mean((2, 3))[0].numpy() for k in (0, 1)])[None] for i in range(len(maps))]


class Answering(torch.nn.Module):
    """A network that gives its logits only, for any number of patches at once."""

    def __init__(self, network: Published) -> None:
        super().__init__()
        self.network = network

    def forward(self, *patches: torch.Tensor) -> torch.Tensor:
        return self.network.logits(*patches)


def export(checkpoint: Path, task: str, phases: str | None, out: Path, fp16: bool, occlusion: bool, empty: bool) -> dict:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    try:
        name, plain = recognise(state)
    except ValueError as error:
        raise SystemExit(f"{checkpoint.name}: {error}") from None
    network = Published(name, width_of(plain)).eval()
    network.load_state_dict(plain, strict=False)
    count = len(network.names)
    if phases is None and count < 3:
        raise SystemExit(f"{checkpoint.name}: {name} reads {count} of N, A, V; say which with --phases")
    phases = phases or "NAV"
    if len(phases) != count:
        raise SystemExit(f"{checkpoint.name}: {name} has {count} inputs, --phases names {len(phases)}")
    inputs = patches(count)
    low = [p.lower() for p in phases]
    names = ["logits"] if occlusion else ["logits", *(f"act_{p}" for p in low), *(f"grad_{p}" for p in low)]
    patch = ["batch", *PATCH[1:]] if occlusion else PATCH
    open_axes = {n: {0: "batch"} for n in [*low, "logits"]} if occlusion else None
    path = out / f"{task}-{phases.lower()}.onnx"
    with torch.no_grad():
        expected = [t.numpy() for t in network(*inputs)]
        graph = Answering(network).eval() if occlusion else network
        torch.onnx.export(graph, tuple(inputs), str(path), input_names=low, output_names=names, opset_version=17, dynamo=False, dynamic_axes=open_axes)
    if fp16:
        halve(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, {p: x.numpy() for p, x in zip(low, inputs)})
    gap = float(np.abs(got[0] - expected[0]).max())
    if gap > 1e-3:
        raise SystemExit(f"{path.name}: logits differ from PyTorch by {gap:.2g}")
    slopes = autograd(network, inputs)
    lag = max(float(np.abs(g - s).max() / np.abs(s).max()) for g, s in zip(expected[1 + count :], slopes))
    if lag > 1e-4:
        raise SystemExit(f"{path.name}: gradients differ from autograd by {lag:.2g} of the largest")
    print(f"{path.name}: {name}, logits within {gap:.2g} of PyTorch, gradients within {lag:.2g} of autograd")
    tests = {}
    if empty:
        with torch.no_grad():
            expected[0] = network(*(torch.zeros_like(x) for x in inputs))[0].numpy()
    else:
        for p, x in zip(low, inputs):
            tests[p] = f"{task}-{phases.lower()}.{p}.npy"
            np.save(out / tests[p], x.numpy())
    answer = f"{task}-{phases.lower()}.logits.npy"
    np.save(out / answer, expected[0].astype(np.float32))
    channels = network.channels
    maps = [] if occlusion else [
        *(dict(name=f"act_{p}", role="cam-activation", phase=q, shape=[1, channels, 7, 7], dtype="float32") for p, q in zip(low, phases)),
        *(dict(name=f"grad_{p}", role="cam-gradient", phase=q, shape=[1, 2, channels], dtype="float32") for p, q in zip(low, phases)),
    ]
    tensor = dict(dtype="float32")
    return dict(
        id=f"{task}-{phases.lower()}",
        task=task,
        phases=dict(mode="fixed", set=list(phases)),
        file=path.name,
        inputs=[dict(name=p, phase=q, shape=patch, **tensor) for p, q in zip(low, phases)],
        outputs=[
            dict(name="logits", role="logits", shape=["batch" if occlusion else 1, 2], **tensor),
            *maps,
        ],
        classes=CLASSES[task],
        cam=dict(kind="none", score="probability", stride=32, windowPx=48) if occlusion else dict(kind="gradient-output", score="probability", layer="layer4", stride=32),
        calibration=dict(method="none", temperature=1.0, fittedOn="none"),
        thresholds=[dict(name="argmax", value=0.5, fittedOn="none")],
        selfTest=dict(inputs=tests, outputs=dict(logits=answer), tolerance=1e-2 if fp16 else 1e-3),
        reference=dict(
            framework="pytorch",
            **{"class": name},
            stateDict=[dict(name=k, shape=list(v.shape), dtype=str(v.dtype).removeprefix("torch."), sha256=hashlib.sha256(v.contiguous().numpy().tobytes()).hexdigest()) for k, v in plain.items()],
        ),
    )


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--malignancy", type=Path)
    ap.add_argument("--aggressiveness", type=Path)
    ap.add_argument("--phases")
    ap.add_argument("--kind", choices=["authors", "third-party"], default="third-party")
    ap.add_argument("--preset", choices=["authors-code", "paper"], default="authors-code")
    ap.add_argument("--crop-mm", type=float)
    ap.add_argument("--title", default="Imported renal mass networks")
    ap.add_argument("--licence", default="LicenseRef-Unknown")
    ap.add_argument("--fp16", action="store_true")
    ap.add_argument("--explain", choices=["grad-cam", "occlusion"], default="grad-cam")
    ap.add_argument("--empty-self-test", action="store_true")
    a = ap.parse_args()
    given = {t: p for t, p in (("malignancy", a.malignancy), ("aggressiveness", a.aggressiveness)) if p}
    if not given:
        raise SystemExit("give --malignancy, --aggressiveness or both")
    a.out.mkdir(parents=True, exist_ok=True)
    models = [export(path, task, a.phases, a.out, a.fp16, a.explain == "occlusion", a.empty_self_test) for task, path in given.items()]
    checksums = [hashlib.sha256(p.read_bytes()).hexdigest() for p in given.values()]
    listed = sorted(p for p in a.out.iterdir() if p.suffix in (".onnx", ".npy"))
    manifest = dict(
        schema="renalens-pack/1",
        id="imported-" + "-".join(sorted(given)),
        version="1.0.0",
        title=a.title,
        created=datetime.date.today().isoformat(),
        generator=dict(name="training/export/authors.py", version="1"),
        licence=dict(spdx=a.licence, nonCommercial=True),
        provenance=dict(kind=a.kind, authors=[], source="checkpoints given by the user", checkpointSha256=checksums, statement="Exported from checkpoints that the user holds; not checked by this project."),
        status="authors" if a.kind == "authors" else "research",
        trainingData=dict(description="not stated in the checkpoint", simulated=False, cases=0, phases=sorted(set("".join(a.phases or "NAV"))), datasets=[]),
        preprocessing=dict(preset=a.preset, constants={} if a.crop_mm is None else dict(cropMm=a.crop_mm)),
        segmentation=None,
        classifiers=models,
        files=[dict(path=p.name, bytes=p.stat().st_size, sha256=hashlib.sha256(p.read_bytes()).hexdigest(), role="onnx" if p.suffix == ".onnx" else "selftest") for p in listed],
    )
    (a.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{a.out}: {len(listed)} files, manifest.json written")


if __name__ == "__main__":
    main()
