"""Random fields of the simulator: smooth texture of a given scale and CT noise with a given spectrum, on the patch grid."""

from __future__ import annotations

import numpy as np

SIZE = 224
PIXEL_MM = 0.625
_F = np.hypot(np.fft.fftfreq(SIZE, PIXEL_MM)[:, None], np.fft.rfftfreq(SIZE, PIXEL_MM)[None])


def smooth_field(rng: np.random.Generator, scale_mm: float) -> np.ndarray:
    """White noise smoothed by a Gaussian of sigma scale / 2, SD 1 (periodic, so rolled at random)."""
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE))) * np.exp(-2 * (np.pi * _F * scale_mm / 2) ** 2)
    field = np.fft.irfft2(spectrum, (SIZE, SIZE))
    return (field / field.std()).astype(np.float32)


def ct_noise(rng: np.random.Generator, sd_hu: float, f0: float) -> np.ndarray:
    """Noise with power spectrum f exp(-(f / f0)^2), f0 in 1/mm: the model that fits lossless slices."""
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE))) * np.sqrt(_F * np.exp(-((_F / f0) ** 2)))
    field = np.fft.irfft2(spectrum, (SIZE, SIZE))
    return (field * (sd_hu / field.std())).astype(np.float32)
