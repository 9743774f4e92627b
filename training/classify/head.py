"""The fusion head: cross-attention over the phases present, with its own gradient written out.

Two paths add up. The straight one is linear in the pooled features, averaged over the phases present: it is fitted by
ridge regression, which is all that 118 real patients can bear. The other fuses: per phase the pooled features [pools, 384] become one token; every token asks all present phases; the mean over the
present tokens gives two logits. `with_gradient` returns d logit / d pooled features by explicit operators (softmax
Jacobian, queries and keys included), so that the exported graph can give Grad-CAM's channel weights.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from pools import CHANNELS, POOLS

WIDTH, HEADS, HIDDEN = 64, 4, 128
EPS = 1e-5
# Weight of a phase in the straight path's mean, order N, A, V: a scan without contrast says least of a mass.
PHASE_WEIGHTS = (0.25, 1.0, 1.0)


class Head(nn.Module):
    """pooled [B, 3, POOLS, 384], present [B, 3] (1 or 0, order N, A, V) -> logits [B, 2]."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(POOLS * CHANNELS))
        self.register_buffer("inverse_sd", torch.ones(POOLS * CHANNELS))
        self.register_buffer("straight", torch.zeros(POOLS * CHANNELS))
        self.register_buffer("phase_weights", torch.tensor(PHASE_WEIGHTS))
        self.register_buffer("straight_bias", torch.zeros(1))
        self.embed = nn.Linear(POOLS * CHANNELS, WIDTH)
        self.phase = nn.Parameter(torch.randn(3, WIDTH) * 0.1)
        self.norm_weight = nn.Parameter(torch.ones(WIDTH))
        self.norm_bias = nn.Parameter(torch.zeros(WIDTH))
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.up = nn.Linear(WIDTH, HIDDEN)
        self.down = nn.Linear(HIDDEN, WIDTH)
        self.classes = nn.Linear(WIDTH, 2)
        self.dropout = dropout
        self.inputs = POOLS * CHANNELS

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        return x.reshape(-1, 3, HEADS, WIDTH // HEADS).transpose(1, 2)

    def _steps(self, pooled: torch.Tensor, present: torch.Tensor) -> dict[str, torch.Tensor]:
        x = (pooled.reshape(-1, 3, self.inputs) - self.mean) * self.inverse_sd
        share = present[:, :, None] / present.sum(1)[:, None, None]
        weighed = present * self.phase_weights
        lean = (weighed / weighed.sum(1, keepdim=True))[:, :, None]
        # Half to the positive class, half away from the negative one.
        straight = ((x @ self.straight[:, None]) * lean).sum(1) + self.straight_bias
        straight = torch.cat([-straight, straight], 1) / 2
        x = F.dropout(x, self.dropout, self.training)
        raw = self.embed(x) + self.phase
        centred = raw - raw.mean(-1, keepdim=True)
        inverse = 1 / torch.sqrt((centred * centred).mean(-1, keepdim=True) + EPS)
        normal = centred * inverse
        token = normal * self.norm_weight + self.norm_bias
        q, k, v = self._heads(self.query(token)), self._heads(self.key(token)), self._heads(self.value(token))
        scores = q @ k.transpose(2, 3) * (WIDTH // HEADS) ** -0.5
        mask = (present - 1)[:, None, None, :] * 1e4
        attention = torch.softmax(scores + mask, -1)
        mixed = (attention @ v).transpose(1, 2).reshape(-1, 3, WIDTH)
        mid = token + self.out(mixed)
        hidden = self.up(F.dropout(mid, self.dropout, self.training))
        final = mid + self.down(F.relu(hidden))
        fused = (final * share).sum(1)
        return {"inverse": inverse, "normal": normal, "q": q, "k": k, "v": v, "attention": attention,
                "hidden": hidden, "share": share, "lean": lean,
                "logits": straight + self.classes(F.dropout(fused, self.dropout, self.training))}

    def forward(self, pooled: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        return self._steps(pooled, present)["logits"]

    def with_gradient(self, pooled: torch.Tensor, present: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """One study: (logits [1, 2], d logits / d pooled [2, 3, POOLS * 384]); the two classes run as a batch."""
        s = self._steps(pooled, present)
        final = self.classes.weight[:, None, :] * s["share"]  # [2, 3, WIDTH]
        hidden = (final @ self.down.weight) * (s["hidden"] > 0).to(final.dtype)
        mid = final + hidden @ self.up.weight
        mixed = self._heads(mid @ self.out.weight)  # [2, HEADS, 3, d]
        a = s["attention"]
        d_value = a.transpose(2, 3) @ mixed
        d_attention = mixed @ s["v"].transpose(2, 3)
        d_score = a * (d_attention - (d_attention * a).sum(-1, keepdim=True)) * (WIDTH // HEADS) ** -0.5
        d_query, d_key = d_score @ s["k"], d_score.transpose(2, 3) @ s["q"]
        flat = [x.transpose(1, 2).reshape(2, 3, WIDTH) for x in (d_query, d_key, d_value)]
        token = mid + flat[0] @ self.query.weight + flat[1] @ self.key.weight + flat[2] @ self.value.weight
        normal = token * self.norm_weight
        raw = s["inverse"] * (normal - normal.mean(-1, keepdim=True)
                              - s["normal"] * (normal * s["normal"]).mean(-1, keepdim=True))
        side = torch.tensor([[[-0.5]], [[0.5]]], dtype=final.dtype) * s["lean"]
        return s["logits"], (raw @ self.embed.weight + side * self.straight) * self.inverse_sd
