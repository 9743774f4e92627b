"""A trained nnU-Net, v1 or v2, to a RenaLens pack that carries its plans.

    python training/export/nnunet.py FOLDER --out PACK [--folds 0 1 2 3 4] [--axes kits|dcm2niix|dicom|SAR ...]
        [--labels 1=kidney,2=tumour,3=cyst] [--mirror default|none] [--phases AVN] [--title ...] [--licence SPDX]

FOLDER holds plans.json and dataset.json (v2) or plans.pkl (v1) beside fold_0, fold_1 ... See README.md in this folder.
Nothing in the files is run: checkpoints are opened with torch's `weights_only`, pickles by a reader that builds plain data
only. Each fold's graph is compared with PyTorch (1e-3 on a synthetic patch) before it is kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nnunet_pack import write_pack
from nnunet_plans import read_folder


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--folds", nargs="+", help="default: every fold_* that holds the checkpoint")
    ap.add_argument("--checkpoint", help="default: checkpoint_final.pth (v2), model_final_checkpoint.model (v1)")
    ap.add_argument("--configuration", help="where the folder does not say it: 2d, 3d_lowres, 3d_fullres")
    ap.add_argument("--plans", type=Path, help="v1: the plans file where it is not FOLDER/plans.pkl")
    ap.add_argument("--axes", help="kits, dcm2niix, dicom, or where array axes 0, 1, 2 grow to, such as SAL; needed where the reader keeps the file's order")
    ap.add_argument("--labels", help="what the label values mean, such as 1=kidney,2=tumour,3=cyst; needed for v1")
    ap.add_argument("--regions", help="v1: regions_class_order of a trainer with regions, such as 1,3,2")
    ap.add_argument("--postprocessing", type=Path, help="v2: postprocessing.pkl; v1: a postprocessing.json other than the folder's")
    ap.add_argument("--mirror", choices=["default", "none"], default="default", help="default: along the axes that the model allows, 8 readings of each tile in 3-D; none: one")
    ap.add_argument("--step", type=float, default=0.5, help="step between tiles as a share of the patch, as nnU-Net's -step_size")
    ap.add_argument("--phases", default="AVN", help="phases that the model serves, best first")
    ap.add_argument("--no-self-test", action="store_true", help="leave the stored answer out (it holds one patch: large for large patches)")
    ap.add_argument("--fp16", action="store_true", help="halve the files: weights rounded to 16 bits, arithmetic stays 32; labels are then no longer nnU-Net's own to the last voxel")
    ap.add_argument("--title", default="Imported nnU-Net")
    ap.add_argument("--licence", default="LicenseRef-Unknown")
    ap.add_argument("--commercial", action="store_true", help="the licence allows commercial use")
    ap.add_argument("--kind", choices=["authors", "third-party"], default="third-party")
    a = ap.parse_args()
    recipe = read_folder(a.folder, folds=a.folds, axes=a.axes, labels=a.labels, checkpoint=a.checkpoint, configuration=a.configuration, regions=a.regions, postprocessing=a.postprocessing, plans_file=a.plans)
    manifest = write_pack(recipe, a.out, phases=a.phases, mirror=a.mirror == "default", step=a.step, stored=not a.no_self_test, fp16=a.fp16, title=a.title, licence=a.licence, kind=a.kind, commercial=a.commercial)
    size = sum(f["bytes"] for f in manifest["files"]) / 1e6
    print(f"{a.out}: {recipe.framework} {recipe.configuration}, {len(recipe.folds)} fold(s), {size:.1f} MB; axes {recipe.axes} ({recipe.record['axesFrom']}); labels {', '.join(f'{n} {name}' for n, name in enumerate(recipe.labels))}; mirroring {manifest['segmentation']['mirrorAxes'] or 'none'}")


if __name__ == "__main__":
    main()
