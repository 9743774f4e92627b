"""Random networks of exactly the published shapes through the exporter; run: python training/export/test_authors.py

Checks: state-dict names and counts of the publication (368, 248, 122 entries; 34,824,002, 23,391,618, 11,171,266
parameters), bare and prefixed names, refusals in words, graph against PyTorch and gradients against autograd (inside the
exporter). `--keep DIR` leaves the HybridNAV pack there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from published_networks import TRUNKS, Published

HERE = Path(__file__).parent
COUNTS = {"HybridNAV": (368, 34_824_002, "NAV"), "HybridXX": (248, 23_391_618, "AV"), "Res18": (122, 11_171_266, "A")}


def random_state(name: str, seed: int, width: int = 64) -> dict[str, torch.Tensor]:
    """State dict of a random network in the published names, running statistics drawn too."""
    torch.manual_seed(seed)
    state = Published(name, width).state_dict()
    for key, value in state.items():
        if key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif key.endswith("running_mean"):
            value.normal_(0, 0.1)
    return {("Res2D." + k if k.startswith("fc.") else k): v for k, v in state.items()}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(HERE / "authors.py"), *arguments], capture_output=True, text=True)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--keep", type=Path)
    keep = ap.parse_args().keep
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for seed, (name, (entries, parameters, phases)) in enumerate(COUNTS.items()):
            state = random_state(name, seed)
            assert len(state) == entries, (name, len(state))
            learned = sum(v.numel() for k, v in state.items() if not k.endswith(("running_mean", "running_var", "num_batches_tracked")))
            assert learned == parameters, (name, learned)
            checkpoint = folder / f"{name}.pt"
            torch.save({f"module.{k}": v for k, v in state.items()}, checkpoint)
            out = keep if keep and name == "HybridNAV" else folder / name
            done = run("--out", str(out), "--malignancy", str(checkpoint), "--phases", phases)
            assert done.returncode == 0, done.stderr
            print(done.stdout.strip())
        bare = {k.removeprefix("Res2D."): v for k, v in random_state("Res18", 9).items()}
        torch.save(bare, folder / "bare.pt")
        done = run("--out", str(folder / "bare"), "--aggressiveness", str(folder / "bare.pt"), "--phases", "V", "--fp16")
        assert done.returncode == 0, done.stderr
        del bare["layer3.1.bn2.bias"]
        torch.save(bare, folder / "short.pt")
        done = run("--out", str(folder / "short"), "--malignancy", str(folder / "short.pt"), "--phases", "V")
        assert done.returncode != 0 and "layer3.1.bn2.bias" in done.stderr, done.stderr
        torch.save({"weight": torch.zeros(3)}, folder / "other.pt")
        done = run("--out", str(folder / "other"), "--malignancy", str(folder / "other.pt"))
        assert done.returncode != 0 and "HybridNAV" in done.stderr and "Traceback" not in done.stderr, done.stderr
        two = run("--out", str(folder / "two"), "--malignancy", str(folder / "HybridXX.pt"))
        assert two.returncode != 0 and "--phases" in two.stderr, two.stderr
    print(f"{len(COUNTS) + 1} networks exported, 3 refused in words; trunks {sorted(TRUNKS)}")


if __name__ == "__main__":
    main()
