"""Ridge logistic regression by Newton's method, AUC, calibration slope: the few statistics that training needs."""

from __future__ import annotations

import numpy as np


def fit(x: np.ndarray, y: np.ndarray, ridge: float, weight: np.ndarray | None = None) -> np.ndarray:
    """Coefficients [intercept, features...] of standardised `x` [n, p]; the intercept is not penalised."""
    design = np.column_stack([np.ones(len(x)), x])
    w = np.ones(len(x)) if weight is None else weight
    penalty = np.diag([0.0] + [ridge] * x.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (w * (p - y)) + penalty @ beta
        hessian = (design * (w * p * (1 - p))[:, None]).T @ design + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(hessian, gradient)
        beta = beta - step / max(1.0, np.abs(step).max() / 2)
        if np.abs(step).max() < 1e-8:
            break
    return beta


def auc(score: np.ndarray, y: np.ndarray) -> float:
    """Area under the ROC curve; ties count half."""
    from scipy.stats import rankdata

    rank = rankdata(score)
    n1 = int(y.sum())
    n0 = len(y) - n1
    if n0 == 0 or n1 == 0:
        return float("nan")
    return float((rank[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def bootstrap_auc(scores: list[np.ndarray], y: np.ndarray, draws: int = 2000, seed: int = 7) -> np.ndarray:
    """AUC of each score on the same stratified resamples of the patients: [draws, scores]."""
    rng = np.random.default_rng(seed)
    pos, neg = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    out = []
    for _ in range(draws):
        pick = np.concatenate([rng.choice(pos, len(pos)), rng.choice(neg, len(neg))])
        out.append([auc(s[pick], y[pick]) for s in scores])
    return np.array(out)


def logit(p: np.ndarray) -> np.ndarray:
    """Log odds, clipped away from 0 and 1."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def calibration(p: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """(slope, intercept) of the outcome regressed on the predicted log odds: 1 and 0 when calibrated."""
    beta = fit(logit(p)[:, None], y, 0.0)
    return float(beta[1]), float(beta[0])


def ece(p: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over equal-count bins."""
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, min(bins, len(p)))
    return float(sum(len(q) * abs(p[q].mean() - y[q].mean()) for q in parts) / len(p))
