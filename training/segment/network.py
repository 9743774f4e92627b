"""The 2-D U-Net of both stages: convolutions, batch normalisation, ReLU, nearest up-sampling; nothing else.

Input [batch, channels, rows, columns], output logits [batch, 3, rows, columns]: kidney-or-mass, mass,
tumour-given-mass. `stem=2` works on 2 x 2 blocks (space to depth in, depth to space out), which quarters the cost.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HEADS = 3


def conv_bn(c_in, c_out, kernel=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(c_out, momentum=0.05),
    )


class Residual(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.a = conv_bn(c_in, c_out, 3, stride)
        self.b = conv_bn(c_out, c_out)
        self.skip = None
        if c_in != c_out or stride != 1:
            self.skip = conv_bn(c_in, c_out, 1)
        self.stride = stride

    def forward(self, x):
        y = self.b(F.relu(self.a(x), inplace=True))
        if self.stride == 2:
            x = F.avg_pool2d(x, 2)
        return F.relu(y + (x if self.skip is None else self.skip(x)), inplace=True)


class Up(nn.Module):
    """1 x 1 convolution on the coarse map, nearest up-sampling by 2, concatenation, one or two 3 x 3 convolutions."""

    def __init__(self, c_low, c_skip, c_out, convs):
        super().__init__()
        self.reduce = conv_bn(c_low, c_skip, 1)
        layers = [conv_bn(2 * c_skip, c_out), nn.ReLU(inplace=True)]
        for _ in range(convs - 1):
            layers += [conv_bn(c_out, c_out), nn.ReLU(inplace=True)]
        self.body = nn.Sequential(*layers)

    def forward(self, low, skip):
        low = F.interpolate(F.relu(self.reduce(low), inplace=True), scale_factor=2, mode="nearest")
        return self.body(torch.cat([low, skip], 1))


class UNet(nn.Module):
    def __init__(self, widths, stem=1, in_channels=1, decoder_convs=1):
        super().__init__()
        self.config = dict(widths=list(widths), stem=stem, in_channels=in_channels, decoder_convs=decoder_convs)
        self.stem = stem
        c = in_channels * stem * stem
        self.first = nn.Sequential(conv_bn(c, widths[0]), nn.ReLU(inplace=True))
        self.down = nn.ModuleList()
        for i, w in enumerate(widths):
            self.down.append(Residual(widths[max(i - 1, 0)], w, 1 if i == 0 else 2))
        self.up = nn.ModuleList()
        for i in range(len(widths) - 1, 0, -1):
            self.up.append(Up(widths[i], widths[i - 1], widths[i - 1], decoder_convs))
        self.head = nn.Conv2d(widths[0], HEADS * stem * stem, 1)
        nn.init.normal_(self.head.weight, std=0.01)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([-2.0, -3.0, 0.5]).repeat_interleave(stem * stem))

    def forward(self, x):
        if self.stem == 2:
            x = F.pixel_unshuffle(x, 2)
        x = self.first(x)
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
        for i, block in enumerate(self.up):
            x = block(x, skips[-2 - i])
        x = self.head(x)
        return F.pixel_shuffle(x, 2) if self.stem == 2 else x


class Basic(nn.Module):
    """ResNet-18's block."""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = conv_bn(c_in, c_out, 3, stride)
        self.conv2 = conv_bn(c_out, c_out)
        self.down = conv_bn(c_in, c_out, 1, stride) if stride != 1 else None

    def forward(self, x):
        y = self.conv2(F.relu(self.conv1(x), inplace=True))
        return F.relu(y + (x if self.down is None else self.down(x)), inplace=True)


class ImageNetUNet(nn.Module):
    """The same U-Net with ResNet-18 (conv1 to layer3) as its encoder and one coarser block below.

    `half_pixel`: ImageNet's filters are used at half a working pixel (0.625 mm). Linear up-sampling by 2 followed by
    the 7 x 7 convolution with stride 2 is one 5 x 5 convolution with stride 1 on the working grid, so nothing is
    resampled. Without it they see working pixels (1.25 mm), and the decoder has one level more.
    """

    def __init__(self, encoder="imagenet-resnet18", half_pixel=True):
        super().__init__()
        self.config = dict(encoder=encoder, half_pixel=half_pixel)
        self.half_pixel = half_pixel
        self.conv1 = conv_bn(1, 64, 5) if half_pixel else conv_bn(1, 64, 7, 2)
        self.layer1 = nn.Sequential(Basic(64, 64), Basic(64, 64))
        self.layer2 = nn.Sequential(Basic(64, 128, 2), Basic(128, 128))
        self.layer3 = nn.Sequential(Basic(128, 256, 2), Basic(256, 256))
        self.below = Residual(256, 256, 2)
        self.up = nn.ModuleList([Up(256, 256, 256, 1), Up(256, 128, 128, 1), Up(128, 64, 96 if half_pixel else 64, 1)])
        if half_pixel:
            self.detail = nn.Sequential(nn.Conv2d(1, 32, 6, 2, 2, bias=False), nn.BatchNorm2d(32, momentum=0.05))
            self.last = nn.Sequential(conv_bn(96 + 32, 64), nn.ReLU(inplace=True))
        else:
            self.detail = conv_bn(64, 32, 1)
            self.last = Up(64, 32, 48, 1)
        self.head = nn.Conv2d(64 if half_pixel else 48, HEADS * 4, 1)
        nn.init.normal_(self.head.weight, std=0.01)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([-2.0, -3.0, 0.5]).repeat_interleave(4))

    def pretrained(self):
        return [self.conv1, self.layer1, self.layer2, self.layer3]

    def forward(self, x):
        first = F.relu(self.conv1(x), inplace=True)
        detail = F.relu(self.detail(x if self.half_pixel else first), inplace=True)
        a = self.layer1(F.max_pool2d(first, 3, 2, 1))
        b = self.layer2(a)
        c = self.layer3(b)
        y = self.up[0](self.below(c), c)
        y = self.up[2](self.up[1](y, b), a)
        y = self.last(torch.cat([y, detail], 1)) if self.half_pixel else self.last(y, detail)
        return F.pixel_shuffle(self.head(y), 2)


def half_pixel_filter(w):
    """7 x 7 filters (stride 2, on pixels up-sampled linearly by 2) as 5 x 5 filters on the pixels themselves."""
    m = np.zeros((5, 7))
    for k, (i, a, b) in enumerate([(0, 3, 1), (0, 1, 3), (1, 3, 1), (1, 1, 3), (2, 3, 1), (2, 1, 3), (3, 3, 1)]):
        m[i, k], m[i + 1, k] = a / 4, b / 4
    return np.einsum("ik,jl,ockl->ocij", m, m, w)


def load_imagenet(model, path, mean_hu, sd_hu, low, high, images):
    """ImageNet weights (batch normalisation folded) into the encoder; `images` give the normalisation its statistics.

    The network's input (HU - mean) / sd becomes grey 0..1 over the HU window and ImageNet's units inside conv1.
    """
    z = {k: v.astype(np.float32) for k, v in np.load(Path(path)).items()}
    grey_mean, grey_sd = 0.449, 0.226
    scale = sd_hu / (high - low) / grey_sd
    shift = ((mean_hu - low) / (high - low) - grey_mean) / grey_sd
    rgb = z["conv1.weight"]
    mean, sd = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    w = (rgb * (grey_sd / sd)[None, :, None, None]).sum(1, keepdims=True)
    w = half_pixel_filter(w) if model.half_pixel else w
    bias = z["conv1.bias"] + (rgb * ((grey_mean - mean) / sd)[None, :, None, None]).sum((1, 2, 3)) + shift * w.sum((1, 2, 3))
    pairs = [(model.conv1, w * scale, bias)]
    for layer in (1, 2, 3):
        for n, block in enumerate(getattr(model, f"layer{layer}")):
            for ours, theirs in (("conv1", "conv1"), ("conv2", "conv2"), ("down", "downsample.0")):
                if getattr(block, ours) is not None:
                    key = f"layer{layer}.{n}.{theirs}"
                    pairs.append((getattr(block, ours), z[f"{key}.weight"], z[f"{key}.bias"]))
    hooks = []
    with torch.no_grad():
        for (conv, norm), weight, bias in pairs:
            conv.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight, np.float32)))
            norm.weight.fill_(1)
            norm.bias.copy_(torch.from_numpy(np.ascontiguousarray(bias, np.float32)))
            norm.running_mean.zero_()
            norm.running_var.fill_(1)

            def adopt(norm, args):
                # The answer stays what it was, but now batch statistics give it too.
                m, v = args[0].mean((0, 2, 3)), args[0].var((0, 2, 3), unbiased=False)
                norm.running_mean.copy_(m)
                norm.running_var.copy_(v)
                norm.weight.copy_(torch.sqrt(v + norm.eps))
                norm.bias.add_(m)

            hooks.append(norm.register_forward_pre_hook(adopt))
        was = model.training
        model.eval()
        model(images)
        model.train(was)
    for h in hooks:
        h.remove()


def build(config):
    return ImageNetUNet(**config) if "encoder" in config else UNet(**config)


def fuse_batch_norm(module):
    """Every convolution followed by batch normalisation becomes one convolution with a bias (evaluation mode)."""
    module.eval()
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Sequential) and [type(p) for p in child] == [nn.Conv2d, nn.BatchNorm2d]:
            setattr(module, name, nn.utils.fusion.fuse_conv_bn_eval(child[0], child[1]))
        else:
            fuse_batch_norm(child)
    return module
