"""ResNet-18 from conv1 to layer3 with ImageNet weights, for one grey channel; batch normalisation is folded.

Input: the product's tensor [B, 1, 224, 224] = (HU + 500) / 1000 with HU clipped to [-79, 304]. The trunk itself
turns it into grey 0..1 over that window and into ImageNet's units. Output: [B, 384, 14, 14], layer2 (128 channels,
averaged over 2 x 2 cells) and layer3 (256 channels) after their last ReLU, on one grid of 16-pixel cells.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

CLIP_HU = (-79.0, 304.0)
MEAN = np.array([0.485, 0.456, 0.406])
SD = np.array([0.229, 0.224, 0.225])
GREY_MEAN, GREY_SD = 0.449, 0.226


class Block(nn.Module):
    """Basic block with biases instead of batch normalisation."""

    def __init__(self, c_in: int, c_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1)
        self.down = nn.Conv2d(c_in, c_out, 1, stride) if stride != 1 else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv2(F.relu(self.conv1(x)))
        return F.relu(y + (x if self.down is None else self.down(x)))


class Trunk(nn.Module):
    """conv1, layer1, layer2, layer3 (2.8 million weights)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 7, 2, 3)
        self.layer1 = nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))
        self.layer2 = nn.Sequential(Block(64, 128, 2), Block(128, 128, 1))
        self.layer3 = nn.Sequential(Block(128, 256, 2), Block(256, 256, 1))
        # x = (HU + 500) / 1000 -> grey = (HU + 79) / 383 -> (grey - mean) / sd, as one scale and one shift.
        width = CLIP_HU[1] - CLIP_HU[0]
        self.scale = 1000.0 / width / GREY_SD
        self.shift = ((-500.0 - CLIP_HU[0]) / width - GREY_MEAN) / GREY_SD

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.conv1(x * self.scale + self.shift))
        middle = self.layer2(self.layer1(F.max_pool2d(x, 3, 2, 1)))
        return torch.cat([F.avg_pool2d(middle, 2), self.layer3(middle)], 1)


def load_trunk(path: Path) -> Trunk:
    """Trunk with the weights of the folded ImageNet network; conv1 summed over RGB so that grey gives the same answer."""
    z = {k: v.astype(np.float32) for k, v in np.load(path).items()}
    trunk = Trunk()
    state = {}
    w = z["conv1.weight"]
    state["conv1.weight"] = (w * (GREY_SD / SD)[None, :, None, None]).sum(1, keepdims=True)
    state["conv1.bias"] = z["conv1.bias"] + (w * ((GREY_MEAN - MEAN) / SD)[None, :, None, None]).sum((1, 2, 3))
    for layer in (1, 2, 3):
        for b in (0, 1):
            for c in ("conv1", "conv2"):
                for part in ("weight", "bias"):
                    state[f"layer{layer}.{b}.{c}.{part}"] = z[f"layer{layer}.{b}.{c}.{part}"]
        if layer > 1:
            for part in ("weight", "bias"):
                state[f"layer{layer}.0.down.{part}"] = z[f"layer{layer}.0.downsample.0.{part}"]
    trunk.load_state_dict({k: torch.tensor(v, dtype=torch.float32) for k, v in state.items()})
    return trunk.eval()


def to_tensor(grey: np.ndarray) -> torch.Tensor:
    """uint8 grey [..., H, W] -> the product's tensor values (HU + 500) / 1000."""
    hu = grey.astype(np.float32) * ((CLIP_HU[1] - CLIP_HU[0]) / 255) + CLIP_HU[0]
    return torch.from_numpy((hu + 500) / 1000)
