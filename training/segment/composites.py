"""Held-out anatomies painted into real CT that no network has seen: kidneys with their masses and cysts, in three dimensions.

    python composites.py --whole RUN --fine RUN [--fold 0] [--cases 24] [--pack] [--write ../../docs/model-results.json]

The label map of a held-out patient replaces one kidney of an evaluation-only CT (venous: ircad17, ircad1; unenhanced:
totalseg-example): same side, same centre, levels of the case's own histology (simulate/tissues.py), the CT's own kind of
noise. 'A' has arterial kidneys in a venous trunk, because no arterial background is at hand. Nothing of the composites
is kept. Appearance is simulated, with the same tables as the transplants of the training (not the same layers, nor any of
their shapes): the figures say what becomes of size and place, real slices say the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from data import SHARED, read_volume, rows
from evaluate import HERE, OnnxRunner, Runner, checkpoint, dice, network, settings
from join import label_volume, prepare, probabilities

sys.path += [str(HERE.parent / p) for p in ("anatomy", "simulate")]

from label_map import read_label_map  # noqa: E402
from measures import components  # noqa: E402
from tissues import CYST_HU, MASS, NECROSIS_HU  # noqa: E402

BACKGROUNDS = {"N": ("totalseg-example",), "A": ("ircad17", "ircad1"), "V": ("ircad17", "ircad1")}
KIDNEY = {"N": (34, 4), "A": (111, 30), "V": (135, 25)}
CORTEX_MM, CORTEX = 6.0, {"N": (0, 0), "A": (28, -32), "V": (6, -6)}
AROUND_MM, MARGIN_MM, BLUR_MM, FOUND = 30.0, 8.0, 0.6, 0.3
BINS = {"under2cm": (0, 20), "2to4cm": (20, 40), "from4cm": (40, 999)}


background = cache(read_volume)


def one_kidney(path, record):
    """Labels [slice feet to head, row, column] of the kidney that holds the largest tumour, and its spacing."""
    image = read_label_map(path)
    labels, (column, row, step) = image.labels[::-1], image.spacing_mm
    parts, _ = ndimage.label(labels > 0)
    mass = components(labels == 2, image.spacing_mm)[0][1]
    own = parts == np.bincount(parts[mass]).argmax()
    box = ndimage.find_objects(own.astype(int))[0]
    return np.where(own[box], labels[box], 0), (step, row, column)


def smooth_noise(rng, shape, sigma, sd):
    field = ndimage.gaussian_filter(rng.standard_normal(shape).astype(np.float32), sigma)
    return field * (sd / field.std())


def place(labels, spacing, shape, grid_mm, centre):
    """The label map on the CT's grid with the middle of its kidney at `centre` (voxels), moved along the body if it sticks out."""
    middle = np.array([w.mean() for w in np.nonzero(labels)]) * spacing
    low = np.array(centre) * grid_mm - middle
    top = labels.shape[0] * spacing[0]
    low[0] = min(max(low[0], 0), max((shape[0] - 1) * grid_mm[0] - top, 0))
    axes = [(np.arange(n) * g - o) / s for n, g, o, s in zip(shape, grid_mm, low, spacing)]
    keep = [np.flatnonzero((a > -1) & (a < n)) for a, n in zip(axes, labels.shape)]
    out = np.zeros(shape, np.uint8)
    grid = np.meshgrid(*(a[k] for a, k in zip(axes, keep)), indexing="ij")
    parts = [ndimage.map_coordinates((labels == v).astype(np.float32), grid, order=1) for v in (1, 2, 3)]
    best = np.argmax(parts, 0) + 1
    out[np.ix_(*keep)] = np.where(np.sum(parts, 0) >= 0.5, best, 0)
    return out


def paint_into(hu, own, label, spacing, phase, record, rng):
    """The CT with the kidney `own` replaced by `label`; only the box round both is painted."""
    where = np.nonzero((own | (label > 0)).any(0))
    rim = [int(MARGIN_MM * 2 / s) for s in spacing[1:]]
    box = (slice(None), *(slice(max(int(w.min()) - r, 0), int(w.max()) + r) for w, r in zip(where, rim)))
    image = hu.copy()
    image[box] = paint(hu[box], own[box], label[box], spacing, phase, record, rng)
    return image


def paint(hu, own, label, spacing, phase, record, rng):
    """A box of CT with the kidney `own` replaced by `label`."""
    n = "NAV".index(phase)
    noise_sd = float((hu - ndimage.gaussian_filter(hu, (0, 1.5, 1.5)))[ndimage.binary_erosion(own, iterations=2)].std())
    image = hu.copy()
    gone = ndimage.binary_dilation(own, iterations=2) & (label == 0)
    image[gone] = -100 + smooth_noise(rng, gone.shape, 0.7, noise_sd)[gone]
    filled = np.stack([ndimage.binary_fill_holes(ndimage.binary_closing(np.pad(p, 16), iterations=max(1, int(6 / spacing[1])))[16:-16, 16:-16]) for p in label > 0])
    sinus = filled & (label == 0)
    layer = np.full(hu.shape, -100.0, np.float32)
    depth = ndimage.distance_transform_edt(filled, sampling=spacing)
    level = rng.normal(*KIDNEY[phase])
    rim, inner = CORTEX[phase]
    layer[label == 1] = (level + np.where(depth < CORTEX_MM, rim, inner))[label == 1]
    kind = MASS.get(record["tumor_histologic_subtype"], MASS["other"])
    mass_level = rng.normal(kind[0], kind[1]) if n == 0 else max(0.46 * level + kind[2] + rng.normal(0, kind[3]) + (rng.normal(kind[4], kind[5]) if n == 2 else 0), 25)
    texture = smooth_noise(rng, hu.shape, 4 / np.array(spacing), 1) * kind[6][1] * (0.2, 0.8, 0.58)[n]
    tumour = label == 2
    layer[tumour] = (mass_level + texture)[tumour]
    if record["tumor_necrosis"] == "true":
        dead = tumour & (smooth_noise(rng, hu.shape, 6 / np.array(spacing), 1) > 0.4) & (ndimage.distance_transform_edt(tumour, sampling=spacing) > 5)
        layer[dead] = NECROSIS_HU[n][0]
    layer[label == 3] = CYST_HU[n][0]
    new = (label > 0) | sinus
    layer = layer + smooth_noise(rng, hu.shape, 0.7, noise_sd)
    sigma = (0, BLUR_MM / spacing[1], BLUR_MM / spacing[2])
    alpha = ndimage.gaussian_filter(new.astype(np.float32), sigma)
    layer = ndimage.gaussian_filter(np.where(ndimage.binary_dilation(new, iterations=2), layer, -100), sigma)
    return image * (1 - alpha) + layer * alpha


def judge(label, found, spacing):
    """Dice of kidney with masses, masses, tumour, cyst; every lesion by size; false masses."""
    ml = float(np.prod(spacing)) / 1000
    out = dict(kidney=dice(label > 0, found > 0), mass=dice(label >= 2, found >= 2), tumour=dice(label == 2, found == 2))
    if (label == 3).sum() * ml > 0.2:
        out["cyst"] = dice(label == 3, found == 3)
    parts, n = ndimage.label(label >= 2)
    out["lesions"], guess = [], ndimage.label(found >= 2)[0]
    for i, box in enumerate(ndimage.find_objects(parts), 1):
        own = parts[box] == i
        if own.sum() * ml < 0.15:
            continue
        area = own.sum((1, 2)).max() * spacing[1] * spacing[2]
        hit = own & (found[box] >= 2)
        lesion = dict(diameterMm=float(2 * np.sqrt(area / np.pi)), found=bool(hit.sum() >= FOUND * own.sum()), tumour=bool((label[box][own] == 2).mean() > 0.5))
        if lesion["found"]:
            ids = np.bincount(guess[box][hit])
            ids[0] = 0
            centre = np.round(ndimage.center_of_mass(guess == ids.argmax())).astype(int)
            lesion["centreInside"] = bool(label[tuple(centre)] >= 2)
        out["lesions"].append(lesion)
    ids, count = ndimage.label(found >= 2)
    out["false"] = sum(1 for i, box in enumerate(ndimage.find_objects(ids), 1) if (ids[box] == i).sum() * ml >= 0.5 and not (label[box] >= 2)[ids[box] == i].any())
    areas = ((label == 2).sum((1, 2)), (found == 2).sum((1, 2)))
    out["areaDiameterErrorCm"] = float(abs(2 * np.sqrt(areas[1].max() / np.pi) - 2 * np.sqrt(areas[0].max() / np.pi)) * np.sqrt(spacing[1] * spacing[2]) / 10)
    return out


def summarise(results):
    mean = lambda values: round(float(np.mean(values)), 3) if len(values) else None
    out = {"kidneys": len(results)}
    for key in ("kidney", "mass", "tumour", "cyst"):
        out[f"{key}Dice"] = mean([r[key] for r in results if key in r])
    lesions = [x for r in results for x in r["lesions"]]
    for name, (low, high) in BINS.items():
        some = [x["found"] for x in lesions if low <= x["diameterMm"] < high]
        out[f"found_{name}"] = {"n": len(some), "share": mean(some)}
    out["centreInsideShare"] = mean([x["centreInside"] for x in lesions if "centreInside" in x])
    out["falseMassesPerKidney"] = mean([r["false"] for r in results])
    out["areaDiameterErrorCmMedian"] = round(float(np.median([r["areaDiameterErrorCm"] for r in results])), 2)
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--whole", required=True)
    ap.add_argument("--fine", required=True)
    ap.add_argument("--fold", type=int, default=0)
    ap.add_argument("--cases", type=int, default=24)
    ap.add_argument("--phases", default="AVN")
    ap.add_argument("--pack", action="store_true")
    ap.add_argument("--picture", type=Path, help="draws the first composite of each phase there, for a look")
    ap.add_argument("--write", type=Path)
    a = ap.parse_args()
    torch.set_num_threads(1)
    for run in (a.whole, a.fine):
        if a.fold in checkpoint(run)["folds"]:
            raise SystemExit(f"{run} was trained on fold {a.fold}")
    pack = HERE.parents[1] / "public" / "models" / "renalens-demo"
    whole, fine = (OnnxRunner(pack / f"segment-{s}.onnx") for s in ("whole", "fine")) if a.pack else (Runner(network(r), True) for r in (a.whole, a.fine))
    maps, join = SHARED / "label-maps", settings()
    held_out = {r["case_id"] for r in rows(maps / "folds.csv") if r["fold"] == str(a.fold)}
    records = [r for r in rows(maps / "cases.csv") if r["case_id"] in held_out and r["largest_tumour_side"] in ("left", "right")]
    records = [records[i] for i in np.linspace(0, len(records) - 1, min(a.cases, len(records))).round().astype(int)]
    out = {}
    for phase in a.phases:
        results = []
        for i, record in enumerate(records):
            rng = np.random.default_rng([7, i, "NAV".index(phase)])
            hu, truth, spacing = background(BACKGROUNDS[phase][i % len(BACKGROUNDS[phase])])
            left = record["largest_tumour_side"] == "left"
            own = (truth == 1) & ((np.arange(hu.shape[2]) >= hu.shape[2] / 2) == left)
            labels, native = one_kidney(maps / "maps" / f"{record['case_id']}.nii.gz", record)
            label = place(labels, native, hu.shape, spacing, [w.mean() for w in np.nonzero(own)])
            z = np.nonzero((label > 0).any((1, 2)) | own.any((1, 2)))[0]
            cut = slice(max(int(z.min() - AROUND_MM / spacing[0]), 0), int(z.max() + AROUND_MM / spacing[0]) + 1)
            image = paint_into(hu[cut], own[cut], label[cut], spacing, phase, record, rng)
            images, grid = prepare(image, spacing)
            p, _ = probabilities(images, grid, whole, fine, join)
            found, masses = label_volume(p, grid, join)
            near = ndimage.binary_dilation(label[cut].any(0), iterations=int(MARGIN_MM / spacing[1]))
            found = found * near
            results.append(dict(case=record["case_id"], **judge(label[cut], found, spacing)))
            print(phase, record["case_id"], record["tumor_histologic_subtype"], {k: round(v, 2) for k, v in results[-1].items() if isinstance(v, float)}, results[-1]["false"], [(round(m["ml"], 1), round(m["tumour"], 2)) for m in masses], flush=True)
            if a.picture and i < 6:
                from PIL import Image

                n = int((label[cut] >= 2).sum((1, 2)).argmax())
                grey = np.clip((image[n] + 79) / 383 * 255, 0, 255).astype(np.uint8)
                rgb = np.stack([grey] * 3, -1)
                for source, colour in ((label[cut][n] >= 2, (255, 0, 0)), (found[n] >= 2, (255, 220, 0)), (found[n] > 0, (0, 255, 0))):
                    rgb[source ^ ndimage.binary_erosion(source)] = colour
                Image.fromarray(rgb).save(a.picture / f"composite-{phase}-{i}.png")
        out[phase] = summarise(results)
        print(phase, json.dumps(out[phase]), flush=True)
    if a.write:
        whole_file = json.loads(a.write.read_text())
        composites = whole_file["segmentation"].setdefault("composites", {"byPhase": {}})
        composites["about"] = f"label maps of fold {a.fold} painted into evaluation-only CT; appearance simulated"
        composites["byPhase"].update(out)
        a.write.write_text(json.dumps(whole_file, indent=2) + "\n")


if __name__ == "__main__":
    main()
