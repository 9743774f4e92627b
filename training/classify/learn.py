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

CACHE = Path(__file__).resolve().parents[1] / "cache"
PHASES = "NAV"
SUBSETS = np.array([[s >> 2 & 1, s >> 1 & 1, s & 1] for s in range(1, 8)], np.float32)
POSITIVE = {
    "aggressiveness": lambda c: c == "malignant_aggressive",
    "malignancy": lambda c: c != "benign_indolent",
}


@dataclass
class Patches:
    """Features [copies, n, 3, pools, 256] (float16), `present` [n, 3] that may be used, outcome, patient weight, fold."""

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
    table, features = data["table"], data["features"]
    n = len(table)
    present = np.ones((n, 3), np.float32)
    if kind == "real":
        full = np.zeros((*features.shape[:2], 3, *features.shape[3:]), np.float16)
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

    steps: int = 700
    batch: int = 96
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.4
    real_share: float = 0.5
    simulated_share: float = 0.5
    seed: int = 0


def train(simulated: Patches | None, real: Patches | None, keep_sim: np.ndarray, keep_real: np.ndarray, recipe: Recipe) -> Head:
    """A head from the kept patients; weights are averaged over the last half of the run."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    head = Head(recipe.dropout)
    pool = []
    if recipe.simulated_share > 0:
        pool.append(simulated.features[0][keep_sim].reshape(-1, 1024).astype(np.float32))
    if recipe.real_share > 0:
        own = real.present[keep_real] > 0
        pool.append(real.features[0][keep_real][own].reshape(-1, 1024).astype(np.float32))
    head.mean.copy_(torch.from_numpy(np.mean([p.mean(0) for p in pool], 0)))
    spread = np.sqrt(np.mean([p.var(0) for p in pool], 0))
    head.inverse_sd.copy_(torch.from_numpy(1 / (spread + 0.05 * spread.mean())))
    optimiser = torch.optim.AdamW(head.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    average = {k: torch.zeros_like(v) for k, v in head.state_dict().items()}
    averaged = 0
    parts = [(simulated, np.flatnonzero(keep_sim), recipe.simulated_share), (real, np.flatnonzero(keep_real), recipe.real_share)]
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * min(1, (step + 1) / 50) * (0.1 + 0.9 * (1 - step / recipe.steps))
        loss = torch.zeros(())
        for data, members, share in parts:
            if share == 0:
                continue
            p = data.weight[members] / data.weight[members].sum()
            pick = rng.choice(members, recipe.batch, p=p)
            copy = rng.integers(0, len(data.features), recipe.batch)
            present = data.present[pick]
            if data is simulated:
                present = SUBSETS[rng.integers(0, 7, recipe.batch)]
            x = torch.from_numpy(data.features[copy, pick].astype(np.float32))
            logits = head(x, torch.from_numpy(present))
            loss = loss + share * F.cross_entropy(logits, torch.from_numpy(data.y[pick]).long())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= recipe.steps // 2:
            averaged += 1
            for k, v in head.state_dict().items():
                average[k] += v
    head.load_state_dict({k: v / averaged for k, v in average.items()})
    return head.eval()


def predict(head: Head, data: Patches, members: np.ndarray, present: np.ndarray | None = None) -> np.ndarray:
    """Logit difference (positive minus negative) of the unaugmented patches."""
    with torch.no_grad():
        x = torch.from_numpy(data.features[0][members].astype(np.float32))
        mask = data.present[members] if present is None else np.repeat(present[None], len(members), 0)
        z = head(x, torch.from_numpy(mask.astype(np.float32)))
    return (z[:, 1] - z[:, 0]).numpy()
