"""The three U-Nets of nnU-Net, built from a state dict and the plans' strides.

v1 Generic_UNet, v2 PlainConvUNet, v2 ResidualEncoderUNet. Channels and kernels come from the weights themselves, so every
width and depth is read; every tensor must find its place and all copies of one must be equal, else the network is refused.

Transposed convolutions have kernel = stride: each input voxel fills a block of its own. That is a 1x1x1 convolution with
one output channel for each place in the block, moved into space afterwards, with exactly the same products and sums. The
WebGPU provider of onnxruntime-web 1.30 has no 3-D ConvTranspose, and its CPU one is 1.8 to 2 times slower than this.
"""

from __future__ import annotations

import re

import torch
from torch import nn


class Refused(Exception):
    """What is not understood, in words."""


def strip(state: dict) -> dict:
    """Names without the prefixes of DataParallel and torch.compile."""
    plain = {}
    for name, tensor in state.items():
        while name.startswith(("module.", "_orig_mod.")):
            name = name.split(".", 1)[1]
        plain[name] = tensor
    return plain


def without_copies(state: dict) -> dict:
    """v2 lists the encoder again under the decoder, and each convolution and norm again under `all_modules`."""
    kept = {}
    for name, tensor in state.items():
        short = name.removeprefix("decoder.") if name.startswith("decoder.encoder.") else name
        if ".all_modules." in short:
            continue
        if short in kept and not torch.equal(kept[short], tensor):
            raise Refused(f"two copies of {short} differ")
        kept[short] = tensor
    for name, tensor in state.items():
        if ".all_modules." not in name:
            continue
        short = name.removeprefix("decoder.") if name.startswith("decoder.encoder.") else name
        stem, rest = short.split(".all_modules.")
        part = rest.split(".", 1)[1]
        if not any(key.startswith(f"{stem}.") and key.endswith(part) and kept[key].shape == tensor.shape and torch.equal(kept[key], tensor) for key in kept):
            raise Refused(f"{name} has no equal among the named weights")
    return kept


class Take:
    """Hands tensors out by name and remembers which were never asked for."""

    def __init__(self, state: dict):
        self.state = dict(state)
        self.left = set(state)

    def __contains__(self, name: str) -> bool:
        return name in self.state

    def __call__(self, name: str) -> torch.Tensor:
        if name not in self.state:
            raise Refused(f"the checkpoint has no {name}")
        self.left.discard(name)
        return self.state[name].float()

    def optional(self, name: str) -> torch.Tensor | None:
        return self(name) if name in self.state else None


def convolution(take: Take, name: str, stride=1) -> nn.Module:
    weight, bias = take(f"{name}.weight"), take.optional(f"{name}.bias")
    kernel = list(weight.shape[2:])
    if any(k % 2 == 0 for k in kernel):
        raise Refused(f"{name} has an even kernel {kernel}")
    kind = {2: nn.Conv2d, 3: nn.Conv3d}[len(kernel)]
    conv = kind(weight.shape[1], weight.shape[0], kernel, stride=tuple(stride) if isinstance(stride, (list, tuple)) else stride, padding=[k // 2 for k in kernel], bias=bias is not None)
    conv.weight.data = weight
    if bias is not None:
        conv.bias.data = bias
    return conv


def normalisation(take: Take, name: str, dims: int, eps: float) -> nn.Module:
    weight, bias = take(f"{name}.weight"), take(f"{name}.bias")
    norm = {2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}[dims](len(weight), eps=eps, affine=True)
    norm.weight.data, norm.bias.data = weight, bias
    return norm


class Up(nn.Module):
    """A transposed convolution with kernel = stride, as 1x1x1 convolution and depth to space."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None):
        super().__init__()
        self.block = list(weight.shape[2:])
        dims, places = len(self.block), weight[0, 0].numel()
        conv = {2: nn.Conv2d, 3: nn.Conv3d}[dims](weight.shape[0], weight.shape[1] * places, 1, bias=bias is not None)
        conv.weight.data = weight.flatten(2).permute(1, 2, 0).reshape(conv.weight.shape).contiguous()
        if bias is not None:
            conv.bias.data = bias.repeat_interleave(places)
        self.conv = conv

    def forward(self, x):
        size = [int(n) for n in x.shape[2:]]
        dims = len(size)
        y = self.conv(x).reshape([1, -1, *self.block, *size])
        order = [0, 1, *(axis for n in range(dims) for axis in (2 + dims + n, 2 + n))]
        return y.permute(order).reshape([1, y.shape[1], *(n * b for n, b in zip(size, self.block))])


class Residual(nn.Module):
    """conv, norm, LeakyReLU, conv, norm, plus the skip (mean pooling where strided, projection where channels change), LeakyReLU."""

    def __init__(self, first, norm1, second, norm2, skip, slope):
        super().__init__()
        self.path = nn.Sequential(first, norm1, nn.LeakyReLU(slope), second, norm2)
        self.skip = skip
        self.last = nn.LeakyReLU(slope)

    def forward(self, x):
        return self.last(self.path(x) + self.skip(x))


class UNet(nn.Module):
    def __init__(self, encoder, ups, decoder, head):
        super().__init__()
        self.encoder, self.ups, self.decoder, self.head = nn.ModuleList(encoder), nn.ModuleList(ups), nn.ModuleList(decoder), head

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        for up, stage, skip in zip(self.ups, self.decoder, skips[-2::-1]):
            x = stage(torch.cat([up(x), skip], 1))
        return self.head(x)


def count(names, pattern: str) -> int:
    return len({m.group(1) for m in (re.match(pattern, n) for n in names) if m})


def stacked(take: Take, prefixes: list[str], norm: str, dims: int, eps: float, slope: float, stride=1) -> nn.Sequential:
    """Convolutions one after another, each with norm and LeakyReLU; the first one strided."""
    layers = []
    for prefix in prefixes:
        layers += [convolution(take, f"{prefix}.conv", stride if not layers else 1), normalisation(take, f"{prefix}.{norm}", dims, eps), nn.LeakyReLU(slope)]
    return nn.Sequential(*layers)


def upsampling(take: Take, name: str, stride: list[int]) -> Up:
    weight = take(f"{name}.weight")
    if list(weight.shape[2:]) != list(stride):
        raise Refused(f"{name} has kernel {list(weight.shape[2:])}, the plans' stride there is {list(stride)}")
    return Up(weight, take.optional(f"{name}.bias"))


def build(state: dict, strides: list[list[int]], eps: float, slope: float) -> UNet:
    """The network of a state dict in eval mode. Raises Refused."""
    state = without_copies(strip(state))
    dims = len(strides[0])
    first = next((t for n, t in state.items() if t.ndim > 2), None)
    if first is None:
        raise Refused("no convolution among the weights")
    if first.ndim - 2 != dims:
        raise Refused(f"the weights are those of a {first.ndim - 2}-D network, the plans describe a {dims}-D one: give the plans of the weights' own configuration")
    take = Take(state)
    if "seg_outputs.0.weight" in take:
        network = generic(take, strides, dims, eps, slope)
    elif "decoder.seg_layers.0.weight" in take:
        network = version2(take, strides, dims, eps, slope)
    else:
        raise Refused(f"names such as {next(iter(state))} are those of no network that is understood (Generic_UNet, PlainConvUNet, ResidualEncoderUNet)")
    if take.left:
        raise Refused(f"{len(take.left)} tensors have no place in this network, first {sorted(take.left)[0]}")
    return network.eval()


def blocks(take: Take, prefix: str) -> list[str]:
    """v1: `<prefix>.blocks.i`, or two such stacks in a row."""
    if f"{prefix}.blocks.0.conv.weight" in take:
        return [f"{prefix}.blocks.{i}" for i in range(count(take.state, rf"{re.escape(prefix)}\.blocks\.(\d+)\."))]
    return [*blocks(take, f"{prefix}.0"), *blocks(take, f"{prefix}.1")]


def generic(take: Take, strides, dims, eps, slope) -> UNet:
    stages = count(take.state, r"conv_blocks_context\.(\d+)\.")
    if stages != len(strides):
        raise Refused(f"{stages} resolutions in the weights, {len(strides)} in the plans")
    encoder = [stacked(take, blocks(take, f"conv_blocks_context.{s}"), "instnorm", dims, eps, slope, strides[s]) for s in range(stages)]
    ups = [upsampling(take, f"tu.{u}", strides[-1 - u]) for u in range(stages - 1)]
    decoder = [stacked(take, blocks(take, f"conv_blocks_localization.{u}"), "instnorm", dims, eps, slope) for u in range(stages - 1)]
    heads = [convolution(take, f"seg_outputs.{u}") for u in range(stages - 1)]
    return UNet(encoder, ups, decoder, heads[-1])


def residual(take: Take, prefix: str, dims, eps, slope, stride) -> Residual:
    if f"{prefix}.conv3.conv.weight" in take:
        raise Refused(f"{prefix} is a bottleneck block, which is not understood")
    skip: list[nn.Module] = []
    if any(s != 1 for s in stride):
        skip.append({2: nn.AvgPool2d, 3: nn.AvgPool3d}[dims](tuple(stride), tuple(stride)))
    place = f"{prefix}.skip.{len(skip)}"
    if f"{place}.conv.weight" in take:
        skip += [convolution(take, f"{place}.conv"), normalisation(take, f"{place}.norm", dims, eps)]
    return Residual(
        convolution(take, f"{prefix}.conv1.conv", stride), normalisation(take, f"{prefix}.conv1.norm", dims, eps),
        convolution(take, f"{prefix}.conv2.conv"), normalisation(take, f"{prefix}.conv2.norm", dims, eps), nn.Sequential(*skip), slope,
    )


def version2(take: Take, strides, dims, eps, slope) -> UNet:
    stages = count(take.state, r"encoder\.stages\.(\d+)\.")
    if stages != len(strides):
        raise Refused(f"{stages} resolutions in the weights, {len(strides)} in the plans")
    encoder = []
    for s in range(stages):
        prefix = f"encoder.stages.{s}"
        if f"{prefix}.blocks.0.conv1.conv.weight" in take:
            stem = [stacked(take, [f"encoder.stem.convs.{i}" for i in range(count(take.state, r"encoder\.stem\.convs\.(\d+)\."))], "norm", dims, eps, slope)] if s == 0 else []
            number = count(take.state, rf"{re.escape(prefix)}\.blocks\.(\d+)\.")
            encoder.append(nn.Sequential(*stem, *(residual(take, f"{prefix}.blocks.{b}", dims, eps, slope, strides[s] if b == 0 else [1] * dims) for b in range(number))))
        else:
            number = count(take.state, rf"{re.escape(prefix)}\.0\.convs\.(\d+)\.")
            encoder.append(stacked(take, [f"{prefix}.0.convs.{i}" for i in range(number)], "norm", dims, eps, slope, strides[s]))
    ups = [upsampling(take, f"decoder.transpconvs.{u}", strides[-1 - u]) for u in range(stages - 1)]
    decoder = [stacked(take, [f"decoder.stages.{u}.convs.{i}" for i in range(count(take.state, rf"decoder\.stages\.{u}\.convs\.(\d+)\."))], "norm", dims, eps, slope) for u in range(stages - 1)]
    heads = [convolution(take, f"decoder.seg_layers.{u}") for u in range(stages - 1)]
    return UNet(encoder, ups, decoder, heads[-1])
