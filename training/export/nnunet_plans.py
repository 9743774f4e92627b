"""A trained nnU-Net folder, v1 or v2, as one recipe: what its plans say of the way from a CT to labels.

`read_folder(path, ...)` gives a Recipe. Nothing of nnU-Net is imported, and nothing in the files is run: JSON, pickles of
plain data (safe_pickle.py), checkpoints with torch's `weights_only`. What is not understood is refused in words.

Source of every rule: MIC-DKFZ/nnUNet, master @0e49508 (v2) and nnunetv1 @db16c6c (v1).
"""

from __future__ import annotations

import ast
import json
import pickle
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from safe_pickle import read_pickle

# Readers that put every image into one orientation: axis 0 to the head, 1 to the front, 2 to the right (RAS, z y x).
REORIENTING = {"NibabelIOWithReorient", "SimpleITKIOWithReorient"}
# Other readers keep the file's own order, so the training data decides.
TRAINING_AXES = {
    "kits": "LPI",
    "dcm2niix": "SAL",
    "dicom": "SPL",
}
MEANINGS = {"background": "background", "kidney": "kidney", "kidneys": "kidney", "tumor": "tumour", "tumour": "tumour", "cyst": "cyst", "cysts": "cyst", "mass": "mass", "masses": "mass", "lesion": "mass"}


@dataclass
class Recipe:
    framework: str
    configuration: str
    axes: str
    transpose: list[int]
    spacing: list[float | None]
    patch: list[int]
    intensity: dict
    image_rule: dict
    output_rule: dict
    mirror: list[int]
    decision: dict
    labels: list[str]
    postprocessing: list[dict]
    strides: list[list[int]]
    norm_eps: float
    slope: float
    folds: dict[str, Path]
    heads: int
    record: dict = field(default_factory=dict)


def stop(sentence: str):
    raise SystemExit(sentence)


def load_checkpoint(path: Path) -> dict:
    """A checkpoint without running anything in it: tensors, containers and numpy numbers."""
    number = [np.dtype, np.ndarray, np._core.multiarray.scalar, np._core.multiarray._reconstruct, *{type(np.dtype(t)) for t in ("f2", "f4", "f8", "i4", "i8", "u1", "?")}]
    try:
        with torch.serialization.safe_globals(number):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        wanted = next((line.strip() for line in str(error).splitlines() if "GLOBAL" in line), str(error).splitlines()[0])
        stop(f"{path}: holds more than weights and is not opened ({wanted}). Save its network weights alone with torch.save and export again.")


def find_folds(folder: Path, wanted: list[str] | None, checkpoint: str) -> dict[str, Path]:
    found = {p.name.removeprefix("fold_"): p / checkpoint for p in sorted(folder.glob("fold_*")) if (p / checkpoint).exists()}
    if (folder / "all" / checkpoint).exists():
        found["all"] = folder / "all" / checkpoint
    if wanted is None:
        wanted = [name for name in found if name != "all"] or list(found)
    missing = [name for name in wanted if name not in found]
    if missing or not wanted:
        stop(f"{folder}: no {checkpoint} in fold_{', fold_'.join(missing or ['*'])}; found: {', '.join(found) or 'none'}")
    return {name: found[name] for name in wanted}


def parse_labels(text: str) -> dict[int, str]:
    """'1=kidney,2=tumour,3=cyst' to numbers and meanings."""
    pairs = [part.split("=") for part in text.split(",")]
    if any(len(pair) != 2 or not pair[0].strip().isdigit() for pair in pairs):
        stop("--labels wants numbers and names: 1=kidney,2=tumour,3=cyst")
    named = {int(value): MEANINGS.get(name.strip().lower(), "other") for value, name in pairs}
    return {value: "tumour" if name == "mass" else name for value, name in named.items()}


def label_list(meaning: dict[int, str], count: int) -> list[str]:
    labels = ["background", *("other" for _ in range(1, count))]
    for value, name in meaning.items():
        if not 0 < value < count:
            stop(f"--labels names value {value}, but this network has labels 0 to {count - 1}")
        labels[value] = name
    if "kidney" not in labels:
        stop("no label means kidney; say which with --labels, for instance 1=kidney,2=tumour,3=cyst")
    return labels


def axes_of(reader: str, given: str | None, transpose: list[int]) -> tuple[str, str]:
    """Patient directions of the network's axes, and how they were found."""
    if given:
        base = TRAINING_AXES.get(given, given.upper())
        how = f"given: {given}"
    elif reader in REORIENTING:
        base, how = "SAR", f"reader {reader}"
    else:
        stop(
            f"reader {reader} keeps the file's own order of axes, which plans do not tell: say with --axes what it was trained on: "
            "kits (NIfTI of KiTS19/21/23 as published), dcm2niix (NIfTI by dcm2niix), dicom (NIfTI by SimpleITK from DICOM), or three letters such as SAL"
        )
    letters = ["RL", "AP", "SI"]
    if len(base) != 3 or any(sum(letter in pair for letter in base) != 1 for pair in letters):
        stop(f"--axes {base}: wants three letters, one of L R, one of A P, one of S I: where array axes 0, 1 and 2 grow to")
    return "".join(base[i] for i in transpose), how


def dimensions(configuration: str, patch: list[int], where: str) -> None:
    wanted = 2 if configuration == "2d" else 3
    if len(patch) != wanted:
        stop(f"{where}: configuration {configuration} is {wanted}-dimensional, but its plans describe a patch of {len(patch)} axes. Give the plans file of {'the 2d' if len(patch) == 2 else 'a 3d'} configuration with weights of the same, or name the right configuration.")


def read_folder(folder: Path, *, folds: list[str] | None, axes: str | None, labels: str | None, checkpoint: str | None, configuration: str | None, regions: str | None, postprocessing: Path | None, plans_file: Path | None = None) -> Recipe:
    if (folder / "plans.json").exists():
        return read_v2(folder, folds, axes, labels, checkpoint or "checkpoint_final.pth", configuration, postprocessing)
    if plans_file or (folder / "plans.pkl").exists():
        return read_v1(folder, plans_file or folder / "plans.pkl", folds, axes, labels, checkpoint or "model_final_checkpoint.model", configuration, regions, postprocessing)
    stop(f"{folder}: neither plans.json (nnU-Net v2) nor plans.pkl (v1); give the folder that holds it and the fold_* folders")


# ---------------------------------------------------------------------------------------------------------------- v2


def rule_of(configuration: dict, name: str, order: int) -> dict:
    function = configuration.get(name, "resample_data_or_seg_to_shape")
    if function != "resample_data_or_seg_to_shape":
        stop(f"plans.json: {name} is {function}; only resample_data_or_seg_to_shape is understood")
    given = configuration.get(f"{name}_kwargs", {})
    found = given.get("order", 3), given.get("order_z", 0)
    if found[0] not in ((1, 3) if order == 3 else (1,)) or found[1] not in (0, 1):
        stop(f"plans.json: {name} wants order {found[0]} and {found[1]} along the coarse axis; understood: {'1, 3' if order == 3 else '1'} and 0, 1")
    return dict(order=found[0], orderZ=found[1], separateZ=given.get("force_separate_z", False))


def merged(configurations: dict, name: str) -> dict:
    """A configuration with what it inherits."""
    if name not in configurations:
        stop(f"plans.json has no configuration {name}; it has {', '.join(configurations)}")
    own = configurations[name]
    parent = own.get("inherits_from")
    return {**(merged(configurations, parent) if parent else {}), **own}


def architecture_v2(configuration: dict) -> tuple[list[list[int]], float, float]:
    if "architecture" in configuration:
        name = configuration["architecture"]["network_class_name"].split(".")[-1]
        kwargs = configuration["architecture"]["arch_kwargs"]
        norm, nonlin = str(kwargs.get("norm_op")), str(kwargs.get("nonlin"))
        if "InstanceNorm" not in norm or not nonlin.endswith("LeakyReLU") or kwargs.get("nonlin_first"):
            stop(f"plans.json: normalisation {norm} with {nonlin}; only InstanceNorm before LeakyReLU is understood")
        strides = kwargs["strides"]
        eps = (kwargs.get("norm_op_kwargs") or {}).get("eps", 1e-5)
        slope = (kwargs.get("nonlin_kwargs") or {}).get("negative_slope", 0.01)
    else:
        name, strides, eps, slope = configuration["UNet_class_name"], configuration["pool_op_kernel_sizes"], 1e-5, 0.01
    if name not in ("PlainConvUNet", "ResidualEncoderUNet"):
        stop(f"plans.json: network {name}; PlainConvUNet and ResidualEncoderUNet are understood")
    dims = len(configuration["patch_size"])
    return [[s] * dims if isinstance(s, int) else list(s) for s in strides], eps, slope


def postprocessing_v2(path: Path | None) -> list[dict]:
    if path is None:
        return []
    functions, keywords = read_pickle(path)
    steps = []
    for function, kwargs in zip(functions, keywords):
        if not str(function).endswith("remove_all_but_largest_component_from_segmentation") or kwargs.get("background_label", 0) != 0:
            stop(f"{path}: step {function} {kwargs} is not understood")
        wanted = kwargs["labels_or_regions"]
        flat = np.unique(np.hstack([np.ravel(w) for w in (wanted if isinstance(wanted, list) else [wanted])]))
        steps.append(dict(values=[int(v) for v in flat], connectivity=26))
    return steps


CASCADE = "a cascade's second stage reads the first one's labels, which is not understood; give 2d, 3d_lowres or 3d_fullres"


def read_v2(folder, folds, axes, labels, checkpoint, configuration, postprocessing) -> Recipe:
    plans = json.loads((folder / "plans.json").read_text())
    dataset = json.loads((folder / "dataset.json").read_text())
    found = find_folds(folder, folds, checkpoint)
    first = load_checkpoint(next(iter(found.values())))
    name = configuration or first.get("init_args", {}).get("configuration") or folder.name.split("__")[-1]
    own = merged(plans["configurations"], name)
    kind = next((k for k in ("2d", "3d_lowres", "3d_fullres") if name.startswith(k)), None)
    if kind is None or own.get("previous_stage"):
        stop(f"configuration {name}: {CASCADE}")
    dimensions(kind, own["patch_size"], "plans.json")
    channels = dataset.get("channel_names", dataset.get("modality", {}))
    if len(channels) != 1:
        stop(f"dataset.json: {len(channels)} channels; one CT is read at a time")
    scheme = own["normalization_schemes"][0]
    if scheme != "CTNormalization":
        stop(f"plans.json: normalisation {scheme}; only CTNormalization is understood")
    values = plans["foreground_intensity_properties_per_channel"]["0"]
    transpose = plans["transpose_forward"]
    reader = dataset.get("overwrite_image_reader_writer") or plans.get("image_reader_writer", "SimpleITKIO")
    reader = reader if reader != "None" else plans.get("image_reader_writer", "SimpleITKIO")
    found_axes, how = axes_of(reader, axes, transpose)
    given = {k: v for k, v in dataset["labels"].items() if k != "ignore"}
    by_region = any(isinstance(v, (list, tuple)) and len(v) > 1 for v in given.values())
    every = sorted({int(x) for v in given.values() for x in (v if isinstance(v, (list, tuple)) else [v])})
    if every != list(range(len(every))):
        stop(f"dataset.json: labels {every} are not numbered without gaps")
    if by_region:
        order = dataset["regions_class_order"]
        names = [k for k, v in given.items() if np.unique(v).tolist() != [0]]
        if len(order) != len(names):
            stop(f"dataset.json: {len(names)} regions, but regions_class_order has {len(order)}")
        decision, heads = dict(kind="regions", values=[int(v) for v in order]), len(order)
        meaning = {int(v): MEANINGS.get(n.lower(), "other") for v, n in zip(order, names)}
    else:
        decision, heads = dict(kind="argmax"), len(every)
        meaning = {int(v[0] if isinstance(v, (list, tuple)) else v): MEANINGS.get(k.lower(), "other") for k, v in given.items()}
        meaning.pop(0, None)
    # What is left of the masses where a tumour has a label of its own are the cysts.
    meaning = {v: ("cyst" if "tumour" in meaning.values() else "tumour") if n == "mass" else n for v, n in meaning.items()}
    strides, eps, slope = architecture_v2(own)
    mirror = first.get("inference_allowed_mirroring_axes")
    spacing = list(own["spacing"])
    return Recipe(
        framework="nnunet-v2", configuration=kind, axes=found_axes, transpose=transpose,
        spacing=[None, *spacing[-2:]] if kind == "2d" else spacing, patch=list(own["patch_size"]),
        intensity=dict(clipHu=[values["percentile_00_5"], values["percentile_99_5"]], meanHu=values["mean"], sdHu=max(values["std"], 1e-8)),
        image_rule=rule_of(own, "resampling_fn_data", 3), output_rule=rule_of(own, "resampling_fn_probabilities", 1),
        mirror=[int(a) for a in mirror] if mirror else [], decision=decision,
        labels=label_list(parse_labels(labels) if labels else meaning, len(every)),
        postprocessing=postprocessing_v2(postprocessing), strides=strides, norm_eps=eps, slope=slope, folds=found, heads=heads,
        record=dict(dataset=plans.get("dataset_name"), plans=plans.get("plans_name"), configuration=name, trainer=first.get("trainer_name"), reader=reader, axesFrom=how, transposeForward=transpose, labels=dataset["labels"]),
    )


# ---------------------------------------------------------------------------------------------------------------- v1


def configuration_v1(folder: Path, given: str | None) -> str:
    kinds = ("2d", "3d_lowres", "3d_fullres")
    name = given or next((part for part in folder.resolve().parts[::-1] if part in (*kinds, "3d_cascade_fullres")), None)
    if name == "3d_cascade_fullres":
        stop(f"configuration {name}: {CASCADE}")
    if name not in kinds:
        stop("plans.pkl does not say which configuration the weights are of: give --configuration 2d, 3d_lowres or 3d_fullres")
    return name


def postprocessing_v1(path: Path) -> list[dict]:
    if not path.exists():
        return []
    found = json.loads(path.read_text())
    least = found.get("min_valid_object_sizes")
    least = ast.literal_eval(least) if isinstance(least, str) else least
    steps = []
    for wanted in found["for_which_classes"]:
        values = [int(v) for v in (wanted if isinstance(wanted, list) else [wanted])]
        size = None if least is None else least[tuple(values) if isinstance(wanted, list) else wanted]
        steps.append(dict(values=values, connectivity=6, **({} if size is None else dict(minMm3=float(size)))))
    return steps


def read_v1(folder, plans_file, folds, axes, labels, checkpoint, configuration, regions, postprocessing) -> Recipe:
    try:
        plans = read_pickle(plans_file)
    except pickle.UnpicklingError as error:
        stop(f"{plans_file}: {error}")
    name = configuration_v1(folder, configuration)
    stages = plans["plans_per_stage"]
    own = stages[min(stages) if name == "3d_lowres" else max(stages)]
    patch = [int(v) for v in own["patch_size"]]
    dimensions(name, patch, str(plans_file.name))
    if plans["num_modalities"] != 1:
        stop(f"plans.pkl: {plans['num_modalities']} channels; one CT is read at a time")
    scheme = plans["normalization_schemes"][0]
    if scheme != "CT" or plans["use_mask_for_norm"][0]:
        stop(f"plans.pkl: normalisation {scheme}, mask {plans['use_mask_for_norm'][0]}; only CT without a mask is understood")
    values = plans["dataset_properties"]["intensityproperties"][0]
    transpose = [int(v) for v in plans.get("transpose_forward") or [0, 1, 2]]
    found_axes, how = axes_of("SimpleITK (v1)", axes, transpose)
    count = int(plans["num_classes"]) + 1
    if labels is None:
        stop(f"plans.pkl has numbers for its {count - 1} labels and no names: give --labels, for KiTS 1=kidney,2=tumour{',3=cyst' if count > 3 else ''}")
    if regions:
        order = [int(v) for v in regions.split(",")]
        decision, heads = dict(kind="regions", values=order), len(order)
        count = max(count, max(order) + 1)
    else:
        decision, heads = dict(kind="argmax"), count
    pools = own.get("pool_op_kernel_sizes")
    if pools is None:
        per_axis = own["num_pool_per_axis"]
        pools = [[2 if max(per_axis) - n <= i else 1 for n in per_axis] for i in range(max(per_axis))]
    out = plans.get("segmentation_export_params") or dict(force_separate_z=None, interpolation_order=1, interpolation_order_z=0)
    if out["interpolation_order"] != 1 or out["interpolation_order_z"] not in (0, 1):
        stop(f"plans.pkl: segmentation_export_params {out}; orders 1 and 0 or 1 are understood")
    spacing = [float(v) for v in own["current_spacing"]]
    found = find_folds(folder, folds, checkpoint)
    trainer = None
    info = next(iter(found.values())).with_name(checkpoint + ".pkl")
    if info.exists():
        trainer = str(read_pickle(info).get("name"))
    return Recipe(
        framework="nnunet-v1", configuration=name, axes=found_axes, transpose=transpose,
        spacing=[None, *spacing[-2:]] if name == "2d" else spacing, patch=patch,
        intensity=dict(clipHu=[float(values["percentile_00_5"]), float(values["percentile_99_5"])], meanHu=float(values["mean"]), sdHu=float(values["sd"])),
        image_rule=dict(order=3, orderZ=0, separateZ=None),
        output_rule=dict(order=1, orderZ=int(out["interpolation_order_z"]), separateZ=out["force_separate_z"]),
        mirror=list(range(len(patch))), decision=decision, labels=label_list(parse_labels(labels), count),
        postprocessing=postprocessing_v1(postprocessing or folder / "postprocessing.json"),
        strides=[[1] * len(patch), *([int(v) for v in p] for p in pools)], norm_eps=1e-5, slope=0.01, folds=found, heads=heads,
        record=dict(dataset=next((p for p in folder.resolve().parts if p.startswith("Task")), None), plans=plans_file.name, configuration=name, trainer=trainer, reader="SimpleITK", axesFrom=how, transposeForward=transpose, labels=labels),
    )
