"""Pooled trunk features of every patch, once: training/cache/features-simulated.npz and features-real.npz.

    python training/classify/features.py --trunk imagenet-resnet18-part/weights-fp16.npz

The trunk is frozen, so a patch and its augmented copies are read once and heads train in seconds. Augmented copies:
turn (SD 6 degrees), shift (SD 2 mm), scale (SD 3 %), brightness (SD 8 HU), contrast (SD 6 %), noise (0-6 HU). No
mirroring: liver and spleen have their side, and mirrored copies lowered the cross-validated figures.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from patches import load_patches
from pools import CHANNELS, PIXEL_MM, POOLS, SIZE, pool
from trunk import CLIP_HU, Trunk, load_trunk

CACHE = Path(__file__).resolve().parents[1] / "cache"
LOW, WIDTH = CLIP_HU[0], CLIP_HU[1] - CLIP_HU[0]


def augment(rng: np.random.Generator, images: np.ndarray) -> np.ndarray:
    """One augmented copy of [phases, 224, 224] grey (float32): same geometry for all phases, own intensity for each."""
    angle, scale = np.deg2rad(rng.normal(0, 6)), np.exp(rng.normal(0, 0.03))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    middle = np.array([(SIZE - 1) / 2] * 2)
    offset = middle - turn @ (middle + rng.normal(0, 2 / PIXEL_MM, 2))
    out = np.empty(images.shape, np.float32)
    for p, image in enumerate(images):
        moved = ndimage.affine_transform(image, turn, offset, order=1, mode="nearest")
        hu = moved * (WIDTH / 255) + LOW
        hu = (hu - 60) * np.exp(rng.normal(0, 0.06)) + 60 + rng.normal(0, 8)
        hu = hu + rng.standard_normal(hu.shape) * rng.uniform(0, 6)
        out[p] = (np.clip(hu, *CLIP_HU) - LOW) * (255 / WIDTH)
    return out


def read(trunk: Trunk, grey: np.ndarray, exact: bool) -> np.ndarray:
    """[n, 224, 224] grey -> [n, pools, 384]; bf16 unless `exact`."""
    hu = torch.from_numpy(grey.astype(np.float32))[:, None] * (WIDTH / 255) + LOW
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=not exact):
        a = trunk(((hu + 500) / 1000).contiguous(memory_format=torch.channels_last))
    return pool(a.float()).numpy()


def main() -> None:
    """Reads both caches of patches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trunk", type=Path, required=True)
    parser.add_argument("--copies-simulated", type=int, default=0)
    parser.add_argument("--copies-real", type=int, default=8)
    parser.add_argument("--sets", nargs="+", default=["real", "simulated"])
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    trunk = load_trunk(args.trunk).to(memory_format=torch.channels_last)
    for name in args.sets:
        copies = args.copies_real if name == "real" else args.copies_simulated
        if name == "real":
            images, table = load_patches(CACHE)
            images = images[:, None]
        else:
            data = np.load(CACHE / "simulated.npz")
            images, table = data["images"], data["table"]
        n, phases = images.shape[:2]
        out = np.empty((copies + 1, n, phases, POOLS, CHANNELS), np.float16)
        began = time.time()
        for c in range(copies + 1):
            rng = np.random.default_rng([5, c])
            for i in range(0, n, 8):
                batch = images[i : i + 8].astype(np.float32)
                if c:
                    batch = np.stack([augment(rng, b) for b in batch])
                flat = batch.reshape(-1, SIZE, SIZE)
                f = read(trunk, flat, exact=name == "real" and c == 0)
                out[c, i : i + 8] = f.reshape(len(batch), phases, POOLS, CHANNELS)
            print(f"{name}: copy {c}, {time.time() - began:.0f} s", flush=True)
        np.savez(CACHE / f"features-{name}.npz", features=out, table=table)


if __name__ == "__main__":
    main()
