"""Writes one small picture in every compressed transfer syntax that dcmtk and OpenJPEG can write, and what it decodes to.

Run: python make_golden.py (pydicom 3, numpy, pylibjpeg-openjpeg; dcmcjpeg, dcmdjpeg, dcmcjpls, dcmcrle of dcmtk 3.6.7).
golden.json holds for each file the decoder of the reference and the stored values, row by row. The picture is made here,
no patient's data: a slope, a disc, an edge and noise from a fixed seed, 40 rows of 44 columns.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
import pydicom
from openjpeg.utils import encode_array
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian

HERE = pathlib.Path(__file__).parent
ROWS, COLUMNS = 40, 44


def picture(signed, bits):
    rng = np.random.default_rng(12)
    y, x = np.mgrid[:ROWS, :COLUMNS]
    values = 20.0 * x + 8.0 * y + rng.normal(0, 6, (ROWS, COLUMNS))
    values += 900 * ((x - 14) ** 2 + (y - 9) ** 2 < 30) - 700 * (x < 3)
    values = np.round(values).astype(int) - (1000 if signed else -800)
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if bits == 8:
        values = values // 16
    return np.clip(values, low, high)


def dataset(values, signed, bits):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.10.1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = "1.2.826.0.1.3680043.10.2", "1.2.826.0.1.3680043.10.3", "CT"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = ROWS, COLUMNS, 1, "MONOCHROME2"
    ds.BitsAllocated = 8 if bits == 8 else 16
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
    dtype = "u1" if bits == 8 else "<i2" if signed else "<u2"
    ds.PixelData = values.astype(dtype).tobytes()
    ds["PixelData"].VR = "OB" if bits == 8 else "OW"
    return ds


def with_tool(plain, target, tool, *options):
    subprocess.run([tool, *options, plain, target], check=True, capture_output=True)


CASES = [
    ("baseline-8bit-u", False, 8, "dcmcjpeg", ["+eb", "+q", "85"], "dcmdjpeg"),
    ("extended-12bit-u", False, 12, "dcmcjpeg", ["+ee", "+q", "85"], "dcmdjpeg"),
    ("lossless-sv6-12bit-u", False, 12, "dcmcjpeg", ["+el", "+sv", "6"], None),
    ("lossless-sv1-16bit-s", True, 16, "dcmcjpeg", ["+e1"], None),
    ("jpegls-12bit-u", False, 12, "dcmcjpls", ["+el"], None),
    ("jpegls-16bit-s", True, 16, "dcmcjpls", ["+el"], None),
    ("jpegls-near2-12bit-u", False, 12, "dcmcjpls", ["+en", "+md", "2"], "dcmdjpls"),
    ("rle-16bit-s", True, 16, "dcmcrle", [], None),
    ("j2k-12bit-u", False, 12, "openjpeg", [], None),
    ("j2k-16bit-s", True, 16, "openjpeg", [], None),
]


def main():
    golden = []
    with tempfile.TemporaryDirectory() as folder:
        for name, signed, bits, tool, options, decoder in CASES:
            values = picture(signed, bits)
            ds = dataset(values, signed, bits)
            plain, target = pathlib.Path(folder) / "plain.dcm", HERE / f"{name}.dcm"
            ds.save_as(plain, enforce_file_format=True)
            if tool == "openjpeg":
                ds.PixelData = encapsulate([encode_array(values.astype("<i2" if signed else "<u2"), bits_stored=bits, photometric_interpretation=2)])
                ds["PixelData"].VR = "OB"
                ds["PixelData"].is_undefined_length = True
                ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.90"
                ds.save_as(target, enforce_file_format=True)
            else:
                with_tool(plain, target, tool, *options)
            if decoder is not None:
                back = pathlib.Path(folder) / "back.dcm"
                with_tool(target, back, decoder)
                values = pydicom.dcmread(back).pixel_array.astype(int)
            golden.append({"file": target.name, "reference": decoder or "the picture itself", "values": values.ravel().tolist()})
    (HERE / "golden.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in golden) + "\n]\n")


if __name__ == "__main__":
    main()
