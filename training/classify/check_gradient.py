"""Holds the written gradient against torch's autograd, for every subset of phases: exits 1 above 1e-4 relative.

    python training/classify/check_gradient.py [checkpoint.pt]
"""

from __future__ import annotations

import itertools
import sys

import torch

from network import Classifier


def main() -> None:
    """Prints the worst difference."""
    torch.manual_seed(1)
    model = Classifier.empty().double().eval()
    model.head.straight.copy_(torch.randn_like(model.head.straight))
    if len(sys.argv) > 1:
        model.load_state_dict(torch.load(sys.argv[1], weights_only=True))
        model.double()
    worst = 0.0
    for subset in itertools.product((0, 1), repeat=3):
        if not any(subset):
            continue
        present = torch.tensor([subset], dtype=torch.float64)
        phases = [torch.rand(1, 1, 224, 224, dtype=torch.float64) * 0.4 + 0.4 for _ in range(3)]
        out = model(*phases, present)
        activation = model.trunk(torch.cat(phases)).detach().requires_grad_()
        logits = model.head(model.pooled(activation), present)
        for c in (0, 1):
            (g,) = torch.autograd.grad(logits[0, c], activation, retain_graph=True)
            alpha = g.mean((2, 3))
            mine = torch.stack([out[4 + p][0, c] for p in range(3)])
            scale = alpha.abs().max().clamp_min(1e-12)
            worst = max(worst, float(((alpha - mine).abs().max() / scale).detach()))
    print(f"written gradient against autograd, seven subsets, two classes: worst relative difference {worst:.1e}")
    sys.exit(worst > 1e-4)


if __name__ == "__main__":
    main()
