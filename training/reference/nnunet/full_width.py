"""A trained nnU-Net v2 folder of real width with random weights: what a user's 3d_fullres or 3d_lowres weighs and asks.

    python training/reference/nnunet/full_width.py FOLDER [--patch 128 128 128] [--spacing 0.78 0.78 0.78] [--features 32 64 ...]

PlainConvUNet as nnU-Net plans it for KiTS: six resolutions of 32 to 320 features, two 3x3x3 convolutions each, four labels.
Needs torch alone. Export it with training/export/nnunet.py.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

FEATURES = [32, 64, 128, 256, 320, 320]
LABELS = dict(background=0, kidney=1, tumor=2, cyst=3)


def strides_of(patch: list[int], resolutions: int) -> list[list[int]]:
    """Halves each axis between resolutions for as long as at least four voxels are left."""
    steps, size = [[1, 1, 1]], list(patch)
    while len(steps) < resolutions:
        step = [2 if n % 2 == 0 and n >= 8 else 1 for n in size]
        size = [n // s for n, s in zip(size, step)]
        steps.append(step)
    return steps


def random_weights(strides: list[list[int]], features: list[int]) -> dict:
    torch.manual_seed(11)
    state: dict = {}

    def block(name: str, into: int, out: int) -> None:
        for n in (0, 1):
            state[f"{name}.convs.{n}.conv.weight"] = torch.randn(out, into if n == 0 else out, 3, 3, 3) * (2 / (27 * (into if n == 0 else out))) ** 0.5
            state[f"{name}.convs.{n}.conv.bias"] = torch.zeros(out)
            state[f"{name}.convs.{n}.norm.weight"] = torch.ones(out)
            state[f"{name}.convs.{n}.norm.bias"] = torch.zeros(out)

    for stage, out in enumerate(features):
        block(f"encoder.stages.{stage}.0", 1 if stage == 0 else features[stage - 1], out)
    for stage in range(len(features) - 1):
        low, high = features[-1 - stage], features[-2 - stage]
        state[f"decoder.transpconvs.{stage}.weight"] = torch.randn(low, high, *strides[-1 - stage]) * (1 / low) ** 0.5
        state[f"decoder.transpconvs.{stage}.bias"] = torch.zeros(high)
        block(f"decoder.stages.{stage}", 2 * high, high)
        head = torch.randn(len(LABELS), high, 1, 1, 1)
        state[f"decoder.seg_layers.{stage}.weight"] = head - head.mean(1, keepdim=True)
        # Mostly background, as a trained network would say.
        state[f"decoder.seg_layers.{stage}.bias"] = torch.tensor([12.0, 0.0, 0.0, 0.0])
    return state


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--configuration", choices=["3d_lowres", "3d_fullres"], default="3d_fullres")
    ap.add_argument("--patch", nargs=3, type=int, default=[128, 128, 128])
    ap.add_argument("--spacing", nargs=3, type=float, default=[0.78, 0.78, 0.78])
    ap.add_argument("--features", nargs="+", type=int, default=FEATURES, help="per resolution; the default is nnU-Net's")
    a = ap.parse_args()
    strides = strides_of(a.patch, len(a.features))
    architecture = dict(
        network_class_name="dynamic_network_architectures.architectures.unet.PlainConvUNet",
        arch_kwargs=dict(strides=strides, norm_op="torch.nn.modules.instancenorm.InstanceNorm3d", norm_op_kwargs=dict(eps=1e-5, affine=True), nonlin="torch.nn.LeakyReLU"),
    )
    resampling = {f"resampling_fn_{part}_kwargs": dict(order=order, order_z=0, force_separate_z=None) for part, order in (("data", 3), ("probabilities", 1))}
    own = dict(patch_size=a.patch, spacing=a.spacing, normalization_schemes=["CTNormalization"], architecture=architecture, **resampling)
    plans = dict(
        dataset_name="Dataset999_Random", plans_name="nnUNetPlans", image_reader_writer="NibabelIOWithReorient", transpose_forward=[0, 1, 2], configurations={a.configuration: own},
        foreground_intensity_properties_per_channel={"0": dict(mean=103.0, std=73.0, percentile_00_5=-58.0, percentile_99_5=302.0)},
    )
    fold = a.folder / "fold_0"
    fold.mkdir(parents=True, exist_ok=True)
    (a.folder / "plans.json").write_text(json.dumps(plans))
    (a.folder / "dataset.json").write_text(json.dumps(dict(channel_names={"0": "CT"}, labels=LABELS)))
    weights = random_weights(strides, a.features)
    torch.save(dict(network_weights=weights, init_args=dict(configuration=a.configuration), trainer_name="nnUNetTrainer", inference_allowed_mirroring_axes=[0, 1, 2]), fold / "checkpoint_final.pth")
    print(f"{a.folder}: {sum(t.numel() for t in weights.values()) / 1e6:.1f} M weights, strides {strides}")


if __name__ == "__main__":
    main()
