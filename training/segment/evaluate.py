"""Figures of the two networks with the product's own join: held-out real slices and real volumes.

    python evaluate.py --whole RUN --fine RUN --fold 0 --pack --write ../../docs/model-results.json
    python evaluate.py --whole RUN --fine RUN --fold 1 --tune        chooses join.settings.json on a validation fold

A slice is given whole, as a block of 15 mm that repeats it, and goes through join.py like any CT.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from augment import MEAN_HU, SD_HU
from data import CACHE, EVALUATION_ONLY, SHARED, TRAINING_VOLUMES, read_volume, rows
from join import Join, label_volume, prepare, probabilities
from network import build, fuse_batch_norm
from train import read_checkpoint

HERE = Path(__file__).resolve().parent
RUNS = HERE.parent / "runs"
SETTINGS = HERE / "join.settings.json"
FALSE_PX, FOUND = 40, 0.3
PHASE_WORDS = {"A": "corticomedullary", "V": "nephrographic", "N": "unenhanced", "E": "excretory"}
SHARES = (0.0, 0.5, 0.75, 1.0)


def settings():
    return Join(**json.loads(SETTINGS.read_text())) if SETTINGS.exists() else Join()


def checkpoint(run):
    return read_checkpoint(RUNS / run / "checkpoint.pt")


def network(run):
    saved = checkpoint(run)
    model = build(saved["config"])
    model.load_state_dict(saved["average"])
    return fuse_batch_norm(model)


class Runner:
    """HU stack to logits, remembering the last answers so that a repeated slice is computed once."""

    def __init__(self, model, fast, flip=False):
        self.model, self.fast, self.flip, self.seen = model.to(memory_format=torch.channels_last), fast, flip, {}

    @torch.no_grad()
    def __call__(self, hu):
        key = hash(hu.tobytes())
        if key not in self.seen:
            x = (torch.from_numpy(np.ascontiguousarray(hu))[:, None] - MEAN_HU) / SD_HU
            with torch.autocast("cpu", torch.bfloat16, enabled=self.fast):
                y = self.model(x.to(memory_format=torch.channels_last)).float()
                if self.flip:
                    y = (y + self.model(x.flip(-1).to(memory_format=torch.channels_last)).float().flip(-1)) / 2
            y = y.numpy()
            if len(self.seen) > 4:
                self.seen.clear()
            self.seen[key] = y
        return self.seen[key]


class OnnxRunner:
    """The same with the exported file, so that the figures are those of what ships."""

    def __init__(self, path):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.seen = {}

    def __call__(self, hu):
        key = hash(hu.tobytes())
        if key not in self.seen:
            self.seen.clear()
            x = np.ascontiguousarray((hu[:, None] - MEAN_HU) / SD_HU, np.float32)
            self.seen[key] = self.session.run(["logits"], {"image": x})[0]
        return self.seen[key]


def dice(a, b):
    total = a.sum() + b.sum()
    return float(2 * (a & b).sum() / total) if total else 1.0


def load_stored_slices(folder, fold):
    """Slabs with a kidney of the held-out patients of a folder written by training/real, as one-slice tests."""
    out = []
    for exam in json.loads((Path(folder) / "index.json").read_text()):
        if exam["fold"] != fold:
            continue
        planes = np.load(Path(folder) / f"{exam['exam']}.npy")
        for n in np.nonzero((planes[1] > 0).any((1, 2)))[0]:
            out.append(dict(hu=planes[0, n].astype(np.float32) * (383 / 255) - 79, label=planes[1, n], pixel=exam["pixelMm"], case=exam["case"], phase=PHASE_WORDS.get(exam["phase"], exam["phase"]), size=exam["sizeCm"], name=f"{exam['exam']}-{exam['slabs'][n]:03d}"))
    return out


def load_slices(fold):
    if not CACHE.exists():
        return []
    z = np.load(CACHE)
    index = {r["file"]: r for r in rows(SHARED / "real-stats" / "kits-slices-wide" / "index.csv")}
    out = []
    image, label = z["image"], z["label"]
    for i in np.nonzero((z["fold"] == fold) & (z["source"] == "wide"))[0]:
        size = index[str(z["name"][i])]["radiographic_size_cm"]
        out.append(dict(hu=image[i].astype(np.float32) * (383 / 255) - 79, label=label[i], pixel=float(z["pixel"][i]), case=str(z["case"][i]), phase=str(z["phase"][i]), size=float(size) if size else None, name=str(z["name"][i])))
    return out


def prepare_slice(s):
    """A slice as the one slab that stands for a block of 15 mm of itself: equal slabs give equal answers, so one will do."""
    images, grid = prepare(s["hu"][None], (3.0, s["pixel"], s["pixel"]))
    return images, replace(grid, slab_mm=15.0)


def score_slice(label, predicted):
    mass, found = label >= 2, predicted >= 2
    r = dict(kidney_px=int((label == 1).sum()), mass_px=int(mass.sum()), kidney=dice(label > 0, predicted > 0), predicted_mass_px=int(found.sum()))
    if r["mass_px"] > FALSE_PX:
        r["mass"] = dice(mass, found)
        r["found"] = float((mass & found).sum() >= FOUND * mass.sum())
    if r["mass_px"] == 0:
        r["false"] = float(found.sum() > FALSE_PX)
    if (label == 2).sum() > FALSE_PX:
        r["tumour"] = dice(label == 2, predicted == 2)
    if (label == 3).sum() > FALSE_PX:
        r["cyst"] = dice(label == 3, predicted == 3)
    return r


def interval(values, cases, statistic, draws=2000):
    """Bootstrap over patients, 95 %."""
    rng = np.random.default_rng(0)
    groups = {}
    for v, c in zip(values, cases):
        groups.setdefault(c, []).append(v)
    groups = [np.array(g) for g in groups.values()]
    samples = [statistic(np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))])) for _ in range(draws)]
    return [round(float(q), 3) for q in np.percentile(samples, [2.5, 97.5])]


def summary(results):
    out = {"slices": len(results), "patients": len({r["case"] for r in results})}

    def put(key, chosen, statistics):
        values = [r[key] for r in chosen if key in r]
        if not values:
            return
        cases = [r["case"] for r in chosen if key in r]
        entry = {"n": len(values), "patients": len(set(cases))}
        for name, statistic in statistics.items():
            entry[name] = round(float(statistic(np.array(values))), 3)
            entry[f"{name}Ci95"] = interval(values, cases, statistic)
        out[{"kidney": "kidneyWithMassesDice", "mass": "massDice", "found": "massFoundShare", "false": "falseMassShare", "tumour": "tumourDice", "cyst": "cystDice"}[key]] = entry

    both = {"mean": np.mean, "median": np.median}
    put("kidney", [r for r in results if r["kidney_px"] >= 800], both)
    put("mass", results, both)
    put("found", results, {"mean": np.mean})
    put("false", results, {"mean": np.mean})
    put("tumour", results, both)
    put("cyst", results, both)
    return out


def run_slices(slices, whole, fine, join):
    results = []
    for s in slices:
        images, grid = prepare_slice(s)
        p, _ = probabilities(images, grid, whole, fine, join)
        labels, _ = label_volume(p, grid, join)
        results.append(dict(case=s["case"], phase=s["phase"], size=s["size"], name=s["name"], **score_slice(s["label"], labels[0])))
    return results


def groups(results):
    return {
        "all": results,
        "corticomedullary": [r for r in results if r["phase"] == "corticomedullary"],
        "nephrographic": [r for r in results if r["phase"] == "nephrographic" or (r["phase"] == "" and r["case"] >= "case_00500")],
        "sizeUnder4cm": [r for r in results if r["size"] is not None and r["size"] < 4],
        "size4to7cm": [r for r in results if r["size"] is not None and 4 <= r["size"] < 7],
        "sizeFrom7cm": [r for r in results if r["size"] is not None and r["size"] >= 7],
    }


def run_volume(name, whole, fine, join):
    hu, truth, spacing = read_volume(name)
    images, grid = prepare(hu, spacing)
    p, patches = probabilities(images, grid, whole, fine, join)
    labels, found = label_volume(p, grid, join)
    ml = float(np.prod(spacing)) / 1000
    middle = grid.centre[1]
    kidneys = []
    for left in (False, True):
        pick = lambda m: m & ((np.arange(m.shape[2]) >= middle) == left)[None, None]
        a, b = pick(truth == 1), pick(labels == 1)
        centre = lambda m: np.array([w.mean() for w in np.nonzero(m)]) * spacing
        kidneys.append(dict(side="left" if left else "right", truthMl=round(float(a.sum() * ml), 1), foundMl=round(float(b.sum() * ml), 1), dice=round(dice(a, b), 3), centreErrorMm=round(float(np.linalg.norm(centre(a) - centre(b))), 1) if b.any() else None))
    from scipy import ndimage

    parts, n = ndimage.label(labels >= 2, ndimage.generate_binary_structure(3, 1))
    masses = []
    for i, box in enumerate(ndimage.find_objects(parts), 1):
        own = parts[box] == i
        size = own.sum() * ml
        if size < 0.1:
            continue
        centre = [float(w.mean() + b.start) for w, b in zip(np.nonzero(own), box)]
        masses.append(dict(ml=round(float(size), 2), label="tumour" if (labels[box][own] == 2).mean() > 0.5 else "cyst", sliceRowColumn=[round(c) for c in centre], meanHu=round(float(hu[box][own].mean())), shareInReferenceKidney=round(float((truth[box][own] == 1).mean()), 2), shareInReferenceCyst=round(float((truth[box][own] == 3).mean()), 2)))
    kidney, own = truth > 0, labels > 0
    return dict(
        dice=round(dice(kidney, own), 3),
        truthMl=round(float(kidney.sum() * ml), 1),
        foundMl=round(float(own.sum() * ml), 1),
        volumeBias=round(float(own.sum() / kidney.sum() - 1), 3),
        kidneys=kidneys,
        falseMassesFrom05Ml=sum(1 for m in masses if m["ml"] >= 0.5 and m["shareInReferenceCyst"] < 0.3),
        masses=masses,
        cystFound=round(float((labels[truth == 3] == 3).mean()), 2) if (truth == 3).any() else None,
        cystInAnyMass=round(float((labels[truth == 3] >= 2).mean()), 2) if (truth == 3).any() else None,
        patches=sum(map(len, patches)),
        slabs=len(images),
    )


def tune(slices, whole, fine):
    """Thresholds by the sum of what the figures ask for, on a fold that the networks have not seen."""
    base, best = settings(), None
    stored = []
    for s in slices:
        images, grid = prepare_slice(s)
        stored.append((grid, {f: probabilities(images, grid, whole, fine, replace(base, fine_share=f))[0] for f in SHARES}))
    for share in SHARES:
        for low in (0.4, 0.5, 0.6):
            for high in (0.7, 0.8, 0.9, 0.95):
                if high < low:
                    continue
                join = replace(base, fine_share=share, mass_low=low, mass_high=high)
                results = [dict(case=s["case"], **score_slice(s["label"], label_volume(p[share], grid, join)[0][0])) for s, (grid, p) in zip(slices, stored)]
                mean = lambda key: float(np.mean([r[key] for r in results if key in r]))
                kidney = float(np.mean([r["kidney"] for r in results if r["kidney_px"] >= 800]))
                value = mean("mass") + 0.5 * mean("found") + 0.5 * mean("tumour") - 1.5 * mean("false") + kidney
                print(f"share {share} low {low} high {high}: kidney {kidney:.3f} mass {mean('mass'):.3f} tumour {mean('tumour'):.3f} found {mean('found'):.3f} false {mean('false'):.3f} value {value:.3f}", flush=True)
                if best is None or value > best[0] + 1e-9:
                    best = (value, share, low, high)
    kept = json.loads(SETTINGS.read_text()) if SETTINGS.exists() else {}
    SETTINGS.write_text(json.dumps(dict(kept, fine_share=best[1], mass_low=best[2], mass_high=best[3])) + "\n")
    print("chosen", best)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--whole", required=True)
    ap.add_argument("--fine", required=True)
    ap.add_argument("--fold", type=int, default=0)
    ap.add_argument("--tune", action="store_true")
    ap.add_argument("--data", nargs="*", default=[], help="folders written by training/real; their held-out slabs count too")
    ap.add_argument("--fast", action="store_true", help="bf16; for a look, not for figures")
    ap.add_argument("--pack", action="store_true", help="run the exported files of the default pack; RUN then only says how they were trained")
    ap.add_argument("--flip", choices=["none", "fine", "both"], default="none", help="average with the mirrored picture; not what the product does")
    ap.add_argument("--volumes", nargs="*", default=list(EVALUATION_ONLY + TRAINING_VOLUMES))
    ap.add_argument("--write")
    a = ap.parse_args()
    torch.set_num_threads(1)
    trained = {run: checkpoint(run) for run in (a.whole, a.fine)}
    for run, saved in trained.items():
        if a.fold in saved["folds"]:
            raise SystemExit(f"{run} was trained on fold {a.fold}")
    whole, fine = Runner(network(a.whole), a.fast, a.flip == "both"), Runner(network(a.fine), a.fast, a.flip != "none")
    if a.pack:
        pack = HERE.parents[1] / "public" / "models" / "renalens-demo"
        whole, fine = OnnxRunner(pack / "segment-whole.onnx"), OnnxRunner(pack / "segment-fine.onnx")
    slices = load_slices(a.fold) + [s for d in a.data for s in load_stored_slices(d, a.fold)]
    if a.tune:
        tune(slices, whole, fine)
        return
    join = settings()
    results = run_slices(slices, whole, fine, join)
    out = dict(
        networks={run: dict(stage=s["stage"], folds=s["folds"], volumes=s["volumes"], samples=s["state"]["samples"], minutes=round(s["state"]["seconds"] / 60, 1), startedFrom=s.get("start", "")) for run, s in trained.items()},
        heldOutFold=a.fold,
        join=join.__dict__,
        realSlices={k: summary(v) for k, v in groups(results).items() if v},
    )
    print(json.dumps(out["realSlices"]["all"], indent=1), flush=True)
    if a.volumes:
        out["volumes"] = {}
        for name in a.volumes:
            used = name in TRAINING_VOLUMES and any(name in s["volumes"] for s in trained.values())
            out["volumes"][name] = dict(seenInTraining=bool(used), **run_volume(name, whole, fine, join))
            print(name, json.dumps(out["volumes"][name]), flush=True)
    (RUNS / f"evaluation-{a.whole}-{a.fine}-fold{a.fold}.json").write_text(json.dumps(dict(out, perSlice=results), indent=1))
    if a.write:
        path = Path(a.write)
        whole_file = json.loads(path.read_text()) if path.exists() else {}
        whole_file.setdefault("segmentation", {}).update(out)
        path.write_text(json.dumps(whole_file, indent=2) + "\n")


if __name__ == "__main__":
    main()
