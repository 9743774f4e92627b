"""The three networks that the authors published, in eval mode, with what Grad-CAM needs beside the answer.

Structure and state-dict names: method section 3 (ResNet-18 of torchvision with one input channel; concatenation; a
perceptron of four linear layers with no activation between the last two; softmax outside, as it adds nothing here).
Written from that description; no line of the authors' code is used.

`Published.forward(*patches)` with patches [1, 1, 224, 224] in the order of `inputs` gives
    logits     [1, 2]
    act_<i>    [1, 8 w, 7, 7]  output of layer4 after its last ReLU, one for each input
    grad_<i>   [1, 2, 8 w]     mean over the 49 positions of d logit_c / d act_i, by the closed form of the head
"""

from __future__ import annotations

import torch
from torch import nn

CELLS = 49


class Block(nn.Module):
    """ResNet's basic block; names as torchvision's."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = None
        if stride != 1 or inside != outside:
            self.downsample = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Trunk(nn.Module):
    """ResNet-18 up to layer4, one input channel; `w` channels after conv1, 64 in the publication, fewer in test networks."""

    def __init__(self, w: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, w, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(w)
        self.layer1 = nn.Sequential(Block(w, w, 1), Block(w, w, 1))
        self.layer2 = nn.Sequential(Block(w, 2 * w, 2), Block(2 * w, 2 * w, 1))
        self.layer3 = nn.Sequential(Block(2 * w, 4 * w, 2), Block(4 * w, 4 * w, 1))
        self.layer4 = nn.Sequential(Block(4 * w, 8 * w, 2), Block(8 * w, 8 * w, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


#: Class name to the prefixes of its trunks, in the order of its inputs.
TRUNKS = {"HybridNAV": ("modelN", "modelA", "modelV"), "HybridXX": ("model1", "model2"), "Res18": ("Res2D",)}


class Published(nn.Module):
    """One of the three classes by name; `fc_all` or `fc` is its head."""

    def __init__(self, name: str, w: int = 64) -> None:
        super().__init__()
        self.names, self.channels = TRUNKS[name], 8 * w
        for prefix in self.names:
            self.add_module(prefix, Trunk(w))
        c = self.channels
        wide = c * len(self.names)
        if name == "Res18":
            self.fc = nn.Linear(c, 2)
        else:
            # Places 1, 2, 4, 5 hold activation and dropout in the published order of names.
            self.fc_all = nn.ModuleDict({"0": nn.Linear(wide, c), "3": nn.Linear(c, c), "6": nn.Linear(c, c), "7": nn.Linear(c, 2)})

    def forward(self, *patches: torch.Tensor) -> tuple[torch.Tensor, ...]:
        maps = [getattr(self, prefix)(x) for prefix, x in zip(self.names, patches)]
        pooled = torch.cat([m.mean((2, 3)) for m in maps], 1)
        logits, gradient = self.single(pooled) if len(maps) == 1 else self.perceptron(pooled)
        parts = [g / CELLS for g in gradient.split(self.channels, 2)]
        return (logits, *maps, *parts)

    def logits(self, *patches: torch.Tensor) -> torch.Tensor:
        """[B, 2] of patches [B, 1, 224, 224]."""
        pooled = torch.cat([getattr(self, prefix)(x).mean((2, 3)) for prefix, x in zip(self.names, patches)], 1)
        return self.fc(pooled) if len(patches) == 1 else self.perceptron(pooled)[0]

    def single(self, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.fc(pooled), self.fc.weight[None] + 0 * pooled[:, None]

    def perceptron(self, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        a, b, c, d = (self.fc_all[k] for k in ("0", "3", "6", "7"))
        h1, last = a(pooled), d.weight @ c.weight
        h2 = b(torch.relu(h1))
        logits = d(c(torch.relu(h2)))
        back = last[None] * (h2 > 0).to(last.dtype)[:, None]
        back = (back @ b.weight) * (h1 > 0).to(last.dtype)[:, None]
        return logits, back @ a.weight


def width_of(state: dict[str, torch.Tensor]) -> int:
    """Channels after conv1 of a state dict in this file's names."""
    return next(v for k, v in state.items() if k.endswith("conv1.weight")).shape[0]


def recognise(state: dict[str, torch.Tensor]) -> tuple[str, dict[str, torch.Tensor]]:
    """Name of the published class that a state dict belongs to, and the dict in this file's names.

    Accepts `module.` in front (data parallel), `Res2D.`-prefixed and bare ResNet-18 names. Raises ValueError with what
    is missing or odd.
    """
    plain = {k.removeprefix("module."): v for k, v in state.items() if not k.endswith("num_batches_tracked")}
    if "conv1.weight" in plain:
        plain = {f"Res2D.{k}": v for k, v in plain.items()}
    name = next((n for n, prefixes in TRUNKS.items() if all(f"{p}.conv1.weight" in plain for p in prefixes)), None)
    if name is None:
        raise ValueError("no conv1.weight under modelN/modelA/modelV, model1/model2, Res2D or bare names: not one of HybridNAV, HybridXX, Res18")
    channels = plain[f"{TRUNKS[name][0]}.conv1.weight"].shape[1]
    if channels != 1:
        raise ValueError(f"conv1 takes {channels} channels, a patch has 1")
    if name == "Res18":
        plain = {k.replace("Res2D.fc.", "fc."): v for k, v in plain.items()}
    wanted = {k: v.shape for k, v in Published(name, width_of(plain)).state_dict().items() if not k.endswith("num_batches_tracked")}
    missing, odd = sorted(wanted.keys() - plain.keys()), sorted(plain.keys() - wanted.keys())
    wrong = [k for k in wanted.keys() & plain.keys() if plain[k].shape != wanted[k]]
    if missing or odd or wrong:
        raise ValueError(f"{name}: missing {missing[:3]}, unknown {odd[:3]}, of another shape {sorted(wrong)[:3]}")
    return name, plain
