"""The 2-D U-Net of both stages: convolutions, batch normalisation, ReLU, nearest up-sampling; nothing else.

Input [batch, channels, rows, columns], output logits [batch, 3, rows, columns]: kidney-or-mass, mass,
tumour-given-mass. `stem=2` works on 2 x 2 blocks (space to depth in, depth to space out), which quarters the cost.
"""

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


def fuse_batch_norm(module):
    """Every convolution followed by batch normalisation becomes one convolution with a bias (evaluation mode)."""
    module.eval()
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Sequential) and [type(p) for p in child] == [nn.Conv2d, nn.BatchNorm2d]:
            setattr(module, name, nn.utils.fusion.fuse_conv_bn_eval(child[0], child[1]))
        else:
            fuse_batch_norm(child)
    return module
