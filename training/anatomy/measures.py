"""Size and shape of a mass, from a label map on an anisotropic grid.

The same definitions stand in src/measure; golden.py writes the numbers that hold the two together.
Arrays are [k, j, i], k along the slice normal; spacing is (i, j, k) in mm. Labels: 1 kidney, 2 tumour, 3 cyst.
Every definition is exact on the voxel grid (counts, faces, centres), so that two languages agree to rounding.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

KIDNEY, TUMOUR, CYST = 1, 2, 3
MIN_COMPONENT_ML = 0.1


def components(mask: np.ndarray, spacing: tuple[float, float, float]) -> list[tuple[float, np.ndarray]]:
    """6-connected components of at least 0.1 ml as (ml, mask), largest first; ties keep scan order."""
    labelled, n = ndimage.label(mask)
    voxel_ml = spacing[0] * spacing[1] * spacing[2] / 1000
    sizes = np.bincount(labelled.ravel(), minlength=n + 1)[1:] * voxel_ml
    order = sorted(range(n), key=lambda c: -sizes[c])
    return [(float(sizes[c]), labelled == c + 1) for c in order if sizes[c] >= MIN_COMPONENT_ML]


def _hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    points = sorted(points)
    if len(points) < 3:
        return points
    out: list[tuple[float, float]] = []
    for sequence in (points, points[::-1]):
        start = len(out)
        for p in sequence:
            while len(out) >= start + 2:
                (ax, ay), (bx, by) = out[-2], out[-1]
                if (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) > 0:
                    break
                out.pop()
            out.append(p)
        out.pop()
    return out


def axial_caliper_mm(mask: np.ndarray, spacing: tuple[float, float, float]) -> float:
    """Largest distance in one slice between the middles of outer pixel edges: a disc measures its diameter."""
    best = -1.0
    for plane in mask:
        if not plane.any():
            continue
        points = set()
        for j in np.flatnonzero(plane.any(axis=1)):
            row = np.flatnonzero(plane[j])
            for i, out in ((row[0], -0.5), (row[-1], 0.5)):
                points |= {(i + out, j), (i, j - 0.5), (i, j + 0.5)}
        hull = np.array(_hull([(x * spacing[0], y * spacing[1]) for x, y in points]))
        gap = ((hull[:, None] - hull[None]) ** 2).sum(-1).max()
        best = max(best, float(gap))
    return float(np.sqrt(best))


def circularity(mask: np.ndarray, spacing: tuple[float, float, float]) -> float:
    """4 pi A / P^2 in the slice of most pixels (first on ties); P = pi / 4 of the pixel edges, 1 for a disc on any grid."""
    plane = mask[int(mask.sum(axis=(1, 2)).argmax())]
    padded = np.pad(plane, 1)
    edges_mm = (padded[1:] != padded[:-1]).sum() * spacing[0] + (padded[:, 1:] != padded[:, :-1]).sum() * spacing[1]
    perimeter = np.pi / 4 * float(edges_mm)
    return float(4 * np.pi * int(plane.sum()) * spacing[0] * spacing[1] / perimeter**2)


def faces(mask: np.ndarray, labels: np.ndarray, spacing: tuple[float, float, float]) -> tuple[float, float]:
    """(exposed face area, the part of it whose neighbour is kidney), mm2; the grid's rim counts as exposed."""
    total = kidney = 0.0
    padded = np.pad(mask, 1)
    around = np.pad(labels, 1)
    area = {0: spacing[0] * spacing[1], 1: spacing[0] * spacing[2], 2: spacing[1] * spacing[2]}
    for axis in range(3):
        for step in (1, -1):
            open_face = padded & ~np.roll(padded, step, axis)
            total += area[axis] * int(open_face.sum())
            kidney += area[axis] * int((open_face & (np.roll(around, step, axis) == KIDNEY)).sum())
    return total, kidney


def principal_sd_mm(mask: np.ndarray, spacing: tuple[float, float, float]) -> np.ndarray:
    """SDs along the principal axes, mm, descending, of the mass as a body of boxes (so + spacing^2 / 12)."""
    k, j, i = np.nonzero(mask)
    points = np.stack([i * spacing[0], j * spacing[1], k * spacing[2]])
    centred = points - points.mean(axis=1, keepdims=True)
    cov = centred @ centred.T / points.shape[1] + np.diag(np.square(spacing)) / 12
    return np.sqrt(np.linalg.eigvalsh(cov)[::-1])


def measure(labels: np.ndarray, spacing: tuple[float, float, float], mass: np.ndarray | None = None) -> dict | None:
    """Every measure of the index mass (largest tumour component unless `mass` is given); None without one."""
    tumours = components(labels == TUMOUR, spacing)
    if mass is None:
        if not tumours:
            return None
        mass = tumours[0][1]
    cysts = components(labels == CYST, spacing)
    box = tuple(slice(max(0, s.start - 1), s.stop + 1) for s in ndimage.find_objects(mass.astype(np.uint8))[0])
    small, around = mass[box], labels[box]
    voxel_ml = spacing[0] * spacing[1] * spacing[2] / 1000
    volume_ml = int(small.sum()) * voxel_ml
    exposed, kidney = faces(small, around, spacing)
    # Cauchy-Crofton with three directions: a convex body shows 3/2 of its surface as voxel faces, whatever the grid.
    surface = exposed * 2 / 3
    sd = principal_sd_mm(small, spacing)
    ellipsoid_ml = 4 / 3 * np.pi * np.prod(sd) * 5**1.5 / 1000
    slices = np.flatnonzero(small.any(axis=(1, 2)))
    return {
        "axialDiameterMm": axial_caliper_mm(small, spacing),
        "volumeMl": volume_ml,
        "surfaceMm2": surface,
        "sphericity": float(np.pi ** (1 / 3) * (6000 * volume_ml) ** (2 / 3) / surface),
        "circularity": circularity(small, spacing),
        "ellipsoidFill": float(volume_ml / ellipsoid_ml),
        "elongation": float(sd[2] / sd[0]),
        "normalExtentMm": float((slices[-1] - slices[0] + 1) * spacing[2]),
        "kidneyContactShare": kidney / exposed,
        "tumourCount": len(tumours),
        "cystCount": len(cysts),
        "cystMl": float(sum(ml for ml, _ in cysts)),
        "kidneyMl": int((labels == KIDNEY).sum()) * voxel_ml,
    }
