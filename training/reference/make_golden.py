"""Writes the golden files that the browser's patches, matrices, networks and explanations are held to."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

# The order of operations of an inverse depends on the processor that OpenBLAS finds; this one is what the browser follows.
os.environ["OPENBLAS_CORETYPE"] = "Haswell"

import numpy as np

from authors_patch import cut_patch
from heads import write_heads
from read_ct import read_dicom, read_nifti

# Points in LPS mm relative to the volume's middle; the last of each lies near a border.
OFFSETS = [(62.3, 21.7, 3.1), (-55.1, 30.9, -18.4), (-118.0, -95.0, 12.0)]
CASES = {
    "tcga-ay-4070a": ("real-ct/tcga-ay-4070a", True),
    "acrin-unenhanced": ("real-ct/acrin-unenhanced", True),
    "ircad1": ("real-ct/ircad1", False),
    "totalseg-example": ("more-data/totalseg-example/example_ct.nii.gz", True),
}


def patches(shared: Path) -> list[dict]:
    found = []
    for name, (place, derivable) in CASES.items():
        path = shared / place
        array, affine = read_nifti(path) if path.suffix == ".gz" else read_dicom(path)
        middle = affine.dot(np.array([*(np.array(array.shape) - 1) / 2, 1.0]))[:3]
        for offset in OFFSETS:
            point_ras = middle + np.array([-offset[0], -offset[1], offset[2]])
            cut = cut_patch(array, affine, point_ras)
            step = 8 if derivable else 56
            found.append(
                {
                    "case": name,
                    "path": place,
                    "pointLpsMm": [-point_ras[0], -point_ras[1], point_ras[2]],
                    "voxel": cut["voxel"],
                    "window": list(cut["window"]),
                    "step": step,
                    "hu": [round(float(value), 5) for value in cut["patch"][step // 2 :: step, step // 2 :: step].ravel()],
                    "meanHu": float(cut["patch"].mean()),
                    "sdHu": float(cut["patch"].std()),
                    "tensorMean": float(cut["tensor"].astype(float).mean()),
                }
            )
    return found


def matrices(count: int, seed: int) -> list[dict]:
    """Float32 affines of straight and of gantry-tilted grids; the product and the inverse as numpy gives them."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        tilted = number % 2 == 1
        affine = np.eye(4)
        spacing = np.array([random.uniform(0.55, 0.95)] * 2 + [random.uniform(0.5, 5)])
        affine[:3, :3] = np.diag(spacing * np.array([-1, 1, 1]))
        if tilted:
            angle = np.radians(random.uniform(-25, 25))
            c, s = np.cos(angle), np.sin(angle)
            affine[:3, :3] = np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ affine[:3, :3]
        affine[:3, 3] = random.uniform(-400, 400, 3)
        affine = affine.astype(np.float32).astype(float)
        voxel = [int(value) for value in random.integers([0, 0, 0], [512, 512, 300])]
        point = affine.dot(np.array([*voxel, 1.0]))
        inverse = np.linalg.inv(affine)
        index = inverse.dot(point)
        found.append(
            {
                "tilted": tilted,
                "affine": affine.ravel().tolist(),
                "voxel": voxel,
                "pointRas": point.tolist(),
                "inverse": inverse.ravel().tolist(),
                "index": index.tolist(),
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/pipeline/golden"))
    parser.add_argument("--heads", type=Path, default=Path("src/packs/fixtures/heads"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "authors-patch.json").write_text(json.dumps(patches(options.shared)) + "\n")
    write_heads(options.shared, options.heads)
    (options.out / "numpy-order.json").write_text(json.dumps(matrices(120, 20250207)) + "\n")


if __name__ == "__main__":
    main()
