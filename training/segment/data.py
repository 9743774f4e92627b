"""Reads the labelled slices and volumes into one cache: clipped HU as 8 bit, labels, pixel size, patient, fold.

    python data.py            writes ../cache/slices.npz (training and held-out slices, training volumes)

Pictures: rows run anterior to posterior, columns patient right to left. HU are clipped to [-79, 304] everywhere;
stored value g = (HU + 79) * 255 / 383. Volumes of `EVALUATION_ONLY` are never written into the cache.
"""

import csv
from pathlib import Path

import nibabel
import numpy as np
import pydicom
from PIL import Image
from scipy import ndimage

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
CACHE = HERE.parent / "cache" / "slices.npz"
CLIP_LOW, CLIP_HIGH = -79.0, 304.0
TRAINING_VOLUMES = ("tcga-ay-4070a", "acrin-unenhanced")
EVALUATION_ONLY = ("ircad1", "ircad17", "totalseg-example")
SLAB_MM = 3.0


def to_grey(hu):
    return np.clip((np.clip(hu, CLIP_LOW, CLIP_HIGH) - CLIP_LOW) * (255 / (CLIP_HIGH - CLIP_LOW)) + 0.5, 0, 255).astype(np.uint8)


def rows(path):
    with open(path, newline="") as stream:
        return list(csv.DictReader(stream))


def read_dicom_volume(folder):
    """HU [slice, row, column] with slices from feet to head, spacing (slice, row, column) in mm."""
    files = [pydicom.dcmread(p) for p in sorted(Path(folder).glob("*.dcm"))]
    row, column = (np.array(files[0].ImageOrientationPatient[i : i + 3], float) for i in (0, 3))
    if not (np.allclose(row, [1, 0, 0], atol=0.01) and np.allclose(column, [0, 1, 0], atol=0.01)):
        raise ValueError(f"{folder}: not a plain axial series")
    files.sort(key=lambda f: float(f.ImagePositionPatient[2]))
    z = np.array([float(f.ImagePositionPatient[2]) for f in files])
    hu = np.stack([f.pixel_array.astype(np.float32) * float(f.RescaleSlope) + float(f.RescaleIntercept) for f in files])
    spacing = (float(np.median(np.diff(z))), *(float(s) for s in files[0].PixelSpacing))
    return hu, spacing


def read_nifti_display(path):
    """Array as [slice, row, column]: slices feet to head, rows anterior to posterior, columns patient right to left."""
    image = nibabel.load(str(path))
    image = nibabel.as_closest_canonical(image)
    data = np.asanyarray(image.dataobj)
    spacing = image.header.get_zooms()[:3]
    return np.ascontiguousarray(data[::-1, ::-1].transpose(2, 1, 0)), (float(spacing[2]), float(spacing[1]), float(spacing[0]))


def read_volume(name):
    """HU, labels (1 kidney, 3 cyst) and spacing of a real volume, by the name of its folder."""
    if name == "totalseg-example":
        folder = SHARED / "more-data" / name
        hu, spacing = read_nifti_display(folder / "example_ct.nii.gz")
        seg, _ = read_nifti_display(folder / "example_seg_fast_force_split.nii.gz")
        return hu.astype(np.float32), np.isin(seg, (2, 3)).astype(np.uint8), spacing
    hu, spacing = read_dicom_volume(SHARED / "real-ct" / name)
    labels, _ = read_nifti_display(SHARED / "real-ct" / "kidney-masks" / f"{name}.nii.gz")
    if labels.shape != hu.shape:
        raise ValueError(f"{name}: mask {labels.shape} and CT {hu.shape} differ")
    return hu, labels.astype(np.uint8), spacing


def slabs(hu, spacing_mm):
    """Means of consecutive slices so that the slab step comes near 3 mm: [slab, row, column] and slices per slab."""
    per = max(1, int(np.floor(SLAB_MM / spacing_mm + 0.5)))
    return np.stack([hu[i : i + per].mean(0) for i in range(0, len(hu), per)]), per


def main():
    folds = {r["case_id"]: int(r["fold"]) for r in rows(SHARED / "label-maps" / "folds.csv")}
    phases = {r["case"]: r["phase"] for r in rows(SHARED / "more-data" / "rcc-radiomics-facts" / "kits19-phase.csv")}
    images, labels, table = [], [], []

    def add(image, label, pixel, source, case, fold, name):
        images.append(image)
        labels.append(label)
        table.append((source, case, fold, phases.get(case, ""), pixel, name))

    wide = SHARED / "real-stats" / "kits-slices-wide"
    for r in rows(wide / "index.csv"):
        image = np.array(Image.open(wide / "images" / r["file"]).convert("L"))
        label = np.array(Image.open(wide / "labels" / r["file"]))
        add(image, label, float(r["pixel_mm"]), "wide", r["case_id"], folds[r["case_id"]], r["file"])
    narrow = SHARED / "real-stats" / "kits-slices"
    for r in rows(narrow / "index.csv"):
        grey = np.array(Image.open(narrow / "images" / r["file"]).convert("L")).astype(np.float32)
        label = np.array(Image.open(narrow / "labels" / r["file"]))
        if grey.shape != (512, 512):
            continue
        # Nothing below 0 HU is left in these: fat and air go to the lower clip, the rim between is softened.
        low = ndimage.gaussian_filter((grey <= 0).astype(np.float32), 0.6)
        hu = np.where(grey <= 0, CLIP_LOW, grey) * (low > 0.5) + np.where(low > 0.5, 0, grey + CLIP_LOW * low)
        add(to_grey(hu), label, float(r["pixel_mm"]), "narrow", r["case_id"], folds[r["case_id"]], r["file"])
    for name in TRAINING_VOLUMES:
        hu, mask, spacing = read_volume(name)
        thick, per = slabs(hu, spacing[0])
        for i, plane in enumerate(thick):
            part = mask[i * per : (i + 1) * per]
            add(to_grey(plane), part[len(part) // 2], spacing[1], "volume", name, -1, f"{name}-{i:03d}")
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    source, case, fold, phase, pixel, name = (np.array(c) for c in zip(*table))
    np.savez_compressed(CACHE, image=np.stack(images), label=np.stack(labels), source=source, case=case, fold=fold, phase=phase, pixel=pixel, name=name)
    print({s: int((source == s).sum()) for s in np.unique(source)}, "fold 0:", int((fold == 0).sum()))


if __name__ == "__main__":
    main()
