"""Reads pickles of plain data without running anything that is in them.

A pickle may name any function and have it called. Here only containers, numbers and numpy arrays are built; the name of
anything else becomes a `Named`, which can be read and not called. Used for plans.pkl, *.model.pkl and postprocessing.pkl.
"""

from __future__ import annotations

import collections
import io
import pickle
from pathlib import Path

import numpy as np

_CONTAINERS = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): collections.defaultdict,
    **{("builtins", t.__name__): t for t in (set, frozenset, list, dict, tuple, int, float, complex, str, bytes, bytearray, bool, slice, range)},
}
_NUMPY = {("numpy", "ndarray"), ("numpy", "dtype")} | {(f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")}


class Named:
    """Stands for a function or class that a pickle names: `str()` gives module and name."""

    def __init__(self, name: str):
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __call__(self, *_args, **_kwargs):
        raise pickle.UnpicklingError(f"the file wants to call {self.name}; only plain data is read")


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        if (module, name) in _CONTAINERS:
            return _CONTAINERS[module, name]
        if (module, name) in _NUMPY:
            if module == "numpy":
                return getattr(np, name)
            return getattr(np._core.multiarray, name)
        return Named(f"{module}.{name}")


def read_pickle(path: Path):
    """The data of a pickle, or pickle.UnpicklingError with the name of what it wants to call."""
    return _Reader(io.BytesIO(Path(path).read_bytes())).load()
