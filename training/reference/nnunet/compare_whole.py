"""Labels of a whole CT by nnU-Net and by the terminal, voxel by voxel, with the random weights of one golden case.

    npm run -s analyse -- ../shared/real-ct/tcga-ay-4070a --pack training/reference/nnunet/golden/CASE/pack --out OUT
    training/.venv/bin/python training/reference/nnunet/compare_whole.py --shared ../shared --labels OUT/labels.nii.gz [--case CASE]

nnU-Net reads the series as the NIfTI that dcm2niix would write, the terminal reads the DICOM files. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import make_golden
import nibabel
import numpy as np
from read_ct import read_dicom


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--case", default="v2-3d-fullres-even-regions")
    a = parser.parse_args()
    import run_v1
    import run_v2

    case = make_golden.case_of(a.case)
    with tempfile.TemporaryDirectory() as place:
        ct = Path(place) / "ct.nii.gz"
        array, affine = read_dicom(a.shared / "real-ct" / "tcga-ay-4070a")
        image = nibabel.Nifti1Image(np.round(array).astype(np.int16), affine)
        image.set_qform(affine, 1)
        image.set_sform(affine, 1)
        nibabel.save(image, ct)
        run = run_v2 if case["version"] == 2 else run_v1
        found = run.predict(run.make_folder(Path(place), case), ct, case)
    theirs = nibabel.as_closest_canonical(nibabel.Nifti1Image(found["labels"].astype(np.uint8), affine))
    near = nibabel.as_closest_canonical(nibabel.Nifti1Image(found["doubtful"].astype(np.uint8), affine))
    ours = nibabel.as_closest_canonical(nibabel.load(a.labels))
    differ = np.asarray(theirs.dataobj) != np.asarray(ours.dataobj).astype(np.uint8)
    firm = np.asarray(near.dataobj) == 0
    print(json.dumps(dict(case=a.case, voxels=int(differ.size), labels=np.bincount(found["labels"].ravel(), minlength=4).tolist(), differ=int(differ.sum()), firm=int(firm.sum()), firmDiffer=int((differ & firm).sum()))))


if __name__ == "__main__":
    main()
