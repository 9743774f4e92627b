"""Where the head looks: fixed Gaussian weights over the 14 x 14 cells round the patch centre.

The patch is centred on the mass, so the narrow Gaussian sees the mass, the wide one its surroundings; each set of
weights sums to 1. d f / d A at a cell is its weight, hence the mean over cells of the gradient is (sum over pools) / 196.
"""

from __future__ import annotations

import torch

CELLS, STRIDE, PIXEL_MM, SIZE = 14, 16, 0.625, 224
SIGMAS_MM = (16.0, 32.0)
CHANNELS, POOLS = 384, len(SIGMAS_MM)


def pool_weights() -> torch.Tensor:
    """[pools, 14, 14]; cell (a, b) is centred at patch coordinate 16 a + 7.5."""
    at = (torch.arange(CELLS, dtype=torch.float64) * STRIDE + (STRIDE - 1) / 2 - (SIZE - 1) / 2) * PIXEL_MM
    r2 = at[:, None] ** 2 + at[None] ** 2
    maps = [torch.exp(-r2 / (2 * s * s)) for s in SIGMAS_MM]
    return torch.stack([m / m.sum() for m in maps]).float()


def pool(a: torch.Tensor) -> torch.Tensor:
    """[B, 384, 14, 14] -> [B, pools, 384]."""
    w = pool_weights().reshape(-1, CELLS * CELLS)
    return torch.einsum("bcx,sx->bsc", a.flatten(2), w)
