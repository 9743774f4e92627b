"""Writes small NIfTI files with nibabel and what they mean, in LPS, as golden.json.

Run: python make_golden.py (nibabel 5, numpy). Every file holds the same anatomy: value = round(x - 2 y + 3 z) HU at the
RAS position (x, y, z) of each voxel, so a reader that puts voxels elsewhere cannot agree.
"""

import gzip
import json
import pathlib

import nibabel as nib
import numpy as np

HERE = pathlib.Path(__file__).parent


def affine(axes, spacing, origin):
    a = np.eye(4)
    a[:3, :3] = np.array(axes, float).T * np.array(spacing)
    a[:3, 3] = origin
    return a


def rotation(degrees, axis):
    t = np.deg2rad(degrees)
    c, s = np.cos(t), np.sin(t)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    r = np.eye(3)
    r[i, i] = r[j, j] = c
    r[i, j], r[j, i] = -s, s
    return r


CASES = {
    "ras-int16": dict(axes=np.eye(3), size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(-3, 5, 7), dtype=np.int16),
    "las-uint8": dict(axes=np.diag([-1, 1, 1]), size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(30, 5, 37), dtype=np.uint8),
    "lps-float32": dict(axes=np.diag([-1, -1, 1]), size=(5, 4, 3), spacing=(1.5, 1.5, 5.0), origin=(3, 5, -7), dtype=np.float32),
    "coronal-int16": dict(axes=[[1, 0, 0], [0, 0, 1], [0, -1, 0]], size=(5, 4, 3), spacing=(2, 2, 6), origin=(-3, 5, 7), dtype=np.int16),
    "sagittal-int16": dict(axes=[[0, 1, 0], [0, 0, -1], [-1, 0, 0]], size=(5, 4, 3), spacing=(2, 2, 6), origin=(-3, 5, 7), dtype=np.int16),
    "oblique-int16": dict(axes=(rotation(12, 0) @ rotation(-7, 2)).T, size=(6, 5, 4), spacing=(0.8, 0.8, 2.5), origin=(-20, 11, 40), dtype=np.int16),
    "scaled-int16": dict(axes=np.eye(3), size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(-3, 5, 7), dtype=np.int16, slope=0.5, inter=-10),
    "big-endian-int16": dict(axes=np.eye(3), size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(-3, 5, 7), dtype=np.dtype(">i2"), endianness=">"),
    "qform-only-int16": dict(axes=(rotation(9, 1) @ np.diag([-1, 1, 1])).T, size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(-3, 5, 7), dtype=np.int16, sform=False),
    "nifti2-int32": dict(axes=np.eye(3), size=(5, 4, 3), spacing=(2.0, 3.0, 4.0), origin=(-3, 5, 7), dtype=np.int32, version=2),
}


def make(name, axes, size, spacing, origin, dtype, slope=None, inter=None, endianness="<", sform=True, version=1):
    a = affine(axes, spacing, origin)
    ijk = np.stack(np.meshgrid(*[np.arange(n) for n in size], indexing="ij"), -1)
    ras = ijk @ a[:3, :3].T + a[:3, 3]
    hu = np.round(ras[..., 0] - 2 * ras[..., 1] + 3 * ras[..., 2])
    if dtype == np.uint8:
        hu = np.clip(hu, 0, 255)
    stored = hu if slope is None else (hu - inter) / slope
    cls, header = (nib.Nifti1Image, nib.Nifti1Header) if version == 1 else (nib.Nifti2Image, nib.Nifti2Header)
    image = cls(stored.astype(dtype), a, header(endianness=endianness))
    image.set_qform(a, 1)
    image.set_sform(a if sform else None, 1 if sform else 0)
    path = HERE / f"{name}.nii.gz"
    raw = image.to_bytes()
    if slope is not None:
        # nibabel chooses its own factors when it scales; these are to be exactly the ones stated.
        raw = raw[:112] + np.array([slope, inter], "<f4").tobytes() + raw[120:]
    path.write_bytes(gzip.compress(raw, mtime=0))
    back = nib.load(path)
    again = np.round(np.asarray(back.dataobj, float))
    samples = [(0, 0, 0), tuple(n - 1 for n in size), (1, 2, 0), (3, 1, 2)]
    return {
        "file": path.name,
        "size": list(size),
        "samples": [
            {"lpsMm": (np.array([-1, -1, 1]) * (back.affine @ [*s, 1])[:3]).round(4).tolist(), "hu": int(again[s])} for s in samples
        ],
    }


if __name__ == "__main__":
    cases = [make(name, **case) for name, case in CASES.items()]
    (HERE / "golden.json").write_text(json.dumps(cases, indent=1) + "\n")
