"""Writes golden/join.json: a synthetic volume, two fake networks, and what join.py makes of them.

    python golden.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from join import Join, choose_kidneys, choose_masses, label_volume, prepare, probabilities, smooth_slabs

VOLUME = dict(
    size=[224, 200, 26],  # columns, rows, slices
    spacingMm=[0.9, 0.95, 1.6],
    baseHu=-1000,
    # Centre and radii in mm from voxel (0, 0, 0); later ones overwrite earlier ones where the ellipsoid equation is < 1.
    ellipsoids=[
        dict(centre=[100, 95, 20], radii=[90, 75, 400], hu=30),
        dict(centre=[55, 110, 21], radii=[20, 26, 17], hu=150),
        dict(centre=[147, 112, 18], radii=[19, 27, 15], hu=160),
        dict(centre=[48, 90, 22], radii=[11, 10, 9], hu=290),
        dict(centre=[157, 128, 17], radii=[9, 9, 8], hu=245),
        dict(centre=[100, 60, 20], radii=[6, 6, 5], hu=290),
        dict(centre=[100, 140, 20], radii=[12, 12, 400], hu=260),
        dict(centre=[133, 60, 20], radii=[7, 7, 6], hu=150),
    ],
    texture="add ((7 i + 13 j + 29 k) mod 17) - 8 to every voxel",
)
# logits = scale * HU + offset per head, on the HU of the working grid.
NETWORKS = dict(
    whole=dict(scale=[0.1, 0.1, 0.1], offset=[-10.0, -21.0, -26.5]),
    fine=dict(scale=[0.08, 0.12, 0.1], offset=[-8.4, -25.0, -27.0]),
)


def build(v):
    nx, ny, nz = v["size"]
    k, j, i = np.meshgrid(np.arange(nz), np.arange(ny), np.arange(nx), indexing="ij")
    hu = np.full((nz, ny, nx), v["baseHu"], np.int32)
    for e in v["ellipsoids"]:
        q = sum((((n * s) - c) / r) ** 2 for n, s, c, r in zip((i, j, k), v["spacingMm"], e["centre"], e["radii"]))
        hu[q < 1] = e["hu"]
    return (hu + (7 * i + 13 * j + 29 * k) % 17 - 8).astype(np.int16)


def fake(spec):
    s, o = np.array(spec["scale"])[:, None, None], np.array(spec["offset"])[:, None, None]
    return lambda x: x[:, None].astype(np.float64) * s + o


def describe(labels):
    out = {}
    for value in (1, 2, 3):
        where = np.nonzero(labels == value)
        centre = [round(float(a.mean()), 3) for a in where[::-1]] if len(where[0]) else None
        out[str(value)] = dict(voxels=int(len(where[0])), centreIjk=centre)
    return out


def main():
    hu = build(VOLUME)
    spacing = tuple(VOLUME["spacingMm"][::-1])
    join = Join()
    images, grid = prepare(hu, spacing)
    p, patches = probabilities(images, grid, fake(NETWORKS["whole"]), fake(NETWORKS["fine"]), join)
    smooth = smooth_slabs(p, grid, join)
    kidneys = choose_kidneys(smooth[:, 0], grid, join)
    tumours, cysts, found = choose_masses(smooth[:, 1], smooth[:, 2], kidneys, grid, join)
    labels, _ = label_volume(p, grid, join)
    soft = np.argwhere((smooth[:, 0] > 0.15) & (smooth[:, 0] < 0.85))
    bright = np.argwhere(smooth[:, 1] > 0.3)
    spots = [[0, 0, 0], [5, 120, 90]] + soft[:: len(soft) // 9].tolist() + bright[:: len(bright) // 5].tolist()
    camel = lambda s: s.split("_")[0] + "".join(w.capitalize() for w in s.split("_")[1:])
    out = dict(
        about="Made by training/segment/golden.py; axes: i columns, j rows, k slices; working grid [slab, row, column].",
        volume=VOLUME,
        huSum=int(hu.astype(np.int64).sum()),
        networks=NETWORKS,
        join={camel(k): v for k, v in join.__dict__.items()},
        expected=dict(
            slicesPerSlab=grid.per,
            slabMm=grid.slab_mm,
            slabPositions=grid.positions.tolist(),
            centreRowColumn=[float(c) for c in grid.centre],
            workingHu=[dict(at=s, hu=round(float(images[tuple(s)]), 4)) for s in spots],
            workingHuMean=round(float(images.mean(dtype=np.float64)), 5),
            patches=[[list(map(int, o)) for o in places] for places in patches],
            blended=[dict(at=s, probabilities=[round(float(p[s[0], h, s[1], s[2]]), 5) for h in range(3)]) for s in spots],
            smoothed=[dict(at=s, probabilities=[round(float(smooth[s[0], h, s[1], s[2]]), 5) for h in range(3)]) for s in spots],
            workingVoxels=dict(kidneyOrMass=int(kidneys.sum()), tumour=int(tumours.sum()), cyst=int(cysts.sum())),
            masses=[{k: round(v, 5) for k, v in f.items()} for f in found],
            labels=describe(labels),
            labelsSha256=hashlib.sha256(labels.tobytes()).hexdigest(),
        ),
    )
    path = Path(__file__).parent / "golden" / "join.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(out, indent=1) + "\n")
    print(json.dumps(out["expected"], indent=None)[:3000])


if __name__ == "__main__":
    main()
