"""Figures over several folds: every wide slice, and each training volume, by networks that did not see it.

    python folds.py --pair whole-z fine-z 0 --pair whole-w fine-w 1 --pair whole-x fine-x 2 3 [--write ../../docs/model-results.json]

A pair is two runs of train.py and the folds that neither was trained on; it reads the volumes that it left out too. Thresholds are those of join.settings.json.
Keeps the label slice of every test in ../cache/own-masks.npz for anatomy/own_masks.py.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from data import CACHE, TRAINING_VOLUMES
from evaluate import Runner, checkpoint, groups, load_slices, network, prepare_slice, run_volume, score_slice, settings, summary
from join import label_volume, probabilities

TUNED_FOLD = 1  # thresholds were chosen on it
OWN_MASKS = CACHE.with_name("own-masks.npz")


def judge(pair, fold, join):
    """Scores and label slices of one fold."""
    whole, fine = pair
    for s in load_slices(fold):
        images, grid = prepare_slice(s)
        p, _ = probabilities(images, grid, whole, fine, join)
        labels = label_volume(p, grid, join)[0][0]
        yield dict(case=s["case"], fold=fold, phase=s["phase"], size=s["size"], name=s["name"], **score_slice(s["label"], labels)), labels


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--pair", nargs="+", action="append", required=True, metavar="RUN RUN FOLD")
    ap.add_argument("--write", type=Path)
    a = ap.parse_args()
    folds_judged = sorted(int(f) for pair in a.pair for f in pair[2:])
    if len(set(folds_judged)) < len(folds_judged):
        raise SystemExit("a fold twice")
    torch.set_num_threads(1)
    join, results, masks, trained, volumes = settings(), [], {}, [], {}
    for whole_run, fine_run, *folds in a.pair:
        for run in (whole_run, fine_run):
            seen = set(map(int, folds)) & set(checkpoint(run)["folds"])
            if seen:
                raise SystemExit(f"{run} was trained on fold {seen}")
        trained.append(dict(whole=whole_run, fine=fine_run, heldOut=[int(f) for f in folds], samples=[checkpoint(r)["state"]["samples"] for r in (whole_run, fine_run)]))
        pair = Runner(network(whole_run), True), Runner(network(fine_run), True)
        for fold in folds:
            for score, labels in judge(pair, int(fold), join):
                results.append(score)
                masks[score["name"]] = labels
            print(fold, json.dumps(summary([r for r in results if r["fold"] == int(fold)])), flush=True)
        for name in TRAINING_VOLUMES:
            if not any(name in checkpoint(r)["volumes"] for r in (whole_run, fine_run)):
                volumes[name] = run_volume(name, *pair, join)
                print(name, json.dumps(volumes[name]), flush=True)
    untouched = summary([r for r in results if r["fold"] != TUNED_FOLD])
    out = dict(about="wide real slices, each by networks that did not see its patient; bf16", folds=folds_judged, pairs=trained, withoutTheFoldOfTheThresholds=untouched, join=join.__dict__, realSlices={k: summary(v) for k, v in groups(results).items() if v}, volumes=volumes)
    print(json.dumps(out["realSlices"]["all"], indent=1))
    np.savez_compressed(OWN_MASKS, **masks)
    (CACHE.parents[1] / "runs" / "folds.json").write_text(json.dumps(dict(out, perSlice=results), indent=1))
    if a.write:
        document = json.loads(a.write.read_text())
        document["segmentation"]["folds"] = out
        a.write.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
