"""The patch of the published code, for one phase: truncated centre, whole-voxel window, linear resize.

Arrays are a[i, j, k]; affines are RAS mm, 4 x 4. Nothing here is shared with the browser's code.
"""

from __future__ import annotations

import numpy as np
from skimage.transform import resize


def cut_patch(array: np.ndarray, affine: np.ndarray, point_ras: np.ndarray, crop_mm: float = 120.0) -> dict:
    """Cuts the patch around a world point; HU before normalisation, row = i, column = j."""
    pixdim = [float(np.float32(np.linalg.norm(affine[:3, axis]))) for axis in (0, 1)]
    wanted = [int(crop_mm / mm) for mm in pixdim]
    index = np.linalg.inv(affine).dot(np.array([*point_ras, 1.0]))
    centre = [int(value) for value in index[:3]]
    radius = [width // 2 for width in wanted]
    window = np.zeros((2 * radius[0], 2 * radius[1]))
    lows = [centre[axis] - radius[axis] for axis in (0, 1)]
    from_ = [max(0, low) for low in lows]
    to = [min(array.shape[axis], centre[axis] + radius[axis]) for axis in (0, 1)]
    window[from_[0] - lows[0] : to[0] - lows[0], from_[1] - lows[1] : to[1] - lows[1]] = array[
        from_[0] : to[0], from_[1] : to[1], centre[2]
    ]
    patch = resize(window, (224, 224), order=1, mode="reflect", preserve_range=True)
    tensor = ((np.clip(patch, -500, 500) + 500) / 1000).astype(np.float32)
    return {"index": index[:3], "voxel": centre, "window": window.shape, "patch": patch, "tensor": tensor}


def truncated_centre(mask: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """World point (RAS) of the truncated centre of mass of a mask."""
    mean = np.array([axis.mean() for axis in np.nonzero(mask)])
    return affine.dot(np.array([*mean.astype(int), 1.0]))[:3]
