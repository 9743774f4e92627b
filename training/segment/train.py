"""Trains one stage; runs on CPU (bf16 where the processor has it) or one CUDA GPU, resumes from its checkpoint.

    python train.py --stage whole --run whole-a --folds 2 3 4 --validate 1 --minutes 30
    python train.py --stage fine  --run fine-a  --folds 2 3 4 --validate 1 --minutes 30
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from anatomies import ANATOMIES
from augment import MEAN_HU, PATCH, SD_HU, WHOLE, CLIP_LOW, SCALE, Sampler, Slice, StoredSlice, warp
from data import CACHE, CLIP_HIGH, SHARED
from network import build, load_imagenet
from transplant import Anatomies

RUNS = Path(__file__).resolve().parent.parent / "runs"
NETWORKS = {
    "whole": dict(widths=[32, 64, 128, 256, 256], stem=2, decoder_convs=1),
    "fine": dict(widths=[64, 128, 256, 256], stem=2, decoder_convs=1),
}
BATCH = {"whole": 8, "fine": 16}
IMAGENET = {stage: dict(encoder="imagenet-resnet18", half_pixel=stage == "fine") for stage in BATCH}
IMAGENET_WEIGHTS = SHARED / "more-data" / "imagenet-resnet18-part" / "weights-fp16.npz"
PRETRAINED_RATE = 0.15  # of the rate of the new layers


def read_checkpoint(path):
    numbers = [(np._core.multiarray.scalar, "numpy._core.multiarray.scalar"), np.dtype, np.dtypes.Float64DType]
    with torch.serialization.safe_globals(numbers):
        return torch.load(path, weights_only=True, map_location="cpu")


def load_stored(folder, folds):
    """Slices of the given folds from a folder written by training/real."""
    out = []
    for exam in json.loads((Path(folder) / "index.json").read_text()):
        if exam["fold"] in folds:
            planes = np.load(Path(folder) / f"{exam['exam']}.npy", mmap_mode="r")
            out += [StoredSlice(planes, n, exam["pixelMm"], exam["case"]) for n in range(planes.shape[1])]
    return out


def load(folds, volumes=(), negatives=True):
    if not CACHE.exists():
        return []
    z = np.load(CACHE)
    keep = np.isin(z["fold"], folds) & (z["source"] != "volume") | np.isin(z["case"], volumes)
    image, label = z["image"], z["label"]
    mined = CACHE.with_name("negatives.npz")
    places = np.load(mined)["places"] if negatives and mined.exists() else np.zeros((0, 3))
    return [Slice(image[i], label[i], z["pixel"][i], z["source"][i], z["case"][i], places[places[:, 0] == i, 1:]) for i in np.nonzero(keep)[0]]


class Stream(IterableDataset):
    def __init__(self, slices, stage, seed, batch, anatomies):
        self.args = slices, stage, seed, batch, anatomies

    def __iter__(self):
        slices, stage, seed, batch, anatomies = self.args
        info = torch.utils.data.get_worker_info()
        torch.set_num_threads(1)
        sampler = Sampler(slices, stage, seed * 1000 + (info.id if info else 0), anatomies=anatomies)
        while True:
            yield sampler.batch(batch)


def overlap_loss(p, t, dims, false_positive, false_negative):
    both = (p * t).sum(dims)
    fp, fn = (p * (1 - t)).sum(dims), ((1 - p) * t).sum(dims)
    return 1 - (both + 1) / (both + false_positive * fp + false_negative * fn + 1)


def loss_of(logits, target):
    """Cross-entropy and overlap for kidney-or-mass and mass (the latter weighted up when small); tumour only in masses."""
    k, m, t = logits.unbind(1)
    tk, tm, tt = target.unbind(1)
    pk, pm = torch.sigmoid(k), torch.sigmoid(m)
    kidney = F.binary_cross_entropy_with_logits(k, tk) * 2 + overlap_loss(pk, tk, (0, 1, 2), 0.5, 0.5)
    area = tm.sum((1, 2), keepdim=True)
    weight = 1 + tm * (torch.sqrt(900 / (area + 20)).clamp(0.5, 4) - 1)
    ce = F.binary_cross_entropy_with_logits(m, tm, reduction="none")
    wrong = (pm.detach() - tm).abs()
    mass = (ce * weight * (0.3 + wrong)).mean() * 4 + overlap_loss(pm, tm, (0, 1, 2), 0.45, 0.55)
    has = (area[:, 0, 0] > 15).float()
    if has.any():
        mass = mass + 0.7 * (overlap_loss(pm, tm, (1, 2), 0.4, 0.6) * has).sum() / has.sum()
    inside = (tm > 0.5).float()
    share = inside / (inside.sum((1, 2), keepdim=True) + 30)
    kind = (F.binary_cross_entropy_with_logits(t, (tt / tm.clamp(min=0.5)).clamp(0, 1), reduction="none") * share).sum() / max(1.0, float(has.sum()))
    return kidney + 1.3 * mass + 0.4 * kind


def fixed_samples(slices, stage):
    """Unaugmented validation samples: whole slices, or a patch round every labelled kidney region."""
    out = []
    for s in slices:
        if s.source not in ("wide", "stored") or (s.source == "stored" and not s.kidney_px):
            continue
        planes = np.stack([s.grey] + [np.uint8(255) * m for m in (s.label > 0, s.label >= 2, s.label == 2)])
        for centre in [s.centre] if stage == "whole" else [b[:2] for b in s.boxes]:
            moved = warp(planes, s.pixel, centre, WHOLE if stage == "whole" else PATCH, None, 0.0, (1, 1), False, 0)
            out.append(((moved[0] * SCALE + CLIP_LOW - MEAN_HU) / SD_HU, moved[1:] / 255))
    return out


@torch.no_grad()
def validate(model, samples, device):
    model.eval()
    kidney, mass, found, false, empty = [], [], 0, 0, 0
    for i in range(0, len(samples), 8):
        x = torch.stack([s[0] for s in samples[i : i + 8]])[:, None].to(device, memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16):
            p = torch.sigmoid(model(x).float()).cpu() > 0.5
        for q, (_, t) in zip(p, samples[i : i + 8]):
            t = t > 0.5
            if t[0].sum() > 300:
                kidney.append(float(2 * (q[0] & t[0]).sum() / (q[0].sum() + t[0].sum())))
            if t[1].sum() >= 20:
                both = float((q[1] & t[1]).sum())
                mass.append(2 * both / float(q[1].sum() + t[1].sum()))
                found += both >= 0.3 * float(t[1].sum())
            elif t[1].sum() == 0:
                empty += 1
                false += int(q[1].sum() > 20)
    return dict(kidney=np.mean(kidney), kidney_median=np.median(kidney), mass=np.mean(mass), mass_median=np.median(mass), found=found / max(1, len(mass)), masses=len(mass), false=false, empty=empty)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--stage", choices=NETWORKS, required=True)
    ap.add_argument("--run", required=True)
    ap.add_argument("--folds", type=int, nargs="+", required=True)
    ap.add_argument("--validate", type=int, nargs="*", default=[])
    ap.add_argument("--volumes", nargs="*", default=["tcga-ay-4070a", "acrin-unenhanced"])
    ap.add_argument("--minutes", type=float, required=True)
    ap.add_argument("--start", help="checkpoint whose averaged weights to start from")
    ap.add_argument("--imagenet", action="store_true", help="encoder from ImageNet's ResNet-18")
    ap.add_argument("--data", nargs="*", default=[], help="folders written by training/real, beside the cache")
    ap.add_argument("--only-data", action="store_true", help="the folders of --data and nothing else")
    ap.add_argument("--no-mined", action="store_true", help="without the places of mine.py")
    ap.add_argument("--no-transplants", action="store_true", help="without the shapes of anatomies.py")
    ap.add_argument("--rate", type=float, default=2e-3)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--workers", type=int, default=1)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    # What an earlier run has seen, the network has seen: folds and volumes are those of the whole chain.
    before = read_checkpoint(a.start) if a.start else {}
    folds, volumes = sorted({*a.folds, *before.get("folds", [])}), sorted({*a.volumes, *before.get("volumes", [])})
    if set(folds) & set(a.validate):
        raise SystemExit("a fold cannot train and validate")
    with_transplants = not (a.no_transplants or a.only_data)
    if with_transplants and not ANATOMIES.exists():
        raise SystemExit("no outlines: run anatomies.py, or give --no-transplants")
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = RUNS / a.run
    folder.mkdir(parents=True, exist_ok=True)
    config = IMAGENET[a.stage] if a.imagenet else NETWORKS[a.stage]
    model = build(config).to(device, memory_format=torch.channels_last)
    average = build(config).to(device, memory_format=torch.channels_last)
    old = {id(p) for part in (model.pretrained() if a.imagenet else []) for p in part.parameters()}
    share = {PRETRAINED_RATE: [p for p in model.parameters() if id(p) in old], 1.0: [p for p in model.parameters() if id(p) not in old]}
    optimiser = torch.optim.AdamW([dict(params=v, share=k) for k, v in share.items() if v], a.rate, weight_decay=0.02, fused=True)
    state = dict(step=0, samples=0, seconds=0.0)
    training = ([] if a.only_data else load(a.folds, a.volumes, not a.no_mined)) + [s for d in a.data for s in load_stored(d, a.folds)]
    if not any(s.kidney_px for s in training):
        raise SystemExit("nothing to train on: run data.py, or give --data FOLDER")
    if a.start:
        model.load_state_dict(before["average"])
    elif a.imagenet:
        load_imagenet(model, IMAGENET_WEIGHTS, MEAN_HU, SD_HU, CLIP_LOW, CLIP_HIGH, Sampler(training, a.stage, a.seed).batch(96)[0].to(device))
    average.load_state_dict(model.state_dict())
    point = folder / "checkpoint.pt"
    if point.exists():
        saved = read_checkpoint(point)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        state = saved["state"]
    checks = fixed_samples(([] if a.only_data else load(a.validate)) + [s for d in a.data for s in load_stored(d, a.validate)], a.stage) if a.validate else []
    anatomies = Anatomies(a.folds) if with_transplants else None
    print(f"{len(training)} training slices, {len(checks)} checks, {len(anatomies.items) if anatomies else 0} transplants, {device}, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    stream = iter(DataLoader(Stream(training, a.stage, a.seed + state["step"], BATCH[a.stage], anatomies), batch_size=None, num_workers=a.workers, prefetch_factor=4))
    begun, seconds = time.time(), state["seconds"]
    saved_at = checked_at = time.time()
    losses, waited = [], 0.0

    def save():
        part = folder / "checkpoint.part"
        torch.save(dict(model=model.state_dict(), average=average.state_dict(), optimiser=optimiser.state_dict(), state=state, config=model.config, stage=a.stage, folds=folds, volumes=volumes, transplants=with_transplants, start=Path(a.start).parent.name if a.start else ""), part)
        os.replace(part, point)

    while state["seconds"] < a.minutes * 60:
        done = state["seconds"] / (a.minutes * 60)
        rate = float(a.rate * min(1, (state["step"] + 1) / 150) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * done))))
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        t0 = time.time()
        x, target = next(stream)
        waited += time.time() - t0
        model.train()
        with torch.autocast(device, torch.bfloat16):
            logits = model(x.to(device, memory_format=torch.channels_last))
        loss = loss_of(logits.float(), target.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            keep = min(0.998, 1 - 1 / (1 + state["step"] * 0.1 + 1)) if not a.start else 0.998
            for p, q in zip(average.state_dict().values(), model.state_dict().values()):
                if p.dtype.is_floating_point:
                    p.lerp_(q, 1 - keep)
        state["step"] += 1
        state["samples"] += len(x)
        state["seconds"] = seconds + time.time() - begun
        losses.append(float(loss.detach()))
        now = time.time()
        if now - saved_at > 180:
            save()
            saved_at = now
        if state["step"] % 100 == 0:
            print(f"step {state['step']} samples {state['samples']} min {state['seconds'] / 60:.1f} loss {np.mean(losses[-100:]):.4f} rate {rate:.2e} waiting {waited / (now - begun):.2f}", flush=True)
        if checks and now - checked_at > 240:
            print(json.dumps({"step": state["step"], **{k: round(float(v), 4) for k, v in validate(average, checks, device).items()}}), flush=True)
            checked_at = time.time()
    save()
    if checks:
        print(json.dumps({"step": state["step"], "final": True, **{k: round(float(v), 4) for k, v in validate(average, checks, device).items()}}), flush=True)


if __name__ == "__main__":
    main()
