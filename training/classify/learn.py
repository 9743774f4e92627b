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

from head import PHASE_WEIGHTS, Head
from pools import CHANNELS, POOLS

CACHE = Path(__file__).resolve().parents[1] / "cache"
PHASES = "NAV"
SUBSETS = np.array([[s >> 2 & 1, s >> 1 & 1, s & 1] for s in range(1, 8)], np.float32)
# How often a simulated study is read with each subset (order of SUBSETS: V, A, AV, N, NV, NA, NAV).
SUBSET_SHARES = np.array([0.14, 0.14, 0.14, 0.1, 0.1, 0.1, 0.28])
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
    # Weight of the fusing path's answer in the shipped sum.
    fusion: float = 1.0
    real_share: float = 0.0
    simulated_share: float = 1.0
    straight_real: float = 1.0
    straight_simulated: float = 0.3
    straight_copies: int = 3
    copies: int = 3
    penalty: float = 0.1
    seed: int = 0


def basis(parts: list[np.ndarray], rank: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean, 1 / sd, leading principal axes [features, rank]) of standardised features, each part counting the same."""
    mean = np.mean([p.mean(0) for p in parts], 0)
    sd = np.sqrt(np.mean([((p - mean) ** 2).mean(0) for p in parts], 0))
    inverse = 1 / (sd + 0.05 * sd.mean())
    covariance = np.mean([np.cov(((p - mean) * inverse).T) for p in parts], 0)
    _, vectors = np.linalg.eigh(covariance)
    return mean, inverse, vectors[:, ::-1][:, :rank].astype(np.float32)


RECIPES = {
    # Aggressiveness is learned on real patients; the path learned on simulation alone is kept small, because its answer
    # does not carry over (real AUC falls with its weight: docs/model-results.json).
    "aggressiveness": Recipe(straight_simulated=0.1, fusion=0.15, steps=200),
    # Nine real benign patches are no training set: simulation alone, real patients only as a test.
    "malignancy": Recipe(straight_real=0.0, straight_simulated=1.0, steps=300),
}


def ridge(x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor, penalty: float) -> torch.Tensor:
    """[intercept, coefficients] of weighted logistic regression with a squared penalty (L-BFGS)."""
    beta = torch.zeros(x.shape[1] + 1, requires_grad=True)
    optimiser = torch.optim.LBFGS([beta], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        z = x @ beta[1:] + beta[0]
        value = (weight * (F.softplus(z) - y * z)).sum() + penalty / 2 * (beta[1:] ** 2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return beta.detach()


@dataclass
class Rows:
    """Single-phase rows of the straight path: standardised features, outcome, weight, patient group; where they came from."""

    x: torch.Tensor
    y: torch.Tensor
    weight: torch.Tensor
    group: np.ndarray


def rows_of(data: Patches, at: np.ndarray, copies: int, total: float, mean: np.ndarray, inverse: np.ndarray) -> Rows:
    """Every present phase of `copies` copies of the kept patches, weights summing to `total`."""
    row, phase = np.nonzero(data.present[at])
    f = data.features[:copies][:, at[row], phase].reshape(-1, mean.size)
    weight = data.weight[at][row]
    _, group = np.unique(data.case[at], return_inverse=True)
    return Rows(
        torch.from_numpy(((f - mean) * inverse / np.sqrt(mean.size)).astype(np.float32)),
        torch.from_numpy(np.tile(data.y[at][row], copies)),
        torch.from_numpy(np.tile(weight * (total / weight.sum() / copies), copies).astype(np.float32)),
        np.tile(group[row], copies),
    )


def train(simulated: Patches, real: Patches, keep_sim: np.ndarray, keep_real: np.ndarray, recipe: Recipe) -> Head:
    """A head from the kept patients.

    First the straight path (ridge over single phases, real patients and simulated ones in the recipe's ratio), then the
    fusing path on what it leaves over, with the straight path's answers taken from patients it did not see (five inner
    parts), so that the second does not lean on the first's memory. The token's projection is learned on the leading
    principal axes of the features and folded back at the end. Weights are averaged over the last half of the run.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    width = POOLS * CHANNELS
    at = {"sim": np.flatnonzero(keep_sim), "real": np.flatnonzero(keep_real)}
    own = real.present[at["real"]] > 0
    parts = [simulated.features[0][at["sim"]][:, 1:].reshape(-1, width), simulated.features[0][at["sim"]][:, 0].reshape(-1, width),
             real.features[0][at["real"]][own].reshape(-1, width)]
    mean, inverse, axes = basis(parts, recipe.rank)

    patients = len(np.unique(real.case[at["real"]]))
    thin = at["sim"][rng.permutation(len(at["sim"]))[: len(at["sim"]) // 2]]
    rows = [rows_of(simulated, thin, 1, patients * recipe.straight_simulated, mean, inverse)]
    if recipe.straight_real > 0:
        rows.append(rows_of(real, at["real"], recipe.straight_copies, patients * recipe.straight_real, mean, inverse))

    def straight(kept: list[np.ndarray]) -> torch.Tensor:
        x, y, w = (torch.cat([getattr(r, n)[k] for r, k in zip(rows, kept)]) for n in ("x", "y", "weight"))
        return ridge(x, y, w, recipe.penalty)

    def fill(head: Head, beta: torch.Tensor) -> None:
        head.straight.copy_(beta[1:] / np.sqrt(width))
        head.straight_bias.copy_(beta[:1])

    # Offsets of the fusing path: inner parts by patient, the same parts for a patient's real and simulated rows.
    names = np.unique(np.concatenate([real.case[at["real"]], simulated.case[at["sim"]]]))
    part_of = dict(zip(rng.permutation(names), np.arange(len(names)) % 5))
    inner = {"sim": np.array([part_of[c] for c in simulated.case[at["sim"]]]), "real": np.array([part_of[c] for c in real.case[at["real"]]])}
    cases = [np.unique(simulated.case[thin]), np.unique(real.case[at["real"]])]
    betas = []
    for k in range(5):
        kept = [np.array([part_of[c] for c in cases[n]])[r.group] != k for n, r in enumerate(rows)]
        betas.append(straight(kept))

    scale = recipe.gain / np.sqrt(width)
    sets = []
    for data, name, share in ((simulated, "sim", recipe.simulated_share), (real, "real", recipe.real_share)):
        if share == 0:
            continue
        f = data.features[: recipe.copies][:, at[name]].reshape(-1, width)
        z = (f - mean) * inverse
        offset = np.stack([z @ (b[1:].numpy() / np.sqrt(width)) + float(b[0]) for b in betas])
        shape = (-1, len(at[name]), 3)
        offset = np.take_along_axis(offset.reshape(5, *shape), inner[name][None, None, :, None], 0)[0]
        x = (z @ axes * scale).reshape(*shape, recipe.rank)
        p = data.weight[at[name]] / data.weight[at[name]].sum()
        sets.append((name, torch.from_numpy(x.astype(np.float32)), torch.from_numpy(offset.astype(np.float32)),
                     torch.from_numpy(data.present[at[name]]), torch.from_numpy(data.y[at[name]]).long(), p, share))

    head = Head(recipe.dropout)
    full = head.embed
    head.embed, head.inputs = torch.nn.Linear(recipe.rank, full.out_features), recipe.rank
    head.mean, head.inverse_sd, head.straight = torch.zeros(recipe.rank), torch.ones(recipe.rank), torch.zeros(recipe.rank)
    optimiser = torch.optim.AdamW(head.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    average = {k: torch.zeros_like(v) for k, v in head.state_dict().items()}
    averaged = 0
    head.train()
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * min(1, (step + 1) / 30) * (0.1 + 0.9 * (1 - step / recipe.steps))
        loss = torch.zeros(())
        for name, x, offset, present, y, p, share in sets:
            pick = rng.choice(x.shape[1], recipe.batch, p=p)
            copy = rng.integers(0, len(x), recipe.batch)
            mask = present[pick] if name == "real" else torch.from_numpy(SUBSETS[rng.choice(7, recipe.batch, p=SUBSET_SHARES)])
            weighed = mask * torch.tensor(PHASE_WEIGHTS)
            base = (offset[copy, pick] * weighed).sum(1, keepdim=True) / weighed.sum(1, keepdim=True)
            logits = head(x[copy, pick], mask) + torch.cat([-base, base], 1) / 2
            loss = loss + share * F.cross_entropy(logits, y[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= recipe.steps // 2:
            averaged += 1
            for k, v in head.state_dict().items():
                average[k] += v
    if averaged:
        head.load_state_dict({k: v / averaged for k, v in average.items()})
    with torch.no_grad():
        full.weight.copy_(head.embed.weight @ torch.from_numpy((axes.T * scale).astype(np.float32)))
        full.bias.copy_(head.embed.bias)
        head.classes.weight.mul_(recipe.fusion)
        head.classes.bias.mul_(recipe.fusion)
    head.embed, head.inputs, head.straight = full, width, torch.zeros(width)
    head.mean, head.inverse_sd = torch.from_numpy(mean.astype(np.float32)), torch.from_numpy(inverse.astype(np.float32))
    fill(head, straight([np.ones(len(r.group), bool) for r in rows]))
    return head.eval()


def predict(head: Head, data: Patches, members: np.ndarray, present: np.ndarray | None = None) -> np.ndarray:
    """Logit difference (positive minus negative) of the unaugmented patches."""
    with torch.no_grad():
        x = torch.from_numpy(data.features[0][members])
        mask = data.present[members] if present is None else np.repeat(present[None], len(members), 0)
        z = head(x, torch.from_numpy(mask.astype(np.float32)))
    return (z[:, 1] - z[:, 0]).numpy()
