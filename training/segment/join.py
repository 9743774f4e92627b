"""From a CT volume to labels with the two networks: placement, patches, blending, and the join in three dimensions.

The product repeats every step of this file; CONTRACT.md says them in words. Volumes are [slice, row, column]: slices
from feet to head, rows anterior to posterior, columns patient right to left; spacing in mm in the same order.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

CLIP_LOW, CLIP_HIGH = -79.0, 304.0
PIXEL_MM = 1.25
ROWS, COLUMNS, PATCH = 256, 288, 128
SLAB_MM = 3.0
SOFT_HU = -30.0
SIX = ndimage.generate_binary_structure(3, 1)
FOUR = ndimage.generate_binary_structure(2, 1)


@dataclass
class Join:
    """Constants of the join; the manifest carries them under the same names in camel case."""

    candidate_threshold: float = 0.3
    candidate_min_ml: float = 0.5
    min_component_mm2: float = 50.0
    max_patches_per_slab: int = 6
    patch_margin_px: int = 8
    ramp_px: int = 16
    fine_share: float = 0.75
    smoothing_mm: float = 2.0
    kidney_threshold: float = 0.5
    min_kidney_ml: float = 3.0
    fragment_mm: float = 15.0
    min_fragment_ml: float = 0.3
    mass_low: float = 0.5
    mass_high: float = 0.7
    min_mass_ml: float = 0.15
    mass_to_kidney_mm: float = 3.0
    tumour_threshold: float = 0.5


def half_up(x):
    return int(np.floor(x + 0.5))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gaussian_axis(image, sigma, axis):
    """Gaussian along one axis, cut at 4 sigma, weights normalised, edge values repeated."""
    if sigma <= 0:
        return image
    radius = int(4 * sigma + 0.5)
    t = np.arange(-radius, radius + 1)
    w = np.exp(-0.5 * (t / sigma) ** 2)
    return ndimage.correlate1d(image, w / w.sum(), axis=axis, mode="nearest")


@dataclass
class Grid:
    """The working grid: slabs of `per` slices, 256 x 288 pixels of 1.25 mm round the body centre."""

    per: int
    slab_mm: float
    positions: np.ndarray
    centre: tuple
    spacing: tuple
    shape: tuple


def prepare(hu, spacing):
    """Slabs, clipped, smoothed and brought to the working grid: float32 HU [slab, 256, 288], and the grid."""
    depth, height, width = hu.shape
    per = max(1, half_up(SLAB_MM / spacing[0]))
    starts = range(0, depth, per)
    thick = [np.clip(hu[a : a + per].mean(0, dtype=np.float64), CLIP_LOW, CLIP_HIGH) for a in starts]
    positions = np.array([(a + min(a + per, depth) - 1) / 2 for a in starts])
    count = rows = columns = 0
    for plane in thick:
        soft = plane > SOFT_HU
        count += soft.sum()
        rows += soft.sum(1) @ np.arange(height)
        columns += soft.sum(0) @ np.arange(width)
    centre = (rows / count, columns / count) if count else ((height - 1) / 2, (width - 1) / 2)
    y = centre[0] + (np.arange(ROWS) - (ROWS - 1) / 2) * PIXEL_MM / spacing[1]
    x = centre[1] + (np.arange(COLUMNS) - (COLUMNS - 1) / 2) * PIXEL_MM / spacing[2]
    out = np.empty((len(thick), ROWS, COLUMNS), np.float32)
    for n, plane in enumerate(thick):
        for axis in (0, 1):
            plane = gaussian_axis(plane, max(0.0, (PIXEL_MM / spacing[1 + axis] - 1) / 2), axis)
        padded = np.full((height + 2, width + 2), CLIP_LOW)
        padded[1:-1, 1:-1] = plane
        py, px = np.clip(y + 1, 0, height + 1), np.clip(x + 1, 0, width + 1)
        y0, x0 = np.minimum(py.astype(int), height), np.minimum(px.astype(int), width)
        fy, fx = (py - y0)[:, None], (px - x0)[None]
        top = padded[np.ix_(y0, x0)] * (1 - fx) + padded[np.ix_(y0, x0 + 1)] * fx
        bottom = padded[np.ix_(y0 + 1, x0)] * (1 - fx) + padded[np.ix_(y0 + 1, x0 + 1)] * fx
        out[n] = top * (1 - fy) + bottom * fy
    return out, Grid(per, per * spacing[0], positions, centre, tuple(spacing), hu.shape)


def origins(low, high, limit):
    """Patch origins along one axis for a region from `low` to `high` (both inside): one, or two when it is long."""
    top = limit - PATCH
    if high - low + 1 <= PATCH - 16:
        return [min(max((low + high + 1) // 2 - PATCH // 2, 0), top)]
    return [min(max(low - 16, 0), top), min(max(high + 17 - PATCH, 0), top)]


def place_patches(kidney, grid, join):
    """Patch origins (row, column) per slab round the regions that the first network calls kidney-or-mass."""
    parts, n = ndimage.label(kidney >= join.candidate_threshold, SIX)
    voxel_ml = PIXEL_MM**2 * grid.slab_mm / 1000
    sizes = np.bincount(parts.ravel(), minlength=n + 1)
    keep = sizes * voxel_ml >= join.candidate_min_ml
    keep[0] = False
    mask = keep[parts]
    out = []
    for plane in mask:
        regions, m = ndimage.label(plane, FOUR)
        areas = np.bincount(regions.ravel(), minlength=m + 1)
        boxes = ndimage.find_objects(regions)
        order = sorted((i for i in range(1, m + 1) if areas[i] * PIXEL_MM**2 >= join.min_component_mm2), key=lambda i: -areas[i])
        placed = []
        for i in order:
            r0, r1 = boxes[i - 1][0].start, boxes[i - 1][0].stop - 1
            c0, c1 = boxes[i - 1][1].start, boxes[i - 1][1].stop - 1
            g = join.patch_margin_px
            if any(r0 >= r + g and r1 < r + PATCH - g and c0 >= c + g and c1 < c + PATCH - g for r, c in placed):
                continue
            for r in origins(r0, r1, ROWS):
                for c in origins(c0, c1, COLUMNS):
                    if (r, c) not in placed and len(placed) < join.max_patches_per_slab:
                        placed.append((r, c))
        out.append(placed)
    return out


def ramp(join):
    t = np.arange(PATCH)
    edge = np.minimum(1, (np.minimum(t, PATCH - 1 - t) + 1) / join.ramp_px)
    return (edge[:, None] * edge[None]).astype(np.float32)


def probabilities(images, grid, whole, fine, join):
    """Blended probabilities [slab, head, row, column] of the two networks, each a function of an HU stack to logits."""
    first = np.stack([sigmoid(whole(i[None])[0]) for i in images]).astype(np.float32)
    patches = place_patches(first[:, 0], grid, join)
    weight = ramp(join)
    for n, places in enumerate(patches):
        if not places:
            continue
        logits = fine(np.stack([images[n, r : r + PATCH, c : c + PATCH] for r, c in places]))
        total = np.zeros((ROWS, COLUMNS), np.float32)
        mixed = np.zeros((3, ROWS, COLUMNS), np.float32)
        for (r, c), z in zip(places, logits):
            total[r : r + PATCH, c : c + PATCH] += weight
            mixed[:, r : r + PATCH, c : c + PATCH] += weight * sigmoid(z)
        share = join.fine_share * np.minimum(1, total)
        first[n] = first[n] * (1 - share) + share * mixed / np.maximum(total, 1e-6)
    return first, patches


def smooth_slabs(p, grid, join):
    """Three-tap Gaussian across slabs, edges repeated."""
    side = np.exp(-0.5 * (grid.slab_mm / join.smoothing_mm) ** 2) if join.smoothing_mm > 0 else 0.0
    before, after = np.concatenate([p[:1], p[:-1]]), np.concatenate([p[1:], p[-1:]])
    return ((p + side * (before + after)) / (1 + 2 * side)).astype(np.float32)


def box_dilate(mask, mm, grid):
    r, s = half_up(mm / PIXEL_MM), half_up(mm / grid.slab_mm)
    return ndimage.maximum_filter(mask.astype(np.uint8), (2 * s + 1, 2 * r + 1, 2 * r + 1), mode="constant") > 0


def choose_kidneys(kidney, grid, join):
    """The largest region on each side, with its fragments near by."""
    voxel_ml = PIXEL_MM**2 * grid.slab_mm / 1000
    parts, n = ndimage.label(kidney >= join.kidney_threshold, SIX)
    sizes = np.bincount(parts.ravel(), minlength=n + 1) * voxel_ml
    sizes[0] = 0
    columns = np.array([0.0] + [float(np.nonzero(parts[b] == i)[2].mean() + b[2].start) for i, b in enumerate(ndimage.find_objects(parts), 1)])
    kept = np.zeros(kidney.shape, bool)
    for left in (False, True):
        side = [i for i in range(1, n + 1) if (columns[i] >= COLUMNS / 2) == left]
        if not side:
            continue
        largest = max(side, key=lambda i: sizes[i])
        if sizes[largest] < join.min_kidney_ml:
            continue
        near = np.unique(parts[box_dilate(parts == largest, join.fragment_mm, grid)])
        kept |= np.isin(parts, [i for i in near if i == largest or (i in side and sizes[i] >= join.min_fragment_ml)])
    return kept


def choose_masses(mass, tumour, kidneys, grid, join):
    """Hysteresis components that touch a kidney: mask of tumours, mask of cysts, and a list of what was found."""
    voxel_ml = PIXEL_MM**2 * grid.slab_mm / 1000
    near = box_dilate(kidneys, join.mass_to_kidney_mm, grid)
    parts, n = ndimage.label(mass >= join.mass_low, SIX)
    tumours, cysts, found = np.zeros(mass.shape, bool), np.zeros(mass.shape, bool), []
    for i, box in enumerate(ndimage.find_objects(parts), 1):
        own = parts[box] == i
        ml = own.sum() * voxel_ml
        if ml < join.min_mass_ml or mass[box][own].max() < join.mass_high or not near[box][own].any():
            continue
        mean = float(tumour[box][own].mean(dtype=np.float64))
        (tumours if mean >= join.tumour_threshold else cysts)[box] |= own
        found.append(dict(ml=float(ml), tumour=mean, peak=float(mass[box][own].max())))
    return tumours, cysts, found


def keep_near(p, mask):
    """The probability inside the chosen mask grown by one voxel each way, zero elsewhere."""
    return np.where(ndimage.maximum_filter(mask.astype(np.uint8), (3, 3, 3), mode="constant") > 0, p, 0).astype(np.float32)


def to_native(p, grid, box):
    """Linear interpolation of a working-grid volume on native voxels of `box` (slices, rows, columns as ranges)."""
    def axis(points, n):
        q = np.clip(points, 0, n - 1)
        low = np.minimum(q.astype(int), max(n - 2, 0))
        return low, (q - low).astype(np.float32), (points > -1) & (points < n)

    slices = np.interp(np.arange(*box[0]), grid.positions, np.arange(len(grid.positions)))
    y = (np.arange(*box[1]) - grid.centre[0]) * grid.spacing[1] / PIXEL_MM + (ROWS - 1) / 2
    x = (np.arange(*box[2]) - grid.centre[1]) * grid.spacing[2] / PIXEL_MM + (COLUMNS - 1) / 2
    z0, fz, _ = axis(slices, len(p))
    y0, fy, iny = axis(y, ROWS)
    x0, fx, inx = axis(x, COLUMNS)
    z1 = np.minimum(z0 + 1, len(p) - 1)
    out = np.empty((len(z0), len(y0), len(x0)), np.float32)
    inside = iny[:, None] & inx[None]
    for n in range(len(z0)):
        plane = p[z0[n]] * (1 - fz[n]) + p[z1[n]] * fz[n]
        rows = plane[y0] * (1 - fy)[:, None] + plane[y0 + 1] * fy[:, None]
        out[n] = (rows[:, x0] * (1 - fx) + rows[:, x0 + 1] * fx) * inside
    return out


def label_volume(p, grid, join):
    """Labels (0, 1 kidney, 2 tumour, 3 cyst) on the CT's own grid from blended probabilities, and the masses found."""
    p = smooth_slabs(p, grid, join)
    kidneys = choose_kidneys(p[:, 0], grid, join)
    tumours, cysts, found = choose_masses(p[:, 1], p[:, 2], kidneys, grid, join)
    labels = np.zeros(grid.shape, np.uint8)
    whole = ((0, grid.shape[0]), (0, grid.shape[1]), (0, grid.shape[2]))
    everything = kidneys | tumours | cysts
    if not everything.any():
        return labels, found
    where = np.nonzero(everything)
    rows = [(where[1].min() - 2, where[1].max() + 2), (where[2].min() - 2, where[2].max() + 2)]
    box = [whole[0]]
    for axis, (low, high) in enumerate(rows):
        scale, middle = PIXEL_MM / grid.spacing[1 + axis], ((ROWS, COLUMNS)[axis] - 1) / 2
        a = int(np.floor(grid.centre[axis] + (low - middle) * scale))
        b = int(np.ceil(grid.centre[axis] + (high - middle) * scale)) + 1
        box.append((max(a, 0), min(b, grid.shape[1 + axis])))
    view = labels[:, box[1][0] : box[1][1], box[2][0] : box[2][1]]
    view[to_native(keep_near(p[:, 0], kidneys), grid, box) >= join.kidney_threshold] = 1
    t = to_native(keep_near(p[:, 1], tumours), grid, box)
    c = to_native(keep_near(p[:, 1], cysts), grid, box)
    view[(c >= join.mass_low)] = 3
    view[(t >= join.mass_low) & (t >= c)] = 2
    return labels, found


def segment(hu, spacing, whole, fine, join=Join()):
    images, grid = prepare(hu, spacing)
    p, _ = probabilities(images, grid, whole, fine, join)
    return label_volume(p, grid, join)
