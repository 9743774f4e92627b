"""Voxels whose label hangs on less than NEAR."""

import numpy as np

NEAR = 1e-3


def doubtful(values: np.ndarray, regions: bool, middle: float) -> np.ndarray:
    if regions:
        return (np.abs(values - middle) <= NEAR).any(0)
    top = np.sort(values, 0)
    return top[-1] - top[-2] <= NEAR
