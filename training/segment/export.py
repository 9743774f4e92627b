"""The two networks as ONNX (opset 17, fp16 weights, fp32 arithmetic) with self-tests, and their part of the manifest.

    python export.py --whole RUN --fine RUN
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "export"))

from augment import MEAN_HU, PATCH, PIXEL_MM, SD_HU, WHOLE
from data import CLIP_HIGH, CLIP_LOW, SLAB_MM
from evaluate import checkpoint, network, settings
from halve import halve
from network import UNet

PACK = Path(__file__).resolve().parents[2] / "public" / "models" / "renalens-demo"
HEADS = ["kidney-or-mass", "mass", "tumour"]
TOLERANCE = 1e-3
HALVED_FROM = 1000


def merge_stem(model):
    """Space to depth followed by a 3 x 3 convolution is one 6 x 6 convolution with stride 2: the graph has no reshape."""
    if model.stem != 2:
        return model
    old = model.first[0]
    out, channels = old.weight.shape[0], old.weight.shape[1] // 4
    new = nn.Conv2d(channels, out, 6, 2, 2)
    with torch.no_grad():
        w = old.weight.reshape(out, channels, 2, 2, 3, 3)
        new.weight.copy_(w.permute(0, 1, 4, 2, 5, 3).reshape(out, channels, 6, 6))
        new.bias.copy_(old.bias)
    model.first[0] = new
    return model


class Exported(nn.Module):
    """A network as the graph has it: without reshapes on the way in."""

    def __init__(self, model):
        super().__init__()
        self.model = merge_stem(model) if isinstance(model, UNet) else model

    def forward(self, image):
        if not isinstance(self.model, UNet):
            return self.model(image)
        m, x = self.model, image
        x = m.first(x)
        skips = []
        for block in m.down:
            x = block(x)
            skips.append(x)
        for i, block in enumerate(m.up):
            x = block(x, skips[-2 - i])
        x = m.head(x)
        return torch.nn.functional.pixel_shuffle(x, 2) if m.stem == 2 else x


def self_test_image(shape):
    """A picture from a formula: body, two bright discs, a darker one in the right-hand disc, and a fixed grain."""
    h, w = shape
    r, c = np.mgrid[0:h, 0:w].astype(np.float64)
    hu = np.where(((r - h / 2) / (0.42 * h)) ** 2 + ((c - w / 2) / (0.45 * w)) ** 2 < 1, 45.0, CLIP_LOW)
    for dc, level in ((-0.25, 150.0), (0.25, 130.0)):
        hu = np.where((r - 0.56 * h) ** 2 + (c - (0.5 + dc) * w) ** 2 < (0.11 * h) ** 2, level, hu)
    hu = np.where((r - 0.6 * h) ** 2 + (c - 0.72 * w) ** 2 < (0.05 * h) ** 2, 60.0, hu)
    hu = hu + (7 * r + 13 * c) % 17 - 8 + 12 * np.sin(r / 5.0) * np.cos(c / 7.0)
    return ((np.clip(hu, CLIP_LOW, CLIP_HIGH) - MEAN_HU) / SD_HU).astype(np.float32)[None, None]


def export_stage(run, stage, shape):
    model = network(run)
    with torch.no_grad():
        for p in model.parameters():
            if p.numel() >= HALVED_FROM:
                p.copy_(p.half().float())
    exported = Exported(model).eval()
    name = f"segment-{stage}"
    path = PACK / f"{name}.onnx"
    image = torch.from_numpy(self_test_image(shape))
    torch.onnx.export(exported, (image,), str(path), input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}}, opset_version=17, dynamo=False)
    operators = halve(path, HALVED_FROM)
    with torch.no_grad():
        wanted = exported(torch.cat([image, image.flip(-1)])).numpy()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(["logits"], {"image": np.concatenate([image.numpy(), image.numpy()[..., ::-1]])})[0]
    worst = float(np.abs(got - wanted).max())
    print(name, path.stat().st_size, "bytes", operators, "largest difference to PyTorch", worst, "logits", float(wanted.min()), float(wanted.max()))
    if worst > TOLERANCE:
        raise SystemExit(f"{name}: {worst} from PyTorch")
    np.save(PACK / f"{name}.input.npy", image.numpy())
    np.save(PACK / f"{name}.output.npy", got[:1])
    return dict(
        id="whole-slice" if stage == "whole" else "fine",
        kind="slice-2d",
        placement="body-centre" if stage == "whole" else "around-kidneys",
        file=path.name,
        pixelMm=PIXEL_MM,
        sizePx=list(shape),
        slabMm=SLAB_MM,
        priorChannel=False,
        inputs=[dict(name="image", shape=["batch", 1, *shape], dtype="float32")],
        outputs=[dict(name="logits", role="segmentation-logits", shape=["batch", 3, *shape], dtype="float32", heads=HEADS)],
        selfTest=dict(inputs=dict(image=f"{name}.input.npy"), outputs=dict(logits=f"{name}.output.npy"), tolerance=TOLERANCE),
    )


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--whole", required=True)
    ap.add_argument("--fine", required=True)
    a = ap.parse_args()
    PACK.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    stages = [export_stage(a.whole, "whole", WHOLE), export_stage(a.fine, "fine", PATCH)]
    j = settings()
    part = dict(
        segmentation=dict(
            id="kidney-mass-2d",
            task="segmentation",
            phases=["A", "V", "N"],
            labels=dict(background=0, kidney=1, tumour=2, cyst=3),
            intensity=dict(clipHu=[CLIP_LOW, CLIP_HIGH], meanHu=MEAN_HU, sdHu=SD_HU),
            stages=stages,
            join=dict(
                candidateThreshold=j.candidate_threshold, candidateMinMl=j.candidate_min_ml, minComponentMm2=j.min_component_mm2,
                maxPatchesPerSlab=j.max_patches_per_slab, patchMarginPx=j.patch_margin_px, rampPx=j.ramp_px, fineShare=j.fine_share,
                smoothingMm=j.smoothing_mm, kidneyThreshold=j.kidney_threshold, minKidneyMl=j.min_kidney_ml, fragmentMm=j.fragment_mm,
                minFragmentMl=j.min_fragment_ml, massThresholds=dict(low=j.mass_low, high=j.mass_high), minMassMl=j.min_mass_ml,
                massToKidneyMm=j.mass_to_kidney_mm, tumourThreshold=j.tumour_threshold,
            ),
        ),
        trainingData=dict(
            segmentation=dict(
                description="266 + 60 labelled axial slices of KiTS patients (those of the training folds), axial slices of one portal venous and one unenhanced CT; pasted and painted masses, kidneys painted in the outlines of KiTS label maps of the training folds, redrawn kidney contrast; encoders start from ImageNet weights of torchvision's ResNet-18 (BSD-3-Clause)",
                folds=sorted({f for r in (a.whole, a.fine) for f in checkpoint(r)["folds"]}),
                samples={s: checkpoint(r)["state"]["samples"] for s, r in (("whole-slice", a.whole), ("fine", a.fine))},
            )
        ),
    )
    (PACK / "segmentation.part.json").write_text(json.dumps(part, indent=2) + "\n")


if __name__ == "__main__":
    main()
