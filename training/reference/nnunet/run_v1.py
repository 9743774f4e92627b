"""A trained folder of nnU-Net v1 with random weights, and what nnunet 1.7.1 answers with it.

The published package runs the network, the tiles, the resampling, the export and the post-processing; the loop over cases
and folds (inference/predict.py) is written out here, because it starts processes and wants a trainer.
"""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import sys
import types
from collections import OrderedDict
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import torch
from torch import nn

from near_ties import doubtful

# Only scores need it, which nobody asks for here.
sys.modules.setdefault("medpy", types.ModuleType("medpy")).metric = None
with contextlib.redirect_stdout(io.StringIO()):
    from nnunet.inference.segmentation_export import save_segmentation_nifti_from_softmax
    from nnunet.network_architecture.generic_UNet import Generic_UNet
    from nnunet.network_architecture.initialization import InitWeights_He
    from nnunet.postprocessing.connected_components import load_postprocessing, remove_all_but_the_largest_connected_component
    from nnunet.preprocessing.preprocessing import GenericPreprocessor, PreprocessorFor2D
    from nnunet.utilities.nd_softmax import softmax_helper

BASE = 4


def make_folder(place: Path, case: dict) -> Path:
    folder = place / case["configuration"] / "Task999_Random" / "nnUNetTrainerV2__nnUNetPlansv2.1"
    folder.mkdir(parents=True)
    flat = len(case["patch"]) == 2
    stage = dict(
        batch_size=2, num_pool_per_axis=[len(case["strides"]) - 1] * len(case["patch"]), patch_size=np.array(case["patch"]), median_patient_size_in_voxels=np.array([40, 60, 60]),
        current_spacing=np.array(case["spacing"]), original_spacing=np.array(case["spacing"]), do_dummy_2D_data_aug=False,
        pool_op_kernel_sizes=case["strides"][1:], conv_kernel_sizes=case.get("kernels", [[3] * len(case["patch"])] * len(case["strides"])),
    )
    # A task with a low resolution has a second stage; the first one is read here.
    stages = {0: stage, 1: {**stage, "current_spacing": np.array([1.0, 1.0, 1.0])}} if case["configuration"] == "3d_lowres" else {0: stage}
    intensity = OrderedDict({0: OrderedDict(median=100.0, mean=np.float64(case["mean"]), sd=np.float64(case["sd"]), mn=-500.0, mx=1000.0, percentile_99_5=np.float64(case["clip"][1]), percentile_00_5=np.float64(case["clip"][0]))})
    plans = dict(
        num_stages=len(stages), num_modalities=1, modalities={0: "CT"}, normalization_schemes=OrderedDict({0: "CT"}), dataset_properties=dict(intensityproperties=intensity, all_classes=[1, 2, 3]),
        list_of_npz_files=[], original_spacings=[np.array(case["spacing"])], original_sizes=[(40, 60, 60)], preprocessed_data_folder="", num_classes=3, all_classes=[1, 2, 3], base_num_features=BASE,
        use_mask_for_norm=OrderedDict({0: False}), keep_only_largest_region=None, min_region_size_per_class=None, min_size_per_class=None, transpose_forward=case["transpose"], transpose_backward=case["transpose"],
        data_identifier="nnUNetData_plans_v2.1", plans_per_stage=stages, preprocessor_name="PreprocessorFor2D" if flat else "GenericPreprocessor", conv_per_stage=2,
    )
    for fold in range(case["folds"]):
        torch.manual_seed(case["seed"] * 10 + fold)
        net = network(case)
        with torch.no_grad():
            head = net.seg_outputs[-1]
            head.weight -= head.weight.mean(1, keepdim=True)
            head.weight *= 4
        there = folder / f"fold_{fold}"
        there.mkdir()
        torch.save(dict(epoch=1, state_dict=net.state_dict(), optimizer_state_dict=None, lr_scheduler_state_dict=None, plot_stuff=([np.float64(0.5)], [0.4], [], []), best_stuff=(None, None, None), amp_grad_scaler=None), there / "model_final_checkpoint.model")
        with open(there / "model_final_checkpoint.model.pkl", "wb") as f:
            pickle.dump(OrderedDict(init=("plans.pkl", fold), name="nnUNetTrainerV2", plans=plans), f)
    with open(folder / "plans.pkl", "wb") as f:
        pickle.dump(plans, f)
    if case["largest"]:
        (folder / "postprocessing.json").write_text(json.dumps(dict(for_which_classes=case["largest"], min_valid_object_sizes="None")))
    return folder


def network(case: dict) -> Generic_UNet:
    """As nnUNetTrainerV2.initialize_network builds it."""
    flat = len(case["patch"]) == 2
    heads = 3 if case["regions"] else 4
    net = Generic_UNet(
        1, BASE, heads, len(case["strides"]) - 1, 2, 2, nn.Conv2d if flat else nn.Conv3d, nn.InstanceNorm2d if flat else nn.InstanceNorm3d, dict(eps=1e-5, affine=True),
        nn.Dropout2d if flat else nn.Dropout3d, dict(p=0, inplace=True), nn.LeakyReLU, dict(negative_slope=1e-2, inplace=True), True, False, lambda x: x, InitWeights_He(1e-2),
        case["strides"][1:], case.get("kernels", [[3] * len(case["patch"])] * len(case["strides"])), False, True, True,
    )
    net.inference_apply_nonlin = torch.sigmoid if case["regions"] else softmax_helper
    return net


def predict(folder: Path, ct: Path, case: dict) -> dict:
    with contextlib.redirect_stdout(io.StringIO()):
        return quietly(folder, ct, case)


def quietly(folder: Path, ct: Path, case: dict) -> dict:
    with open(folder / "plans.pkl", "rb") as f:
        plans = pickle.load(f)
    stage = plans["plans_per_stage"][0]
    kind = PreprocessorFor2D if len(case["patch"]) == 2 else GenericPreprocessor
    preprocessor = kind(plans["normalization_schemes"], plans["use_mask_for_norm"], plans["transpose_forward"], plans["dataset_properties"]["intensityproperties"])
    data, _, properties = preprocessor.preprocess_test_case([str(ct)], stage["current_spacing"])
    net = network(case)
    net.eval()
    net.do_ds = False
    order = [1, 3, 2] if case["regions"] else None
    total = None
    for fold in range(case["folds"]):
        saved = torch.load(folder / f"fold_{fold}" / "model_final_checkpoint.model", map_location="cpu", weights_only=False)
        net.load_state_dict(saved["state_dict"])
        one = net.predict_3D(data, do_mirroring=case["mirror"] is not None, mirror_axes=case["mirror"] or (), use_sliding_window=True, step_size=0.5, patch_size=np.array(case["patch"]), regions_class_order=order, use_gaussian=True, pad_border_mode="constant", pad_kwargs=dict(constant_values=0), all_in_gpu=False, verbose=False, mixed_precision=False)[1]
        total = one.copy() if total is None else total + one
    total = total / case["folds"]
    out = folder / "labels.nii.gz"
    npz = folder / "soft.npz"
    save_segmentation_nifti_from_softmax(total, str(out), properties, 1, order, None, None, None, None, None, 0, verbose=False)
    image = sitk.ReadImage(str(out))
    labels = sitk.GetArrayFromImage(image)
    if case["largest"]:
        classes, least = load_postprocessing(str(folder / "postprocessing.json"))
        labels = remove_all_but_the_largest_connected_component(labels, classes, float(np.prod(image.GetSpacing())), least)[0]
    from nnunet.inference import segmentation_export

    # What the export resampled the probabilities to, for the voxels that a hair decides.
    kept = {}
    inner = segmentation_export.resample_data_or_seg
    segmentation_export.resample_data_or_seg = lambda *a, **k: kept.setdefault("final", inner(*a, **k))
    save_segmentation_nifti_from_softmax(total, str(out), properties, 1, order, None, None, None, None, None, 0, verbose=False)
    segmentation_export.resample_data_or_seg = inner
    near = np.zeros(labels.shape, bool)
    near[tuple(slice(a, b) for a, b in properties["crop_bbox"])] = doubtful(kept.get("final", total), case["regions"], 0.5)
    assert not npz.exists()
    return dict(image=data[0], logits=total, labels=labels.transpose(2, 1, 0), doubtful=near.transpose(2, 1, 0))
