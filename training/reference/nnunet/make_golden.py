"""What nnU-Net itself answers on crops of a real CT, with random weights, to hold the product's own run of it to.

    training/.venv/bin/python training/reference/nnunet/make_golden.py --shared ../shared [--only CASE ...]

Needs training/requirements.txt, training/requirements-nnunet.txt and `pip install --no-deps nnunet==1.7.1`. Writes into
golden/: two crops (NIfTI, see README.md), and per case the pack that training/export/nnunet.py makes of the trained folder,
`image.npy` and `logits.npy` (nnU-Net's preprocessed image and averaged logits, or probabilities for v1, at every
STRIDE-th voxel of the network's grid) and `labels.nii.gz` (its label map; 100 is added where the decision is a matter of
less than 1e-3). v2's float16 sums are made float32 for it, with which nothing else changes; how many labels its own float16
changes stands in golden.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results", "nnUNet_raw_data_base", "RESULTS_FOLDER"):
    os.environ.setdefault(name, tempfile.gettempdir())
# One thread: the networks are tiny.
for name in ("nnUNet_def_n_proc", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import nibabel  # noqa: E402
import numpy as np  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
# Last: the exporter's script has the name of nnU-Net v1's package.
sys.path.append(str(HERE.parents[1] / "export"))

from read_ct import read_dicom  # noqa: E402

STRIDE = 11

COMMON = dict(clip=(-79.0, 304.0), mean=101.0, sd=76.9)
CASES = {
    "v2-3d-fullres-coarse-softmax": dict(version=2, configuration="3d_fullres", crop="coarse", reader="SimpleITKIO", axes="dcm2niix", patch=[8, 24, 32], spacing=[4.0, 1.2, 1.2], strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2]], kernels=[[1, 3, 3], [3, 3, 3], [3, 3, 3]], mirror=(0, 1, 2), net="plain", folds=1, background=1.0, half=True),
    "v2-3d-fullres-even-regions": dict(version=2, configuration="3d_fullres", crop="even", reader="NibabelIOWithReorient", axes=None, patch=[16, 24, 32], spacing=[3.0, 3.0, 3.0], strides=[[1, 1, 1], [2, 2, 2], [2, 2, 2]], mirror=None, net="residual", folds=1, regions=True),
    "v2-2d-coarse-softmax": dict(version=2, configuration="2d", crop="coarse", reader="SimpleITKIO", axes="dcm2niix", patch=[32, 40], spacing=[1.1, 1.3], strides=[[1, 1], [2, 2], [2, 2]], mirror=(0, 1), net="plain", folds=2),
    "v2-2d-even-regions": dict(version=2, configuration="2d", crop="even", reader="NibabelIOWithReorient", axes=None, patch=[32, 32], spacing=[2.0, 2.0], strides=[[1, 1], [2, 2]], mirror=None, net="plain", folds=1, regions=True),
    "v2-3d-lowres-transposed-softmax": dict(version=2, configuration="3d_lowres", crop="even", reader="SimpleITKIO", axes="dcm2niix", transpose=[2, 0, 1], patch=[24, 24, 24], spacing=[3.5, 4.0, 3.0], strides=[[1, 1, 1], [2, 2, 2], [2, 2, 2]], mirror=(0, 2), net="plain", folds=2, largest=[1, 2, 3], background=0.5),
    "v1-3d-lowres-even-softmax": dict(version=1, configuration="3d_lowres", crop="even", axes="dcm2niix", patch=[16, 24, 24], spacing=[4.0, 4.2, 4.2], strides=[[1, 1, 1], [2, 2, 2], [2, 2, 2]], mirror=(0, 1, 2), folds=2),
    "v1-3d-fullres-coarse-regions": dict(version=1, configuration="3d_fullres", crop="coarse", axes="dcm2niix", patch=[8, 32, 32], spacing=[5.0, 1.3, 1.3], strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2]], mirror=None, folds=1, regions=True, largest=[[1, 2, 3], 2]),
    "v1-2d-coarse-softmax": dict(version=1, configuration="2d", crop="coarse", axes="dcm2niix", patch=[40, 32], spacing=[5.0, 1.2, 1.2], strides=[[1, 1], [2, 2], [2, 2]], mirror=(0, 1), folds=1),
}


def case_of(name: str) -> dict:
    """A case with its defaults and its seed."""
    defaults = dict(transpose=[0, 1, 2], regions=False, background=0.0, largest=[], half=False)
    return {**COMMON, **defaults, **CASES[name], "seed": 1000 + list(CASES).index(name)}


def crops(shared: Path, out: Path) -> None:
    """Two crops of tcga-ay-4070a round the right kidney, stored as dcm2niix would: one coarse along the body, one thinned in plane."""
    array, affine = read_dicom(shared / "real-ct" / "tcga-ay-4070a")
    array = np.round(array).astype(np.int16)
    for name, start, size, step in (("coarse", (130, 205, 48), (72, 66, 14), 1), ("even", (100, 150, 40), (66, 60, 18), 3)):
        part = array[tuple(slice(s, s + n * (step if a < 2 else 1), step if a < 2 else 1) for a, (s, n) in enumerate(zip(start, size)))]
        placed = affine.copy()
        placed[:3, 3] = affine[:3, 3] + affine[:3, :3] @ np.array(start)
        placed[:3, :2] *= step
        if name == "even":
            # A rim of exact zeros, as masked exports have: nnU-Net cuts it off first.
            part = np.pad(part, ((2, 3), (1, 0), (1, 2)))
            placed[:3, 3] -= placed[:3, :3] @ np.array([2, 1, 1])
        image = nibabel.Nifti1Image(part, placed)
        image.header.set_data_dtype(np.int16)
        image.set_qform(placed, 1)
        image.set_sform(placed, 1)
        nibabel.save(image, out / f"{name}.nii.gz")


def strided(array: np.ndarray) -> np.ndarray:
    """Every STRIDE-th element of the last three axes taken as one row, in C order."""
    return np.ascontiguousarray(array.reshape(*array.shape[:-3], -1)[..., ::STRIDE].astype(np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "golden")
    parser.add_argument("--only", nargs="+")
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    crops(a.shared, a.out)
    import run_v1
    import run_v2
    from nnunet_pack import write_pack
    from nnunet_plans import read_folder

    record_path = a.out / "golden.json"
    record = json.loads(record_path.read_text()) if record_path.exists() else {}
    for number, name in enumerate(CASES):
        if a.only and name not in a.only:
            continue
        case = case_of(name)
        ct = a.out / f"{case['crop']}.nii.gz"
        target = a.out / name
        if target.exists():
            shutil.rmtree(target)
        target.mkdir()
        with tempfile.TemporaryDirectory() as place:
            run = run_v2 if case["version"] == 2 else run_v1
            folder = run.make_folder(Path(place), case)
            found = run.predict(folder, ct, case)
            recipe = read_folder(folder, folds=None, axes=case["axes"], labels=None if case["version"] == 2 else "1=kidney,2=tumour,3=cyst", checkpoint=None, configuration=None, regions="1,3,2" if case["version"] == 1 and case["regions"] else None, postprocessing=folder / "postprocessing.pkl" if case["version"] == 2 and case["largest"] else None)
            write_pack(recipe, target / "pack", mirror=case["mirror"] is not None, stored=number == 0, title=f"Random weights, {name}", licence="Apache-2.0", kind="project", commercial=True)
        np.save(target / "image.npy", strided(found["image"]))
        np.save(target / "logits.npy", strided(found["logits"]))
        reference = nibabel.load(ct)
        # Readers give [z, y, x] of the file (or of its reoriented self); labels come back in the file's own order.
        labels = found["labels"].astype(np.uint8) + 100 * found["doubtful"].astype(np.uint8)
        image = nibabel.Nifti1Image(labels, reference.affine)
        image.header.set_data_dtype(np.uint8)
        nibabel.save(image, target / "labels.nii.gz")
        record[name] = dict(crop=case["crop"], shape=list(found["image"].shape[-3:]), stride=STRIDE, labels=np.bincount(found["labels"].ravel(), minlength=4).tolist(), doubtful=int(found["doubtful"].sum()), **({"labelsChangedByFloat16": found["half"]} if found.get("half") is not None else {}))
        print(name, record[name])
    record_path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
