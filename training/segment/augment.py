"""Training samples made on the fly: geometry, pasted and painted masses, contrast, noise.

A sample is an image in HU on the working grid (1.25 mm pixels) and three soft targets in [0, 1]: kidney-or-mass,
mass, tumour. All draws come from one numpy generator, so a seed repeats a run.
"""

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional as F

from data import CLIP_HIGH, CLIP_LOW
from transplant import transplant

PIXEL_MM = 1.25
WHOLE = (256, 288)
WHOLE_CROP = (192, 224)  # what the first network sees in training: two thirds of the cost, and varied places
PATCH = (128, 128)
MEAN_HU, SD_HU = 40.0, 80.0
CYST_SHARE = 0.3  # of pasted masses; there are four times as many tumours
TRANSPLANTS, VOLUME_TRANSPLANTS = 0.35, 0.6  # share of slices in which a kidney of another patient takes a kidney's place
LIBRARY = 2000  # slices that masses are cut from, at most about twice as many
SCALE = (CLIP_HIGH - CLIP_LOW) / 255.0


def antialias_sigma(pixel_mm):
    return max(0.0, (PIXEL_MM / pixel_mm - 1) / 2)


def smoothed(grey, pixel_mm):
    """The slice without what the working grid cannot hold."""
    sigma = antialias_sigma(pixel_mm)
    return (ndimage.gaussian_filter(grey.astype(np.float32), sigma) + 0.5).astype(np.uint8) if sigma > 0 else grey


def body_centre(grey):
    """Row and column centroid of soft tissue (HU > -30) of one slice or a stack of slices."""
    inside = grey > (-30 - CLIP_LOW) / SCALE
    if not inside.any():
        return (grey.shape[-2] - 1) / 2, (grey.shape[-1] - 1) / 2
    where = np.nonzero(inside)
    return float(where[-2].mean()), float(where[-1].mean())


class Slice:
    """One cached slice, smoothed for the working grid, with what sampling needs to know."""

    def __init__(self, grey, label, pixel, source, case, negatives=()):
        self.negatives = [(float(r), float(c)) for r, c in negatives]
        self.pixel, self.source, self.case = float(pixel), str(source), str(case)
        self.centre = body_centre(grey)
        grey = smoothed(grey, self.pixel)
        self.grey, self.label = grey, label
        self.kidney_px, self.mass_px, self.cyst_px = (int(m.sum()) for m in (label > 0, label >= 2, label == 3))
        parts, n = ndimage.label(label > 0)
        self.boxes = []
        for box, i in zip(ndimage.find_objects(parts), range(1, n + 1)):
            if (parts[box] == i).sum() * self.pixel**2 >= 50:
                mass = int((label[box] >= 2).sum())
                self.boxes.append(((box[0].start + box[0].stop - 1) / 2, (box[1].start + box[1].stop - 1) / 2, mass))
        own = ndimage.binary_erosion(label == 1, iterations=2)
        self.kidney_hu = float(grey[own].mean() * SCALE + CLIP_LOW) if own.any() else 110.0


class StoredSlice(Slice):
    """A slice of a folder written by training/real: looked at once, then read from disk whenever it is drawn."""

    def __init__(self, planes, slab, pixel, case):
        super().__init__(np.array(planes[0, slab]), np.array(planes[1, slab]), pixel, "stored", case)
        self.planes, self.slab = planes, slab
        del self.__dict__["grey"], self.__dict__["label"]

    def __getattr__(self, name):
        if name == "grey":
            return smoothed(np.array(self.planes[0, self.slab]), self.pixel)
        if name == "label":
            return np.array(self.planes[1, self.slab])
        raise AttributeError(name)


class MassLibrary:
    """Real masses cut from training slices, with their own outline and their kidney's level."""

    def __init__(self, slices, margin=6):
        self.items = []
        with_mass = [s for s in slices if s.source != "volume" and s.mass_px]
        step = max(1, len(with_mass) // LIBRARY)
        for s in with_mass[::step]:
            grey, label = s.grey, s.label
            parts, n = ndimage.label(label >= 2)
            for i, box in enumerate(ndimage.find_objects(parts), 1):
                area = (parts[box] == i).sum() * s.pixel**2
                if area < 50 or area > 9000:
                    continue
                y0, x0 = max(box[0].start - margin, 0), max(box[1].start - margin, 0)
                y1, x1 = box[0].stop + margin, box[1].stop + margin
                mask = (parts[y0:y1, x0:x1] == i).astype(np.float32)
                tumour = float((label[box][parts[box] == i] == 2).mean() > 0.5)
                self.items.append((grey[y0:y1, x0:x1].astype(np.float32) * SCALE + CLIP_LOW, mask, s.pixel, tumour, s.kidney_hu))
        self.cysts = [i for i in self.items if not i[3]]

    def draw(self, rng):
        items = self.cysts if self.cysts and rng.random() < CYST_SHARE else self.items
        return items[rng.integers(len(items))]


def warp(planes, pixel, centre, shape, rng, rotation, zoom, flip, bend_mm):
    """Samples planes [channel, row, column] on a rotated, scaled, mirrored, softly bent grid round `centre`."""
    h, w = shape
    c, s = np.cos(rotation), np.sin(rotation)
    y = (torch.arange(h, dtype=torch.float32) - (h - 1) / 2) * PIXEL_MM
    x = (torch.arange(w, dtype=torch.float32) - (w - 1) / 2) * PIXEL_MM * (-1 if flip else 1)
    zy, zx = zoom
    gy = (y[:, None] * c - x[None, :] * s) / zy
    gx = (y[:, None] * s + x[None, :] * c) / zx
    if bend_mm > 0:
        coarse = torch.from_numpy(rng.normal(0, bend_mm, (1, 2, 2 + h // 36, 2 + w // 36)).astype(np.float32))
        bend = F.interpolate(coarse, size=(h, w), mode="bicubic", align_corners=True)[0]
        gy, gx = gy + bend[0], gx + bend[1]
    gy, gx = gy / pixel + centre[0], gx / pixel + centre[1]
    y0, y1 = int(max(gy.min().item() - 1, 0)), int(min(gy.max().item() + 3, planes.shape[1]))
    x0, x1 = int(max(gx.min().item() - 1, 0)), int(min(gx.max().item() + 3, planes.shape[2]))
    if y1 - y0 < 2 or x1 - x0 < 2:
        return torch.zeros(planes.shape[0], h, w)
    part = torch.from_numpy(np.ascontiguousarray(planes[:, y0:y1, x0:x1]))
    if part.dtype == torch.uint8:
        part = part.float()
    grid = torch.stack([2 * (gx - x0) / (x1 - x0 - 1) - 1, 2 * (gy - y0) / (y1 - y0 - 1) - 1], -1)[None]
    return F.grid_sample(part[None], grid, mode="bilinear", padding_mode="zeros", align_corners=True)[0]


def smooth_field(rng, shape, step):
    """A smooth random field of SD about 1 whose lumps are `step` pixels wide."""
    coarse = rng.normal(0, 1, (1, 1, 3 + int(shape[0] / step), 3 + int(shape[1] / step))).astype(np.float32)
    field = F.interpolate(torch.from_numpy(coarse), size=shape, mode="bicubic", align_corners=True)[0, 0]
    return field / (field.std() + 1e-3)


def blur(image, sigma):
    radius = max(1, int(3 * sigma + 0.5))
    t = torch.arange(-radius, radius + 1, dtype=torch.float32)
    k = torch.exp(-0.5 * (t / sigma) ** 2)
    k = k / k.sum()
    image = F.pad(image[None, None], (radius,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(image, k[None, None, :, None]), k[None, None, None, :])[0, 0]


def noise(rng, shape, sd, smooth):
    field = torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))
    if smooth > 0:
        field = blur(field, smooth)
        field = field / field.std()
    return field * sd


def add_mass(image, target, library, rng):
    """Puts one real or painted mass on a kidney; image and target are changed in place. True when one was put."""
    free = (target[0] > 0.6) & (target[1] < 0.05)
    spots = torch.nonzero(free)
    if len(spots) < 40:
        return False
    level = float(image[free].mean())
    crop, mask, pixel, tumour, own_level = library.draw(rng)
    area = mask.sum() * pixel**2
    wanted = np.exp(rng.uniform(np.log(45.0), np.log(4500.0 if tumour else 2000.0)))
    zoom = float(np.clip(np.sqrt(wanted / area), 0.25, 1.5))
    zooms = (zoom * rng.uniform(0.85, 1.15), zoom * rng.uniform(0.85, 1.15))
    n = int(np.ceil(np.hypot(*mask.shape) * pixel * zoom / PIXEL_MM)) + 6
    n += n % 2
    if n > 110:
        return False
    centre = ((mask.shape[0] - 1) / 2, (mask.shape[1] - 1) / 2)
    moved = warp(np.stack([crop - CLIP_LOW, mask * 255.0]), pixel, centre, (n, n), rng, rng.uniform(0, 2 * np.pi), zooms, rng.random() < 0.5, rng.uniform(0, 1.5))
    values, alpha = moved[0] + CLIP_LOW, moved[1] / 255.0
    if rng.random() < 0.45:
        kind = rng.random()
        if kind < 0.4:
            mean, slow, tumour = rng.normal(10, 9), rng.uniform(1, 5), 0.0
        else:
            mean = float(np.clip(0.46 * level + 24 + rng.normal(0, 35), 26, 230))
            slow, tumour = rng.uniform(6, 34), 1.0
        field = smooth_field(rng, (n, n), rng.uniform(4, 14))
        values = mean + slow * field
        if tumour and rng.random() < 0.3:
            core = blur(alpha, max(2.0, n / 9))
            core = torch.sigmoid((core - 0.8 + 0.15 * smooth_field(rng, (n, n), 8)) * 12)
            values = values * (1 - core) + core * rng.normal(25, 12)
        values = values + noise(rng, (n, n), rng.uniform(5, 16), rng.uniform(0.4, 0.8))
    else:
        shift = rng.uniform(0, 0.7) * (level - own_level) if tumour else 0.0
        values = values + shift + rng.normal(0, 8)
    alpha = blur(alpha, rng.uniform(0.4, 1.0))
    for _ in range(4):
        r, c = spots[rng.integers(len(spots))].tolist()
        radius = float(torch.sqrt(alpha.sum() / np.pi))
        angle, reach = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0, 0.6)
        r, c = int(r + reach * np.sin(angle)) - n // 2, int(c + reach * np.cos(angle)) - n // 2
        y0, x0, y1, x1 = max(r, 0), max(c, 0), min(r + n, image.shape[0]), min(c + n, image.shape[1])
        if y1 - y0 < 8 or x1 - x0 < 8:
            continue
        a = alpha[y0 - r : y1 - r, x0 - c : x1 - c]
        v = values[y0 - r : y1 - r, x0 - c : x1 - c]
        below, t = image[y0:y1, x0:x1], target[:, y0:y1, x0:x1]
        outside = a * (1 - t[0])
        if float((outside * (below > 170)).sum()) > 0.08 * float(a.sum()):
            continue
        if float((a * t[0]).sum()) < 0.08 * float(a.sum()):
            continue
        image[y0:y1, x0:x1] = below * (1 - a) + v * a
        t[2] = t[2] * (1 - a) + tumour * a
        t[1] = torch.maximum(t[1], a)
        t[0] = torch.maximum(t[0], a)
        return True
    return False


def add_decoy(image, target, library, rng):
    """Puts a mass where no kidney is near (liver, bowel, fat): it stays background, as a mass of another organ does."""
    crop, mask, pixel, _, _ = library.draw(rng)
    wanted = np.exp(rng.uniform(np.log(80.0), np.log(2500.0)))
    zoom = float(np.clip(np.sqrt(wanted / (mask.sum() * pixel**2)), 0.25, 1.3))
    n = int(np.ceil(np.hypot(*mask.shape) * pixel * zoom / PIXEL_MM)) + 6
    n += n % 2
    if n > 90:
        return
    centre = ((mask.shape[0] - 1) / 2, (mask.shape[1] - 1) / 2)
    moved = warp(np.stack([crop - CLIP_LOW, mask * 255.0]), pixel, centre, (n, n), rng, rng.uniform(0, 2 * np.pi), (zoom, zoom), False, 1.0)
    values, alpha = moved[0] + CLIP_LOW, blur(moved[1] / 255.0, rng.uniform(0.4, 1.0))
    if rng.random() < 0.5:
        values = rng.normal(10, 10) + noise(rng, (n, n), rng.uniform(5, 16), rng.uniform(0.4, 0.8))
    reach = int(alpha.sum().sqrt()) // 2 + 4
    kidney = F.max_pool2d(target[:1], 2 * reach + 1, 1, reach)[0]
    soft = (image > 0) & (image < 200) & (kidney < 0.1)
    soft[: n // 2], soft[-(n // 2) :], soft[:, : n // 2], soft[:, -(n // 2) :] = False, False, False, False
    spots = torch.nonzero(soft)
    if len(spots) == 0:
        return
    r, c = (spots[rng.integers(len(spots))] - n // 2).tolist()
    image[r : r + n, c : c + n] = image[r : r + n, c : c + n] * (1 - alpha) + values * alpha


def change_contrast(image, target, rng):
    """Redraws the kidney's level (with its masses following in part) or takes the contrast medium away."""
    own = (target[0] - target[1]).clamp(0, 1)
    inside = own > 0.6
    mean = float(image[inside].mean()) if inside.sum() > 30 else 110.0
    mass, tumour = target[1], target[2]
    in_mass = mass > 0.6
    mass_mean = float(image[in_mass].mean()) if in_mass.any() else 40.0
    draw = rng.random()
    if draw < 0.16:
        k = rng.uniform(0.05, 0.4)
        bent = torch.where(image > 30, 30 + (image - 30) * k, image)
        bone = torch.sigmoid((image - 230) / 12) * (1 - target[0])
        bent = bent * (1 - bone) + image * bone
        level = rng.normal(30, 6)
        kidney = level + (image - mean) * rng.uniform(0.1, 0.4)
        solid = rng.normal(35, 8) + (image - mass_mean) * rng.uniform(0.2, 0.5)
        weight = mass * (tumour > 0.5)
        image = bent * (1 - target[0]) + kidney * own + solid * weight + image * (mass - weight).clamp(0, 1)
        return image + noise(rng, image.shape, rng.uniform(2, 14), rng.uniform(0, 0.9))
    if draw < 0.5:
        level = rng.uniform(45, 220)
        spread = rng.uniform(0.4, 1.25)
        image = image + own * ((level - mean) + (spread - 1) * (image - mean))
        follow = 0.46 * (level - mean) * (rng.random() < 0.7) + rng.normal(0, 10)
        image = image + mass * (tumour > 0.5) * follow
    return image


def finish(image, rng):
    """Scanner variety: gain, offset, gamma, blur, sharpening, noise, boxes cut out, then the HU window."""
    if rng.random() < 0.5:
        image = 60 + (image - 60) * rng.uniform(0.8, 1.2) + rng.normal(0, 10)
    if rng.random() < 0.35:
        unit = ((image - CLIP_LOW) / (CLIP_HIGH - CLIP_LOW)).clamp(0, 1)
        image = unit ** float(np.exp(rng.uniform(-0.3, 0.3))) * (CLIP_HIGH - CLIP_LOW) + CLIP_LOW
    draw = rng.random()
    if draw < 0.25:
        image = blur(image, rng.uniform(0.4, 1.2))
    elif draw < 0.4:
        image = image + (image - blur(image, 1.0)) * rng.uniform(0.2, 0.9)
    if rng.random() < 0.5:
        image = image + noise(rng, image.shape, rng.uniform(2, 22), rng.uniform(0.3, 1.0) if rng.random() < 0.6 else 0)
    if rng.random() < 0.1:
        h, w = (int(rng.uniform(8, 24)) for _ in range(2))
        r, c = rng.integers(image.shape[0] - h), rng.integers(image.shape[1] - w)
        image[r : r + h, c : c + w] = rng.uniform(CLIP_LOW, 150)
    return image.clamp(CLIP_LOW, CLIP_HIGH)


class Sampler:
    """Endless training samples for one stage: 'whole' slices or 'fine' patches round kidneys."""

    def __init__(self, slices, stage, seed, masses=True, anatomies=None):
        self.slices, self.stage, self.anatomies = slices, stage, anatomies
        self.negatives = [(s, place) for s in slices for place in s.negatives]
        self.rng = np.random.default_rng(seed)
        self.cropped = False
        self.library = MassLibrary(slices)
        self.masses = masses and bool(self.library.items)
        weight = []
        for s in slices:
            if s.source == "volume" or (s.source == "stored" and not s.kidney_px):
                base = 0.5 if s.kidney_px else 0.25
                weight.append(base if stage == "whole" else (0.6 if s.kidney_px else 0.12))
            else:
                base = 0.7 if s.source == "narrow" else 1.0
                weight.append(base * (1.7 if s.mass_px else 1.0) * (1.4 if s.cyst_px else 1.0))
        self.weight = np.array(weight) / np.sum(weight)

    def draw(self):
        rng = self.rng
        s = self.slices[rng.choice(len(self.slices), p=self.weight)]
        shape = PATCH
        if self.stage == "whole":
            shape = WHOLE_CROP if self.cropped else WHOLE
            spread = (35, 32) if self.cropped else (12, 12)
            centre = [c + (rng.normal(0, d) + m) / s.pixel for c, d, m in zip(s.centre, spread, (12 if self.cropped else 0, 0))]
        elif self.negatives and rng.random() < 0.18:
            s, place = self.negatives[rng.integers(len(self.negatives))]
            centre = [c + rng.normal(0, 10) / s.pixel for c in place]
        elif s.boxes and rng.random() < 0.9:
            odds = np.array([2.0 if b[2] else 1.0 for b in s.boxes])
            box = s.boxes[rng.choice(len(s.boxes), p=odds / odds.sum())]
            jitter = 10 if rng.random() < 0.7 else 30
            centre = [c + rng.normal(0, jitter) / s.pixel for c in box[:2]]
        else:
            centre = [c + rng.normal(0, 60) / s.pixel for c in s.centre]
        label = s.label
        planes = np.stack([s.grey, (label > 0) * np.uint8(255), (label >= 2) * np.uint8(255), (label == 2) * np.uint8(255)])
        zoom = float(np.exp(rng.uniform(np.log(0.78), np.log(1.28))))
        rotation, flip = rng.normal(0, 0.16), rng.random() < 0.5
        zooms = (zoom * rng.uniform(0.93, 1.07), zoom * rng.uniform(0.93, 1.07))
        moved = warp(planes, s.pixel, centre, shape, rng, rotation, zooms, flip, rng.uniform(0, 3) if rng.random() < 0.6 else 0)
        image = moved[0] * SCALE + CLIP_LOW
        target = moved[1:] / 255.0
        transplanted = False
        if self.anatomies and s.kidney_px and rng.random() < (VOLUME_TRANSPLANTS if s.source == "volume" else TRANSPLANTS):
            away = [(m - c) * s.pixel for m, c in zip(s.centre, centre)]
            across = away[1] * zooms[1] * np.cos(rotation) - away[0] * zooms[0] * np.sin(rotation)
            middle = (shape[1] - 1) / 2 + (-across if flip else across) / PIXEL_MM
            transplanted = transplant(image, target, self.anatomies, self.library, middle, rng)
        if self.masses and s.kidney_px and not transplanted:
            chance = 0.22 if s.mass_px else 0.38
            if rng.random() < chance:
                add_mass(image, target, self.library, rng)
                if rng.random() < 0.2:
                    add_mass(image, target, self.library, rng)
        if self.masses and rng.random() < 0.15:
            add_decoy(image, target, self.library, rng)
        image = change_contrast(image, target, rng)
        image = finish(image, rng)
        return (image - MEAN_HU) / SD_HU, target

    def batch(self, n):
        # Whole and cropped slices take turns by batch, so that a batch has one shape.
        self.cropped = self.stage == "whole" and self.rng.random() < 0.7
        n = n * 3 // 2 if self.cropped else n
        pairs = [self.draw() for _ in range(n)]
        return torch.stack([p[0] for p in pairs])[:, None], torch.stack([p[1] for p in pairs])
