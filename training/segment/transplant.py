"""Whole kidneys of other patients put in the place of one in a training slice: real shapes, painted or borrowed tissue.

The few hundred real slices hold few masses at the poles, few that fill the slice, few cysts. The label maps hold them by
the thousand. A transplant takes the outline of one of their slices (anatomies.py) and paints it: kidney at its own or a
redrawn level, with or without a bright cortex, sinus with fat, vessels and collecting system, masses by histology
(simulate/tissues.py) with necrosis and septa, or with the pixels of a real mass.
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from scipy import ndimage

from anatomies import ANATOMIES, PIXEL_MM
from data import CACHE, CLIP_HIGH, CLIP_LOW

sys.path.append(str(CACHE.parents[1] / "simulate"))

from tissues import MASS  # noqa: E402

FAT_HU = -100.0
AREA_CLASSES_MM2 = (0, 250, 1000, np.inf)  # masses of each class are drawn as often as those of the others
GROUP_SHARES = (0.29, 0.29, 0.29, 0.13)  # of slices with masses; the last are those with a cyst
WITH_MASS = 0.6
TRIES = 4


class Anatomies:
    """The label slices of the given folds, drawn so that small, middling and large masses come equally often, cysts seldom."""

    def __init__(self, folds):
        z = np.load(ANATOMIES)
        keep = np.isin(z["fold"], folds)
        ends = np.cumsum(z["height"].astype(int) * z["width"])
        pixels, height, width, side, histology = (z[k] for k in ("pixels", "height", "width", "side", "histology"))
        self.items = [(pixels[ends[i] - int(height[i]) * int(width[i]) : ends[i]].reshape(height[i], width[i]), str(side[i]), str(histology[i])) for i in np.flatnonzero(keep)]
        area = np.array([(p >= 2).sum() * PIXEL_MM**2 for p, _, _ in self.items])
        cyst = np.array([(p == 3).sum() * PIXEL_MM**2 > 40 for p, _, _ in self.items])
        self.groups = [np.flatnonzero((area > low) & (area <= high)) for low, high in zip(AREA_CLASSES_MM2, AREA_CLASSES_MM2[1:])]
        self.groups.append(np.flatnonzero(cyst))
        self.healthy = np.flatnonzero(area == 0)

    def draw(self, rng):
        group = self.groups[rng.choice(len(self.groups), p=GROUP_SHARES)] if rng.random() < WITH_MASS else self.healthy
        return self.items[group[rng.integers(len(group))]]


def lumps(rng, shape, size):
    """A random field of SD 1 whose lumps are about `size` pixels wide, [row, column]."""
    step = max(1.0, size)
    coarse = rng.normal(0, 1, (3 + int(shape[0] / step), 3 + int(shape[1] / step)))
    field = ndimage.zoom(coarse, (shape[0] / (coarse.shape[0] - 1), shape[1] / (coarse.shape[1] - 1)), order=1)[: shape[0], : shape[1]]
    return field / (field.std() + 1e-3)


def turned(label, rng, mirror):
    """The label slice turned (SD 0.25 rad), scaled, mirrored, softly bent: fractions [part, row, column] of kidney, tumour, cyst."""
    n = int(np.ceil(np.hypot(*label.shape) * 1.25)) + 6
    angle, zoom = rng.normal(0, 0.25), np.exp(rng.uniform(-0.16, 0.16, 2))
    t = np.arange(n) - (n - 1) / 2
    y, x = np.meshgrid(t, t * (-1 if mirror else 1), indexing="ij")
    bend = [lumps(rng, (n, n), 18) * rng.uniform(0, 1.2) for _ in range(2)]
    r = (np.cos(angle) * y - np.sin(angle) * x) / zoom[0] + bend[0] + (label.shape[0] - 1) / 2
    c = (np.sin(angle) * y + np.cos(angle) * x) / zoom[1] + bend[1] + (label.shape[1] - 1) / 2
    return np.stack([ndimage.map_coordinates((label == v).astype(np.float32), (r, c), order=1) for v in (1, 2, 3)])


def borrowed(masses, shape, level, rng):
    """HU of a real mass stretched over `shape`, and whether it is a tumour; what its outline leaves free takes the nearest pixel."""
    crop, mask, _, tumour, own_level = masses.items[rng.integers(len(masses.items))]
    inside = mask > 0.5
    if not inside.any():
        return None
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    filled = crop[tuple(nearest)][ndimage.find_objects(inside.astype(int))[0]]
    if rng.random() < 0.5:
        filled = filled[::-1] if rng.random() < 0.5 else filled.T
    stretched = ndimage.zoom(filled, [s / f for s, f in zip(shape, filled.shape)], order=1)
    return stretched + (rng.uniform(0, 0.7) * (level - own_level) if tumour else 0.0), tumour


def solid(histology, tumour, level, rng):
    """HU of a painted tumour."""
    tissue = MASS.get(histology, MASS["other"])
    arterial = 0.46 * level + tissue[2] + rng.normal(0, tissue[3])
    venous = rng.normal(tissue[4], tissue[5]) if rng.random() < 0.5 else 0.0
    mean = level + rng.normal(0, 10) if rng.random() < 0.12 else max(arterial + venous, 26)
    shape = tumour.shape
    # From even to very uneven: an even mass that takes up contrast medium is no cyst.
    values = mean + rng.uniform(0, 0.8) * sum(a * lumps(rng, shape, s / PIXEL_MM) for a, s in zip(tissue[6], (3, 7, 15, 30)) if a)
    if rng.random() < 0.25:
        depth = ndimage.distance_transform_edt(tumour > 0.5)
        field = lumps(rng, shape, rng.uniform(4, 9)) + 1.2 * depth / max(depth.max(), 1)
        dead = ndimage.gaussian_filter((field > rng.uniform(0.6, 1.6)).astype(np.float32), 1)
        values = values * (1 - dead) + dead * rng.normal(24, 9)
    if rng.random() < 0.04:
        values = np.where(lumps(rng, shape, 1.5) > 2.2, rng.uniform(150, 400), values)
    return values


def painted(parts, histology, level, masses, rng):
    """HU of the kidney with its masses, the share of each pixel that is painted, and 1.0 unless its tumours hold the tissue of a cyst."""
    kidney, tumour, cyst = parts
    host = parts.sum(0) > 0.5
    shape = host.shape
    filled = ndimage.binary_fill_holes(ndimage.binary_closing(host, iterations=5) | host)
    sinus = filled & ~host
    depth = ndimage.distance_transform_edt(filled)
    values = level + rng.uniform(0, 7) * lumps(rng, shape, rng.uniform(3, 12))
    if rng.random() < 0.6:  # bright cortex round a dark medulla: pyramids, or all of the inside
        cortex = rng.uniform(3.5, 6.5)
        medulla = np.clip((depth - cortex) / rng.uniform(0.3, 2.0), 0, 1)
        if rng.random() < 0.6:
            medulla = medulla * np.clip(lumps(rng, shape, 6) * 2 + rng.uniform(0, 1.5), 0, 1)
        cut = min(rng.gamma(2.4, 30), 0.7 * level)
        values = values + 0.5 * cut - cut * medulla
    fill = rng.normal(-75, 20) + rng.uniform(10, 45) * np.clip(lumps(rng, shape, 3), -0.5, 1.5)
    draw = rng.random()
    if draw < 0.45:  # collecting system: urine, or excreted contrast medium
        pelvis = lumps(rng, shape, 4) > rng.uniform(-1, 1.2)
        fill = np.where(pelvis, rng.normal(10, 8) if draw < 0.3 else rng.uniform(150, 450), fill)
    fill = np.where(lumps(rng, shape, 2) > 1.4, 0.9 * level, fill)
    values = np.where(sinus, fill, values)
    if rng.random() < 0.15:  # calyces that reach into the parenchyma
        calyx = ndimage.binary_dilation(sinus, iterations=2) & (depth > 4) & (lumps(rng, shape, 2.5) > 1)
        soft = ndimage.gaussian_filter(calyx.astype(np.float32), 0.7)
        values = values * (1 - soft) + soft * (rng.normal(8, 6) if draw < 0.3 or rng.random() < 0.6 else rng.uniform(150, 400))
    is_tumour = 1.0
    if (tumour > 0.5).any():
        real = borrowed(masses, shape_of(tumour), level, rng) if masses.items and rng.random() < 0.45 else None
        if real is None:
            own = solid(histology, tumour, level, rng)
        else:
            own, is_tumour = np.full(shape, float(real[0].mean())), real[1]
            box = box_of(tumour)
            own[box] = real[0]
        values = values * (1 - tumour) + own * tumour
    if (cyst > 0.5).any():
        fluid = rng.uniform(25, 55) if rng.random() < 0.06 else rng.normal(11, 8)
        values = values * (1 - cyst) + (fluid + rng.uniform(0, 4) * lumps(rng, shape, 5)) * cyst
    share = np.clip(np.maximum(parts.sum(0), ndimage.gaussian_filter(filled.astype(np.float32), 0.5)), 0, 1)
    return values, share, is_tumour


def box_of(part):
    return ndimage.find_objects((part > 0.02).astype(int))[0]


def shape_of(part):
    return part[box_of(part)].shape


def transplant(image, target, anatomies, masses, middle, rng):
    """Replaces one kidney of the slice; image (HU) and target [kidney with masses, mass, tumour] change in place.

    `middle` is the column of the patient's middle; the picture shows the patient's right on the left unless mirrored,
    in which case a kidney simply stands on the other side. Gives back whether a place was found.
    """
    ids, n = ndimage.label(target[0].numpy() > 0.5)
    areas = np.bincount(ids.ravel(), minlength=n + 1)[1:]
    large = np.flatnonzero(areas >= 40)
    if not len(large):
        return False
    old = ids == large[rng.integers(len(large))] + 1
    pixels, soft = image.numpy(), target.numpy()
    parenchyma = old & (soft[1] < 0.1)
    middle_of_old = [w.mean() for w in np.nonzero(parenchyma if parenchyma.sum() > 30 else old)]
    own_level = float(pixels[parenchyma].mean()) if parenchyma.sum() > 30 else 110.0
    on_left_of_picture = middle_of_old[1] < middle
    for _ in range(TRIES):
        label, side, histology = anatomies.draw(rng)
        parts = turned(label, rng, mirror=(side == "right") != on_left_of_picture)
        host = parts.sum(0) > 0.5
        if not host.any():
            continue
        # The parenchyma takes the place of the old kidney: a mass grows outwards from it.
        anchor = np.nonzero(parts[0] > 0.5 if (parts[0] > 0.5).sum() > 30 else host)
        top, left = (int(round(m - a.mean() + rng.normal(0, 3))) for m, a in zip(middle_of_old, anchor))
        size = host.shape[0]
        y0, x0, y1, x1 = max(top, 0), max(left, 0), min(top + size, image.shape[0]), min(left + size, image.shape[1])
        if y1 - y0 < 12 or x1 - x0 < 12:
            continue
        cut = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        there = np.s_[y0:y1, x0:x1]
        new = host[cut]
        if (new & (pixels[there] > 180) & ~old[there]).sum() > 0.04 * host.sum():
            continue  # on bone or a great vessel
        level = own_level + rng.normal(0, 12) if rng.random() < 0.5 else rng.uniform(45, 215)
        values, share, is_tumour = painted(parts, histology, level, masses, rng)
        around = ndimage.binary_dilation(old, iterations=2)
        sd = rng.uniform(4, 16)
        grain = ndimage.gaussian_filter(rng.standard_normal(image.shape).astype(np.float32), rng.uniform(0.4, 0.8))
        grain *= sd / grain.std()
        borrow = rng.random() < 0.35  # the old kidney's pixels stay where the new one has parenchyma too
        kept = pixels[there].copy()
        outside = ndimage.gaussian_filter(around.astype(np.float32), 0.6)
        pixels[:] = pixels * (1 - outside) + (FAT_HU + rng.uniform(0, 25) * np.clip(lumps(rng, image.shape, 3), 0, 2) + grain) * outside
        painted_here = values[cut] + grain[there]
        if borrow:
            stays = ndimage.gaussian_filter((parenchyma[there] & (parts[0][cut] > 0.9)).astype(np.float32), 0.7)
            painted_here = painted_here * (1 - stays) + (kept + level - own_level) * stays
        share = ndimage.gaussian_filter(share, rng.uniform(0.3, 0.7))[cut]
        pixels[there] = pixels[there] * (1 - share) + painted_here * share
        np.clip(pixels, CLIP_LOW, CLIP_HIGH, out=pixels)  # as the slices are stored: later changes shall treat all fat alike
        soft[:, around] = 0
        soft[:, y0:y1, x0:x1] *= 1 - share
        whole = np.clip(parts.sum(0), 0, 1)[cut]
        mass = np.clip(parts[1] + parts[2], 0, 1)[cut]
        soft[0][there] = np.maximum(soft[0][there], whole)
        soft[1][there] = np.where(whole > 0.02, mass, soft[1][there])
        soft[2][there] = np.where(whole > 0.02, parts[1][cut] * is_tumour, soft[2][there])
        return True
    return False
