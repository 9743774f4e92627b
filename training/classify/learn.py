"""Trains heads on cached features: simulated three-phase studies and real single-phase patches together.

A batch holds simulated studies under random phase subsets (never empty) and augmented real patches in their own
phase. Every patient weighs the same within its kind, so that probabilities follow the cohort's prevalence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from head import Head
from pools import CHANNELS, POOLS

CACHE = Path(__file__).resolve().parents[1] / "cache"
PHASES = "NAV"
SUBSETS = np.array([[s >> 2 & 1, s >> 1 & 1, s & 1] for s in range(1, 8)], np.float32)
POSITIVE = {
    "aggressiveness": lambda c: c == "malignant_aggressive",
    "malignancy": lambda c: c != "benign_indolent",
}


@dataclass
class Patches:
    """Features [copies, n, 3, pools, 256] (float32), `present` [n, 3] that may be used, outcome, patient weight, fold."""

    features: np.ndarray
    present: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    fold: np.ndarray
    case: np.ndarray
    table: np.ndarray


def load(kind: str, task: str) -> Patches:
    """`real` or `simulated`."""
    data = np.load(CACHE / f"features-{kind}.npz")
    table, features = data["table"], data["features"].astype(np.float32)
    n = len(table)
    present = np.ones((n, 3), np.float32)
    if kind == "real":
        full = np.zeros((*features.shape[:2], 3, *features.shape[3:]), np.float32)
        at = np.array([PHASES.index(p) for p in table["phase"]])
        full[:, np.arange(n), at] = features[:, :, 0]
        features, present = full, np.eye(3, dtype=np.float32)[at]
    y = np.array([POSITIVE[task](c) for c in table["class"]]).astype(np.float32)
    _, inverse = np.unique(table["case"], return_inverse=True)
    weight = 1.0 / np.bincount(inverse)[inverse]
    return Patches(features, present, y, weight.astype(np.float32), table["fold"], table["case"], table)


@dataclass
class Recipe:
    """What a training run is made of."""

    steps: int = 400
    batch: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 0.1
    dropout: float = 0.2
    rank: int = 64
    gain: float = 4.0
    real_share: float = 0.5
    simulated_share: float = 0.5
    seed: int = 0


def basis(parts: list[np.ndarray], rank: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean, 1 / sd, leading principal axes [features, rank]) of standardised features, each part counting the same."""
    mean = np.mean([p.mean(0) for p in parts], 0)
    sd = np.sqrt(np.mean([((p - mean) ** 2).mean(0) for p in parts], 0))
    inverse = 1 / (sd + 0.05 * sd.mean())
    covariance = np.mean([np.cov(((p - mean) * inverse).T) for p in parts], 0)
    _, vectors = np.linalg.eigh(covariance)
    return mean, inverse, vectors[:, ::-1][:, :rank].astype(np.float32)


def train(simulated: Patches | None, real: Patches | None, keep_sim: np.ndarray, keep_real: np.ndarray, recipe: Recipe) -> Head:
    """A head from the kept patients; weights are averaged over the last half of the run.

    The token's projection is learned on the leading principal axes of the features, not whitened: directions that
    hardly vary stay quiet, which is what keeps 118 real patients from being learned by heart. It is folded into the
    head's own projection at the end.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    width = POOLS * CHANNELS
    members = {"sim": np.flatnonzero(keep_sim) if simulated else None, "real": np.flatnonzero(keep_real) if real else None}
    parts = []
    if recipe.simulated_share > 0:
        parts.append(simulated.features[0][members["sim"]][:, 1:].reshape(-1, width))
        parts.append(simulated.features[0][members["sim"]][:, 0].reshape(-1, width))
    if recipe.real_share > 0:
        own = real.present[members["real"]] > 0
        parts.append(real.features[0][members["real"]][own].reshape(-1, width))
    mean, inverse, axes = basis(parts, recipe.rank)
    scale = recipe.gain / np.sqrt(width)

    def project(data: Patches, at: np.ndarray) -> torch.Tensor:
        return torch.from_numpy((((data.features[:, at].reshape(-1, width) - mean) * inverse) @ axes * scale)
                                .reshape(len(data.features), len(at), 3, recipe.rank).astype(np.float32))

    head = Head(recipe.dropout)
    full = head.embed
    head.embed = torch.nn.Linear(recipe.rank, full.out_features)
    head.inputs = recipe.rank
    head.mean, head.inverse_sd = torch.zeros(recipe.rank), torch.ones(recipe.rank)
    optimiser = torch.optim.AdamW(head.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    average = {k: torch.zeros_like(v) for k, v in head.state_dict().items()}
    averaged = 0
    sets = []
    for data, name, share in ((simulated, "sim", recipe.simulated_share), (real, "real", recipe.real_share)):
        if share > 0:
            at = members[name]
            sets.append((name, project(data, at), torch.from_numpy(data.present[at]), torch.from_numpy(data.y[at]).long(),
                         data.weight[at] / data.weight[at].sum(), share))
    head.train()
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * min(1, (step + 1) / 30) * (0.1 + 0.9 * (1 - step / recipe.steps))
        loss = torch.zeros(())
        for name, x, present, y, p, share in sets:
            pick = rng.choice(x.shape[1], recipe.batch, p=p)
            copy = rng.integers(0, len(x), recipe.batch)
            mask = present[pick] if name == "real" else torch.from_numpy(SUBSETS[rng.integers(0, 7, recipe.batch)])
            loss = loss + share * F.cross_entropy(head(x[copy, pick], mask), y[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= recipe.steps // 2:
            averaged += 1
            for k, v in head.state_dict().items():
                average[k] += v
    head.load_state_dict({k: v / averaged for k, v in average.items()})
    with torch.no_grad():
        full.weight.copy_(head.embed.weight @ torch.from_numpy((axes.T * scale).astype(np.float32)))
        full.bias.copy_(head.embed.bias)
    head.embed, head.inputs = full, width
    head.mean, head.inverse_sd = torch.from_numpy(mean.astype(np.float32)), torch.from_numpy(inverse.astype(np.float32))
    return head.eval()


def predict(head: Head, data: Patches, members: np.ndarray, present: np.ndarray | None = None) -> np.ndarray:
    """Logit difference (positive minus negative) of the unaugmented patches."""
    with torch.no_grad():
        x = torch.from_numpy(data.features[0][members])
        mask = data.present[members] if present is None else np.repeat(present[None], len(members), 0)
        z = head(x, torch.from_numpy(mask.astype(np.float32)))
    return (z[:, 1] - z[:, 0]).numpy()
