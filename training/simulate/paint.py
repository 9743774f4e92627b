"""Paints one three-phase study: label fractions + surroundings + histology -> HU of N, A, V on the patch.

Layers after the project's painting recipe, in 2-D: surroundings, kidney with cortex and medulla, sinus, mass with
texture, necrosis, scar, septa, fat and calcification, then blur and noise of each series. What the class adds beyond
histology is necrosis where the record has it, a blurred margin (30 % of aggressive masses, 10 % of others) and 15 %
more texture: assumptions of this simulator, not findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from bodies import TISSUES, Bodies
from fields import PIXEL_MM, SIZE, ct_noise, smooth_field
from tissues import BODY, CALCIFICATION, CYST_HU, MASS, NECROSIS_HU, SCAR, TEXTURE_SHARE

PHASES = ("N", "A", "V")


@dataclass
class Levels:
    """What was drawn for one study: kept as the parameters that the simulator's own ceiling model sees."""

    kidney: np.ndarray
    mass: np.ndarray
    necrosis_share: float = 0.0
    texture: float = 1.0
    blurred: bool = False
    extra: dict = field(default_factory=dict)


def _levels(rng: np.random.Generator, histology: str, size_cm: float) -> Levels:
    m = MASS.get(histology, MASS["other"])
    kidney_a = float(np.clip(rng.normal(101, 34), 45, 215))
    kidney = np.array([rng.normal(34, 4), kidney_a, float(np.clip(kidney_a + rng.normal(18, 18), 60, 225))])
    arterial = 0.46 * kidney_a + m[2] + rng.normal(0, m[3])
    if histology == "clear_cell_rcc":
        arterial -= 4.0 * (size_cm - 5)
    native = rng.normal(m[0], m[1])
    arterial = max(arterial, native + 3)
    venous = max(arterial + rng.normal(m[4], m[5]), native + 3)
    return Levels(kidney, np.array([native, arterial, venous]))


def _surroundings(rng: np.random.Generator, bodies: Bodies, side: str, kidney_centre: np.ndarray) -> np.ndarray:
    """Tissue index on the patch, the trunk's kidney laid over the painted one."""
    tissue, centre = bodies.draw(rng, side)
    scale = rng.uniform(0.88, 1.15)
    t = np.arange(SIZE, dtype=np.float32)
    warp = [ndimage.zoom(rng.normal(0, 3.0, (6, 6)), SIZE / 6, order=1) for _ in range(2)]
    jitter = rng.normal(0, 5, 2)
    rows = centre[0] + ((t[:, None] - kidney_centre[0]) * PIXEL_MM + jitter[0] + warp[0]) / (Bodies.pixel_mm * scale)
    columns = centre[1] + ((t[None] - kidney_centre[1]) * PIXEL_MM + jitter[1] + warp[1]) / (Bodies.pixel_mm * scale)
    return ndimage.map_coordinates(tissue, (rows, columns), order=0, cval=0)


def _mass_layers(rng: np.random.Generator, mass: np.ndarray, histology: str, record: dict, size_cm: float,
                 levels: Levels) -> list[np.ndarray]:
    """HU of the mass per phase, [rows, columns], before its margin is blended."""
    amplitude = MASS.get(histology, MASS["other"])[6]
    aggressive = record["paper_class"] == "malignant_aggressive"
    levels.texture = float(np.exp(rng.normal(0, 0.25)) * (1.15 if aggressive else 1.0))
    field_ = sum((a * smooth_field(rng, s) for a, s in zip(amplitude, (3, 7, 15, 30)) if a), np.zeros((SIZE, SIZE)))
    field_ = field_ * levels.texture
    own = smooth_field(rng, 5) * 0.5
    out = [levels.mass[p] + TEXTURE_SHARE[p] * (field_ + own * field_.std()) for p in range(3)]
    depth = ndimage.distance_transform_edt(mass > 0.5) * PIXEL_MM
    inner = depth / max(depth.max(), 1e-3)

    def put(share: np.ndarray, hu: tuple) -> None:
        for p in range(3):
            mean, sd = hu[p]
            out[p] = out[p] * (1 - share) + share * rng.normal(mean, sd)

    recorded = record["tumor_necrosis"] == "true"
    by_size = 0.0 if size_cm < 3 else 0.08 if size_cm < 4 else 0.15 if size_cm < 7 else 0.4
    if histology not in ("oncocytoma", "cyst", "angiomyolipoma") and rng.random() < (0.85 if recorded else by_size):
        share = float(np.clip(rng.beta(2, 4) * (0.4 + size_cm / 9), 0.03, 0.75))
        g = smooth_field(rng, max(4.0, 10 * size_cm * rng.uniform(0.15, 0.3))) + 1.2 * inner + 0.25 * smooth_field(rng, 3)
        cut = np.quantile(g[mass > 0.5], 1 - share) if (mass > 0.5).any() else 9
        levels.necrosis_share = share
        put(ndimage.gaussian_filter((g > cut).astype(float), 1.2), NECROSIS_HU)
    if histology in ("multilocular_cystic_rcc", "mest") or (histology == "clear_cell_rcc" and rng.random() < 0.06):
        septa = np.abs(smooth_field(rng, 9)) < 0.12
        rim = depth < rng.uniform(1.0, 3.0)
        solid = ndimage.gaussian_filter((septa | rim).astype(float), 0.8)
        wall = levels.mass + np.array([18, 45, 45]) if histology == "multilocular_cystic_rcc" else levels.mass
        fluid = [rng.normal(*CYST_HU[p]) for p in range(3)]
        for p in range(3):
            out[p] = out[p] * 0 + wall[p] * solid + fluid[p] * (1 - solid)
        levels.extra["cystic"] = 1.0
    if rng.random() < SCAR.get(histology, 0.0):
        put(np.clip((inner + 0.25 * smooth_field(rng, 4) - 0.75) * 4, 0, 1), ((36, 4), (55, 10), (75, 10)))
    if histology == "angiomyolipoma":
        share = rng.uniform(0.05, 0.9)
        g = smooth_field(rng, rng.uniform(4, 8))
        put(ndimage.gaussian_filter((g > np.quantile(g, 1 - share)).astype(float), 1), ((-70, 15), (-62, 15), (-60, 15)))
    if rng.random() < CALCIFICATION.get(histology, 0.03):
        g = smooth_field(rng, 2.5)
        spots = (g > 2.6) & (mass > 0.5)
        for p in range(3):
            out[p] = np.where(spots, rng.uniform(180, 600), out[p])
    return out


def paint(rng: np.random.Generator, parts: dict[str, np.ndarray], index_mass: np.ndarray, side: str, record: dict,
          bodies: Bodies) -> tuple[np.ndarray, Levels]:
    """HU [3, 224, 224] for N, A, V (float32, unclipped), and what was drawn."""
    histology = record["tumor_histologic_subtype"]
    size_cm = float(record["largest_tumour_axial_diameter_mm"]) / 10
    levels = _levels(rng, histology, size_cm)
    tumour, cyst = parts["tumour"], parts["cyst"]
    kidney = parts["kidney"]
    host = kidney + tumour + cyst > 0.5
    where = kidney > 0.5
    centre = np.array(ndimage.center_of_mass(where)) if where.any() else np.array([111.5, 111.5])
    centre = 0.7 * centre + 0.3 * np.array([111.5, 111.5])
    around = _surroundings(rng, bodies, side, centre)

    radius = int(8 / PIXEL_MM)
    disc = np.hypot(*np.mgrid[-radius : radius + 1, -radius : radius + 1]) <= radius
    small = host[::2, ::2]
    closed = np.pad(small, 20)
    closed = ndimage.binary_closing(closed, disc[::2, ::2])[20:-20, 20:-20]
    closed = np.kron(closed, np.ones((2, 2), bool)) | host
    sinus = closed & ~host
    depth = ndimage.distance_transform_edt(closed) * PIXEL_MM
    cortex_mm = rng.uniform(4.5, 7.5)
    pyramid = smooth_field(rng, 9)
    medulla = np.clip((depth - cortex_mm) / 2.0, 0, 1) * np.clip(pyramid * 2 + 1.2, 0, 1)
    contrast = (0.0, float(np.clip(rng.gamma(2.4, 34), 5, 170)), float(np.clip(rng.normal(17, 11), 0, 50)))
    grain = smooth_field(rng, 4)
    # Fat and vessels of the sinus reach into what is labelled kidney.
    inclusions = 70 * np.clip(smooth_field(rng, 3) - 1.3, 0, 1) * np.clip((depth - 6) / 4, 0, 1)
    organ = smooth_field(rng, 18)
    fat_threads = np.clip(smooth_field(rng, 2) - 1.3, 0, 1) * rng.uniform(5, 45)
    bowel = smooth_field(rng, 10)
    mean = {t: [rng.normal(*BODY[t][p]) for p in range(3)] for t in BODY}
    # One bolus per patient: vessels and organs rise together.
    strength = float(np.exp(rng.normal(0, 0.12)))
    mass_hu = _mass_layers(rng, tumour, histology, record, size_cm, levels)
    levels.blurred = bool(rng.random() < (0.3 if record["paper_class"] == "malignant_aggressive" else 0.1))
    margin = ndimage.gaussian_filter(tumour, rng.uniform(1.5, 3.5)) if levels.blurred else tumour
    # Shares sum to the smoothed union, so that no fat shines through where kidney and mass meet.
    total = np.clip(np.maximum(kidney + tumour + cyst, margin), 0, 1)
    margin = np.minimum(margin, total)
    cyst = np.minimum(cyst, total - margin)
    rest = total - margin - cyst
    thickness = rng.choice([1.0, 2.5, 3.0, 5.0], p=[0.2, 0.15, 0.2, 0.45])
    out = np.empty((3, SIZE, SIZE), np.float32)
    for p in range(3):
        hu = np.full((SIZE, SIZE), mean["fat"][p], np.float32) + 4 * organ + fat_threads
        for t, name in enumerate(TISSUES):
            if name in ("fat", "kidney"):
                continue
            m = around == t
            if not m.any():
                continue
            n = BODY[name][0][0] if p == 0 else mean[name][0]
            level = mean[name][p] if p == 0 else n + (mean[name][p] - n) * strength
            hu[m] = level + (3 * organ + 3 * grain)[m]
            if name == "bowel":
                inside = m & (ndimage.distance_transform_edt(m) * PIXEL_MM > 3)
                hu[inside] = np.where(bowel[inside] > 1.0, -700, 18 + 16 * bowel[inside])
            if name == "bone":
                hu[m] += 60 * np.abs(grain[m])
        cut = contrast[p]
        parenchyma = levels.kidney[p] + 0.5 * cut - cut * medulla + 6 * grain + 5 * organ - inclusions
        fill = -70 + 45 * np.clip(smooth_field(rng, 3), -0.5, 1.5) + np.where(grain > 1.5, (20, 110, 90)[p], 0)
        hu[sinus] = fill[sinus]
        hu = ndimage.gaussian_filter(hu, 0.9)
        hu = hu * (1 - total) + rest * parenchyma + cyst * (rng.normal(*CYST_HU[p]) + 2 * grain) + margin * mass_hu[p]
        hu = ndimage.gaussian_filter(hu, rng.uniform(0.6, 1.0))
        if p:
            hu = ndimage.shift(hu, rng.normal(0, 0.8, 2) / PIXEL_MM, order=1, mode="nearest")
        sd = float(np.clip(np.exp(rng.normal(np.log(23 / np.sqrt(thickness)), 0.25)), 6, 28))
        out[p] = hu + ct_noise(rng, sd, rng.uniform(0.18, 0.36))
    levels.extra["noise"] = sd
    return out, levels
