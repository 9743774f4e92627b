"""The parts of the nnU-Net exporter on random weights: python training/export/test_nnunet.py

What nnU-Net itself answers is compared in training/reference/nnunet; here nothing of nnU-Net is needed.
"""

from __future__ import annotations

import json
import os
import pickle
import tempfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nnunet_network import Refused, Up, build, without_copies
from nnunet_plans import axes_of, label_list, load_checkpoint, parse_labels, read_folder, read_v1
from safe_pickle import read_pickle


def refused(call, *words: str) -> None:
    try:
        call()
    except (SystemExit, Refused, pickle.UnpicklingError) as reason:
        assert all(word in str(reason) for word in words), f"{reason!r} lacks {words}"
        return
    raise AssertionError(f"not refused: {words}")


def transposed_convolution_is_exact() -> None:
    for kernel in ((2, 2, 2), (1, 2, 2), (2, 1, 3), (2, 2), (1, 2)):
        dims = len(kernel)
        for bias in (True, False):
            torch.manual_seed(sum(kernel) + bias)
            plain = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}[dims](5, 3, kernel, kernel, bias=bias).double()
            x = torch.randn(1, 5, *(4 + n for n in range(dims)), dtype=torch.float64)
            up = Up(plain.weight.data, plain.bias.data if bias else None).double()
            with torch.no_grad():
                gap = float((up(x) - plain(x)).abs().max())
            assert gap < 1e-14, (kernel, gap)


class Runs:
    def __reduce__(self):
        return os.mkdir, (str(Path(tempfile.gettempdir()) / "code-in-a-pickle-ran"),)


def pickles_do_not_run() -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "plans.pkl"
        data = OrderedDict(a=np.arange(3.0), b=np.float64(1.5), c=[(1, 2), {3}], d=np.array([[1, 2]]))
        path.write_bytes(pickle.dumps(data))
        read = read_pickle(path)
        assert list(read) == list(data) and np.array_equal(read["a"], data["a"]) and read["b"] == 1.5 and read["c"] == data["c"]
        path.write_bytes(pickle.dumps(dict(x=Runs())))
        refused(lambda: read_pickle(path), "mkdir")
        # A function that is only named stays a name.
        path.write_bytes(pickle.dumps([os.getcwd]))
        assert str(read_pickle(path)[0]).endswith("getcwd")
        weights = Path(place) / "checkpoint_final.pth"
        torch.save(dict(network_weights={"a": torch.zeros(1)}, logging=dict(x=np.float32(0.5)), init_args=dict(device=torch.device("cpu"))), weights)
        assert "network_weights" in load_checkpoint(weights)
        torch.save(dict(network_weights={}, x=Runs()), weights)
        refused(lambda: load_checkpoint(weights), "holds more than weights", "mkdir")
        assert not (Path(tempfile.gettempdir()) / "code-in-a-pickle-ran").exists()


def conv(state: dict, name: str, out: int, into: int, dims: int, kernel: int = 3) -> None:
    state[f"{name}.weight"] = torch.randn(out, into, *[kernel] * dims)
    state[f"{name}.bias"] = torch.randn(out)


def small_v2(dims: int) -> dict:
    """PlainConvUNet of two stages with one convolution each, with the copies that v2 lists."""
    encoder: dict = {}
    for stage, (into, out) in enumerate(((1, 2), (2, 3))):
        conv(encoder, f"encoder.stages.{stage}.0.convs.0.conv", out, into, dims)
        encoder[f"encoder.stages.{stage}.0.convs.0.norm.weight"] = torch.ones(out)
        encoder[f"encoder.stages.{stage}.0.convs.0.norm.bias"] = torch.zeros(out)
    state = dict(encoder)
    state["decoder.transpconvs.0.weight"] = torch.randn(3, 2, *[2] * dims)
    state["decoder.transpconvs.0.bias"] = torch.randn(2)
    conv(state, "decoder.stages.0.convs.0.conv", 2, 4, dims)
    state["decoder.stages.0.convs.0.norm.weight"] = torch.ones(2)
    state["decoder.stages.0.convs.0.norm.bias"] = torch.zeros(2)
    conv(state, "decoder.seg_layers.0", 4, 2, dims, 1)
    return {**state, **{f"decoder.{name}": tensor.clone() for name, tensor in encoder.items()}}


def weights_must_fit_the_plans() -> None:
    flat, deep = [[1, 1], [2, 2]], [[1, 1, 1], [2, 2, 2]]
    network = build(small_v2(2), flat, 1e-5, 0.01)
    with torch.no_grad():
        assert list(network(torch.randn(1, 1, 8, 12)).shape) == [1, 4, 8, 12]
    refused(lambda: build(small_v2(2), deep, 1e-5, 0.01), "2-D network", "3-D", "own configuration")
    refused(lambda: build(small_v2(3), flat, 1e-5, 0.01), "3-D network", "2-D")
    refused(lambda: build(small_v2(3), [*deep, [2, 2, 2]], 1e-5, 0.01), "2 resolutions", "3 in the plans")
    refused(lambda: build({**small_v2(3), "attention.weight": torch.randn(1)}, deep, 1e-5, 0.01), "no place", "attention.weight")
    odd = small_v2(3)
    odd["decoder.encoder.stages.0.0.convs.0.conv.bias"] += 1
    refused(lambda: without_copies(odd), "copies", "encoder.stages.0.0.convs.0.conv.bias")
    prefixed = {f"module.{name}": tensor for name, tensor in small_v2(3).items()}
    build(prefixed, deep, 1e-5, 0.01)


def axes_and_labels() -> None:
    assert axes_of("NibabelIOWithReorient", None, [0, 1, 2])[0] == "SAR"
    assert axes_of("SimpleITKIO", "kits", [0, 1, 2])[0] == "LPI"
    assert axes_of("SimpleITKIO", "dcm2niix", [2, 0, 1])[0] == "LSA"
    refused(lambda: axes_of("SimpleITKIO", None, [0, 1, 2]), "--axes", "kits")
    refused(lambda: axes_of("SimpleITKIO", "SIL", [0, 1, 2]), "three letters")
    assert label_list(parse_labels("1=kidney,2=tumor,3=cyst"), 4) == ["background", "kidney", "tumour", "cyst"]
    assert label_list(parse_labels("1=liver,2=kidney"), 3) == ["background", "other", "kidney"]
    refused(lambda: label_list(parse_labels("1=kidney,4=cyst"), 3), "value 4")
    refused(lambda: label_list(parse_labels("1=liver"), 3), "no label means kidney")


def plans_of_another_dimension() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        refused(lambda: read_folder(folder, folds=None, axes=None, labels=None, checkpoint=None, configuration=None, regions=None, postprocessing=None), "plans.json", "plans.pkl")
        plans = dict(plans_per_stage={0: dict(patch_size=np.array([64, 64]))}, num_modalities=1)
        (folder / "plans.pkl").write_bytes(pickle.dumps(plans))
        refused(lambda: read_v1(folder, folder / "plans.pkl", None, "kits", None, "x", "3d_fullres", None, None), "3d_fullres is 3-dimensional", "patch of 2 axes")
        refused(lambda: read_v1(folder, folder / "plans.pkl", None, "kits", None, "x", None, None, None), "--configuration")


def inputs_that_one_ct_is_not() -> None:
    """A cascade's second stage wants labels beside the CT, other models want several images."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "fold_0").mkdir()
        torch.save(dict(network_weights={}, init_args=dict(configuration="3d_cascade_fullres")), folder / "fold_0" / "checkpoint_final.pth")
        full = dict(patch_size=[64, 64, 64])
        plans = dict(configurations={"3d_fullres": full, "3d_cascade_fullres": dict(inherits_from="3d_fullres", previous_stage="3d_lowres")})
        (folder / "plans.json").write_text(json.dumps(plans))
        (folder / "dataset.json").write_text(json.dumps(dict(channel_names={"0": "arterial", "1": "venous"})))
        given = dict(folds=None, axes=None, labels=None, checkpoint=None, regions=None, postprocessing=None)
        refused(lambda: read_folder(folder, configuration=None, **given), "3d_cascade_fullres", "second stage", "3d_lowres or 3d_fullres")
        refused(lambda: read_folder(folder, configuration="3d_fullres", **given), "2 channels", "one CT")
        plans = dict(plans_per_stage={0: dict(patch_size=np.array([64, 64, 64]))}, num_modalities=2)
        (folder / "plans.pkl").write_bytes(pickle.dumps(plans))
        refused(lambda: read_v1(folder, folder / "plans.pkl", None, "kits", None, "x", "3d_fullres", None, None), "2 channels", "one CT")
        refused(lambda: read_v1(folder, folder / "plans.pkl", None, "kits", None, "x", "3d_cascade_fullres", None, None), "second stage", "3d_lowres or 3d_fullres")


if __name__ == "__main__":
    for test in (transposed_convolution_is_exact, pickles_do_not_run, weights_must_fit_the_plans, axes_and_labels, plans_of_another_dimension, inputs_that_one_ct_is_not):
        test()
        print(f"ok {test.__name__}")
