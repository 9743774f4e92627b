"""One classifier: trunk, pooling and head, in the form that is exported.

Inputs n, a, v [1, 1, 224, 224] and present [1, 3]; outputs logits [1, 2], act_n, act_a, act_v [1, 384, 14, 14]
(layer2 and layer3) and grad_n, grad_a, grad_v [1, 2, 384]: the mean over the 196 cells of d logit / d act, Grad-CAM's alpha.
"""

from __future__ import annotations

import torch
from torch import nn

from head import Head
from pools import CELLS, CHANNELS, POOLS, pool_weights
from trunk import Trunk

INPUTS = ["n", "a", "v", "present"]
OUTPUTS = ["logits", "act_n", "act_a", "act_v", "grad_n", "grad_a", "grad_v"]


class Classifier(nn.Module):
    """The whole network of one task."""

    def __init__(self, trunk: Trunk, head: Head) -> None:
        super().__init__()
        self.trunk, self.head = trunk, head
        self.register_buffer("weights", pool_weights().reshape(POOLS, CELLS * CELLS).T.contiguous())

    @staticmethod
    def empty() -> "Classifier":
        """Untrained, to be filled from a checkpoint."""
        return Classifier(Trunk(), Head())

    def pooled(self, activation: torch.Tensor) -> torch.Tensor:
        """[3, 384, 14, 14] -> [1, 3, POOLS, 384]."""
        return (activation.reshape(3, CHANNELS, CELLS * CELLS) @ self.weights).transpose(1, 2)[None]

    def forward(self, n: torch.Tensor, a: torch.Tensor, v: torch.Tensor, present: torch.Tensor):
        activation = self.trunk(torch.cat([n, a, v], 0))
        logits, gradient = self.head.with_gradient(self.pooled(activation), present)
        # Each pool's weights sum to 1 over the cells, so its share of the mean gradient is 1 / 196.
        alpha = gradient.reshape(2, 3, POOLS, CHANNELS).sum(2) / (CELLS * CELLS)
        return (logits, *(activation[p : p + 1] for p in range(3)), *(alpha[:, p][None] for p in range(3)))
