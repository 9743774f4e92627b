"""Compares RenaLens' decoded pixels with other decoders, sample by sample.

    npm run -s conformance -- DIR --pixels OUT > lines.jsonl
    python scripts/compare_decoders.py DIR OUT lines.jsonl

Reference pixels: dcmtk (dcmdjpeg, dcmdjpls, dcmdrle from Debian) for the JPEG family and RLE, pydicom with
pylibjpeg-openjpeg for JPEG 2000 and HTJ2K. Only files with a reference hash whose hash differs are compared; one line each:
file, decoder, largest difference, share of samples that differ. Exit 1 when a difference is larger than manifest.csv allows.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

TOOLS = {"4.50": "dcmdjpeg", "4.51": "dcmdjpeg", "4.57": "dcmdjpeg", "4.70": "dcmdjpeg", "4.80": "dcmdjpls", "4.81": "dcmdjpls", "5": "dcmdrle"}


def reference(path, uid):
    """Stored values of all frames, one flat array, and the decoder's name."""
    tool = TOOLS.get(uid.removeprefix("1.2.840.10008.1.2."))
    if tool is None:
        return pydicom.dcmread(path, force=True).pixel_array.ravel(), "openjpeg through pydicom"
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.dcm"
        # Colour stays in the order and space that the stream decodes to; RGB by pixel, as manifest.csv has it.
        extra = ["+cn"] if tool == "dcmdjpeg" and pydicom.dcmread(path, force=True, stop_before_pixels=True).PhotometricInterpretation != "RGB" else []
        subprocess.run([tool, *extra, path, out], check=True, capture_output=True)
        return pydicom.dcmread(out, force=True).pixel_array.ravel(), f"{tool} (dcmtk)"


def main(corpus, pixels, lines):
    verdicts = {line["file"]: line for line in map(json.loads, open(lines))}
    worst = 0
    for row in csv.DictReader(open(corpus / "manifest.csv")):
        line = verdicts.get(row["file"], {})
        if line.get("verdict") != "decoded" or not row["referenceSha256"] or line["sha256"] == row["referenceSha256"]:
            continue
        expected, decoder = reference(corpus / row["file"], row["transferSyntaxUid"])
        raw = (pixels / (row["file"].replace("/", "+") + ".raw")).read_bytes()
        own = np.frombuffer(raw, expected.dtype)
        difference = np.abs(own.astype(int) - expected.astype(int))
        print(f"{row['file']}\t{decoder}\tlargest {difference.max()}\tdiffering {np.mean(difference > 0):.4%}")
        worst = max(worst, difference.max() - int(row["maxAbsDiffAllowed"]))
    return 1 if worst > 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]))
