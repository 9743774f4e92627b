"""A trained folder of nnU-Net v2 with random weights, and what nnunetv2 answers with it."""

from __future__ import annotations

import json
import pickle
import types
from pathlib import Path

import nibabel
import numpy as np
import torch
from nnunetv2.inference import predict_from_raw_data
from nnunetv2.inference.export_prediction import convert_predicted_logits_to_segmentation_with_correct_shape
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.postprocessing.remove_connected_components import apply_postprocessing, remove_all_but_largest_component_from_segmentation
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from near_ties import doubtful

FEATURES = [4, 6, 8]
RESAMPLING = dict(
    resampling_fn_data="resample_data_or_seg_to_shape",
    resampling_fn_data_kwargs=dict(is_seg=False, order=3, order_z=0, force_separate_z=None),
    resampling_fn_seg="resample_data_or_seg_to_shape",
    resampling_fn_seg_kwargs=dict(is_seg=True, order=1, order_z=0, force_separate_z=None),
    resampling_fn_probabilities="resample_data_or_seg_to_shape",
    resampling_fn_probabilities_kwargs=dict(is_seg=False, order=1, order_z=0, force_separate_z=None),
)


def architecture(case: dict) -> dict:
    dims, stages = len(case["patch"]), len(case["strides"])
    kwargs = dict(
        n_stages=stages, features_per_stage=FEATURES[:stages], conv_op=f"torch.nn.modules.conv.Conv{dims}d",
        kernel_sizes=case.get("kernels", [[3] * dims] * stages), strides=case["strides"], conv_bias=True,
        norm_op=f"torch.nn.modules.instancenorm.InstanceNorm{dims}d", norm_op_kwargs=dict(eps=1e-5, affine=True),
        dropout_op=None, dropout_op_kwargs=None, nonlin="torch.nn.LeakyReLU", nonlin_kwargs=dict(inplace=True),
    )
    if case["net"] == "plain":
        kwargs.update(n_conv_per_stage=[2] * stages, n_conv_per_stage_decoder=[2] * (stages - 1))
        name = "dynamic_network_architectures.architectures.unet.PlainConvUNet"
    else:
        kwargs.update(n_blocks_per_stage=[1, 2, 2][:stages], n_conv_per_stage_decoder=[1] * (stages - 1))
        name = "dynamic_network_architectures.architectures.unet.ResidualEncoderUNet"
    return dict(network_class_name=name, arch_kwargs=kwargs, _kw_requires_import=["conv_op", "norm_op", "dropout_op", "nonlin"])


def make_folder(place: Path, case: dict) -> Path:
    folder = place / f"nnUNetTrainer__nnUNetPlans__{case['configuration']}"
    folder.mkdir()
    labels = dict(background=0, kidney=[1, 2, 3], masses=[2, 3], tumor=2) if case["regions"] else dict(background=0, kidney=1, tumor=2, cyst=3)
    dataset = dict(channel_names={"0": "CT"}, labels=labels, numTraining=1, file_ending=".nii.gz", **(dict(regions_class_order=[1, 3, 2]) if case["regions"] else {}))
    own = dict(
        data_identifier="x", preprocessor_name="DefaultPreprocessor", batch_size=2, patch_size=case["patch"], median_image_size_in_voxels=case["patch"],
        spacing=case["spacing"], normalization_schemes=["CTNormalization"], use_mask_for_norm=[False], **RESAMPLING, architecture=architecture(case), batch_dice=False,
    )
    transpose = case["transpose"]
    plans = dict(
        dataset_name="Dataset999_Random", plans_name="nnUNetPlans", original_median_spacing_after_transp=[1, 1, 1], original_median_shape_after_transp=[1, 1, 1],
        image_reader_writer=case["reader"], transpose_forward=transpose, transpose_backward=[transpose.index(n) for n in range(3)], configurations={case["configuration"]: own},
        experiment_planner_used="ExperimentPlanner", label_manager="LabelManager",
        foreground_intensity_properties_per_channel={"0": dict(mean=case["mean"], median=100.0, std=case["sd"], min=-500.0, max=1000.0, percentile_00_5=case["clip"][0], percentile_99_5=case["clip"][1])},
    )
    (folder / "plans.json").write_text(json.dumps(plans))
    (folder / "dataset.json").write_text(json.dumps(dataset))
    heads = 3 if case["regions"] else 4
    arch = own["architecture"]
    for fold in range(case["folds"]):
        torch.manual_seed(case["seed"] * 10 + fold)
        network = get_network_from_plans(arch["network_class_name"], arch["arch_kwargs"], arch["_kw_requires_import"], 1, heads, allow_init=False, deep_supervision=True)
        with torch.no_grad():
            head = network.decoder.seg_layers[-1]
            # Weights that sum to nothing over the features: no head wins by its offset alone.
            head.weight -= head.weight.mean(1, keepdim=True)
            head.weight *= 4
            head.bias.zero_()
            head.bias[0] += case["background"]
        checkpoint = dict(
            network_weights=network.state_dict(), optimizer_state={}, grad_scaler_state=None, logging=dict(mean_fg_dice=[np.float32(0.5)], epoch_start_timestamps=[np.float64(1.5)]),
            _best_ema=np.float64(0.5), current_epoch=1, init_args=dict(plans=plans, configuration=case["configuration"], fold=fold, dataset_json=dataset, device=torch.device("cpu")),
            trainer_name="nnUNetTrainer", inference_allowed_mirroring_axes=case["mirror"],
        )
        (folder / f"fold_{fold}").mkdir()
        torch.save(checkpoint, folder / f"fold_{fold}" / "checkpoint_final.pth")
    if case["largest"]:
        with open(folder / "postprocessing.pkl", "wb") as f:
            pickle.dump(([remove_all_but_largest_component_from_segmentation], [dict(labels_or_regions=case["largest"])]), f)
    return folder


class Single(types.ModuleType):
    """torch, but for `half`: the sums of tiles are kept in float32."""

    half = torch.float32

    def __getattr__(self, name):
        return getattr(torch, name)


def predict(folder: Path, ct: Path, case: dict) -> dict:
    def run(single: bool):
        keep = predict_from_raw_data.torch, predict_from_raw_data.compute_gaussian
        if single:
            gaussian = keep[1].__wrapped__
            predict_from_raw_data.torch = Single("torch")
            predict_from_raw_data.compute_gaussian = lambda size, **kw: gaussian(size, **{**kw, "dtype": torch.float32})
        try:
            predictor = nnUNetPredictor(use_mirroring=case["mirror"] is not None, perform_everything_on_device=False, device=torch.device("cpu"), allow_tqdm=False)
            predictor.initialize_from_trained_model_folder(str(folder), tuple(range(case["folds"])))
            image, properties = predictor.plans_manager.image_reader_writer_class().read_images([str(ct)])
            preprocessor = predictor.configuration_manager.preprocessor_class(verbose=False)
            data, _, properties = preprocessor.run_case_npy(image, None, properties, predictor.plans_manager, predictor.configuration_manager, predictor.dataset_json)
            logits = predictor.predict_logits_from_preprocessed_data(torch.from_numpy(data))
            given = dict(plans_manager=predictor.plans_manager, configuration_manager=predictor.configuration_manager, label_manager=predictor.label_manager, properties_dict=properties)
            labels = convert_predicted_logits_to_segmentation_with_correct_shape(logits, **given)
        finally:
            predict_from_raw_data.torch, predict_from_raw_data.compute_gaussian = keep
        return predictor, properties, data, logits, labels

    predictor, properties, data, logits, labels = run(True)
    half = run(False)[-1] if case["half"] else None
    spacing = [properties["spacing"][i] for i in predictor.plans_manager.transpose_forward]
    own = predictor.configuration_manager.spacing
    final = predictor.configuration_manager.resampling_fn_probabilities(logits, properties["shape_after_cropping_and_before_resampling"], own if len(own) == 3 else [spacing[0], *own], spacing)
    near = np.zeros(properties["shape_before_cropping"], bool)
    box = tuple(slice(a, b) for a, b in properties["bbox_used_for_cropping"])
    near[box] = doubtful(np.asarray(final), case["regions"], 0.0)
    near = near.transpose(predictor.plans_manager.transpose_backward)
    changed = None if half is None else int((labels != half).sum())
    if case["largest"]:
        labels = apply_postprocessing(labels, [remove_all_but_largest_component_from_segmentation], [dict(labels_or_regions=case["largest"])])
    return dict(image=data[0], logits=np.asarray(logits), labels=in_file_order(labels, ct, case), doubtful=in_file_order(near, ct, case), half=changed)


def in_file_order(array: np.ndarray, ct: Path, case: dict) -> np.ndarray:
    """[z, y, x] as the reader has it, back to the file's own axes."""
    array = np.asarray(array).transpose(2, 1, 0)
    if case["reader"] != "NibabelIOWithReorient":
        return array
    to_file = nibabel.orientations.ornt_transform(nibabel.orientations.axcodes2ornt("RAS"), nibabel.orientations.io_orientation(nibabel.load(ct).affine))
    return nibabel.orientations.apply_orientation(array, to_file)
