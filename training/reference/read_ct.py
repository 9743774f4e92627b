"""Real CT as the array that dcm2niix would store: i towards the left, j towards the front, k towards the head."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pydicom


def read_dicom(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """HU array a[i, j, k] and RAS affine, rounded through float32, of one axial series."""
    slices = [pydicom.dcmread(path) for path in sorted(folder.iterdir()) if path.suffix == ".dcm"]
    slices = [item for item in slices if "ImagePositionPatient" in item]
    rows, columns = np.split(np.array(slices[0].ImageOrientationPatient, float), 2)
    normal = np.cross(rows, columns)
    slices.sort(key=lambda item: float(normal @ np.array(item.ImagePositionPatient, float)))
    stack = []
    for item in slices:
        slope, intercept = float(item.get("RescaleSlope", 1)), float(item.get("RescaleIntercept", 0))
        stack.append(item.pixel_array.astype(float) * slope + intercept)
    array = np.stack(stack).transpose(2, 1, 0)[:, ::-1, :]
    first, last = (np.array(item.ImagePositionPatient, float) for item in (slices[0], slices[-1]))
    between_rows, between_columns = (float(value) for value in slices[0].PixelSpacing)
    affine = np.eye(4)
    affine[:3, 0] = rows * between_columns
    affine[:3, 1] = -columns * between_rows
    affine[:3, 2] = (last - first) / (len(slices) - 1)
    affine[:3, 3] = first + columns * between_rows * (array.shape[1] - 1)
    affine[:2] *= -1
    return array, affine.astype(np.float32).astype(float)


def read_nifti(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """HU array and affine exactly as stored."""
    image = nibabel.load(path)
    return np.asarray(image.get_fdata()), image.affine
