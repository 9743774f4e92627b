"""Makes public/phantom/trunk.bin, the anatomy behind the sample case.

From one label map of the TotalSegmentator data set (subject s0328, CC BY 4.0, Wasserthal et al.) this script keeps the upper
abdomen, joins its 117 structures to tissues and adds what no label names: body outline, skin fat, abdominal wall, discs,
renal sinus, gas in stomach and colon, and vessels thinner than the map's voxels (as centre lines with radii).

    python training/phantom/make_trunk.py --labels ../shared/more-data/fullbody-labels --out public/phantom

File format: 8 bytes 'RLTRUNK1', uint32 little endian length of the JSON header, the header (UTF-8), then the zlib-compressed
label bytes, i (towards the patient's left) fastest, then j (towards the back), then k (towards the head).
"""
import argparse
import json
import pathlib
import struct
import zlib

import nibabel as nib
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage as nd
from scipy.spatial import ConvexHull

SUBJECT = 's0328'
FIRST_PLANE, END_PLANE = 116, 269
VOXEL_MM = 1.5

TISSUES = [
    'air', 'fat', 'skin', 'wall-inner', 'wall-middle', 'wall-outer', 'back-muscle', 'psoas', 'gluteus', 'liver', 'spleen',
    'pancreas', 'adrenal', 'gallbladder', 'stomach', 'stomach-gas', 'duodenum', 'small-bowel', 'colon', 'colon-gas',
    'oesophagus', 'aorta', 'cava', 'portal-vein', 'iliac-artery', 'iliac-vein', 'heart', 'lung', 'vertebra', 'rib',
    'cartilage', 'pelvic-bone', 'spinal-canal', 'disc', 'kidney-left', 'kidney-right', 'sinus-left', 'sinus-right',
    'quadratus',
]
T = {name: n for n, name in enumerate(TISSUES)}

SOURCE_TO_TISSUE = {
    'autochthon': 'back-muscle', 'iliopsoas': 'psoas', 'gluteus': 'gluteus', 'liver': 'liver', 'spleen': 'spleen',
    'pancreas': 'pancreas', 'adrenal': 'adrenal', 'gallbladder': 'gallbladder', 'stomach': 'stomach', 'duodenum': 'duodenum',
    'small_bowel': 'small-bowel', 'colon': 'colon', 'esophagus': 'oesophagus', 'aorta': 'aorta',
    'inferior_vena_cava': 'cava', 'portal_vein': 'portal-vein', 'iliac_artery': 'iliac-artery', 'iliac_vena': 'iliac-vein',
    'heart': 'heart', 'atrial': 'heart', 'lung': 'lung', 'vertebrae': 'vertebra', 'rib': 'rib', 'costal': 'cartilage',
    'hip': 'pelvic-bone', 'sacrum': 'pelvic-bone', 'spinal_cord': 'spinal-canal', 'kidney_left': 'kidney-left',
    'kidney_right': 'kidney-right', 'sternum': 'rib',
}


def load(folder):
    """Tissue numbers on an LPS-ordered array [k, j, i]."""
    image = nib.load(folder / f'{SUBJECT}.nii.gz')
    source = np.asarray(image.dataobj)
    lut = np.zeros(256, np.uint8)
    for name, value in json.loads((folder / 'labels.json').read_text()).items():
        for prefix, tissue in SOURCE_TO_TISSUE.items():
            if name.startswith(prefix):
                lut[value] = T[tissue]
    tissue = lut[source]
    return np.ascontiguousarray(tissue[::-1, ::-1, FIRST_PLANE:END_PLANE].transpose(2, 1, 0))


def hull_mask(mask):
    """Convex hull of a 2-D mask, filled."""
    points = np.argwhere(mask)
    out = Image.new('L', mask.shape[::-1])
    if len(points) > 10:
        corners = points[ConvexHull(points).vertices]
        ImageDraw.Draw(out).polygon([(int(x), int(y)) for y, x in corners], fill=1)
    return np.asarray(out, bool)


def radial(mask3, centre, angles):
    """Outer radius (voxels) of each plane's hull along each angle."""
    out = np.zeros((mask3.shape[0], len(angles)))
    reach = np.arange(0, 140, 0.5)
    for k, plane in enumerate(mask3):
        hull = hull_mask(plane)
        y = centre[0] + np.sin(angles)[:, None] * reach
        x = centre[1] + np.cos(angles)[:, None] * reach
        inside = nd.map_coordinates(hull.astype(float), [y, x], order=1) > 0.5
        out[k] = np.where(inside.any(1), reach[inside.shape[1] - 1 - inside[:, ::-1].argmax(1)], 0)
    return out


def smooth_radial(radius, sigma_k, sigma_angle):
    return nd.gaussian_filter1d(nd.gaussian_filter1d(radius, sigma_angle, axis=1, mode='wrap'), sigma_k, axis=0, mode='nearest')


def is_any(a, *names):
    return np.isin(a, [T[n] for n in names])


def add_wall(a):
    """Body outline with skin, subcutaneous fat and the muscles of the wall; returns the new map."""
    spine = np.argwhere(is_any(a, 'vertebra'))
    content = (a > 0) & ~is_any(a, 'rib', 'cartilage', 'back-muscle', 'pelvic-bone', 'gluteus', 'vertebra', 'spinal-canal')
    midline = spine[:, 2].mean()
    everything = np.argwhere(a > 0)
    centre = ((everything[:, 1].min() * 0.45 + everything[:, 1].max() * 0.55), midline)
    angles = np.radians(np.arange(0, 360, 1.0))
    frame = is_any(a, 'rib', 'cartilage', 'back-muscle', 'pelvic-bone', 'gluteus')
    r_content = smooth_radial(radial(content, centre, angles), 4, 4)
    r_frame = smooth_radial(radial(frame | content, centre, angles), 3, 3)
    # Angles: 0 patient's left, 90 back, 270 front.
    front = np.clip(-np.sin(angles), 0, 1)
    back = np.clip(np.sin(angles), 0, 1)
    side = np.abs(np.cos(angles))
    thickness = (6.5 + 4.5 * side**2 - 1.0 * front) * (1 - 0.75 * back**1.5)
    r_in = r_content + 1.2
    r_out = smooth_radial(np.maximum(r_in + thickness, r_frame + 2.2 * (1 - back**2) + 0.5), 3, 4)
    fat = 6.5 + 8.5 * front**2 + 9.0 * back**2 + 1.5 * side + 1.5 * np.cos(2 * angles + 0.6)
    k_share = np.linspace(0, 1, a.shape[0])[:, None]
    r_body = smooth_radial(r_out + fat * (1.25 - 0.55 * k_share), 4, 8)

    k, j, i = np.indices(a.shape, np.float32)
    dy, dx = j - centre[0], i - centre[1]
    rho = np.hypot(dy, dx)
    angle = np.degrees(np.arctan2(dy, dx)) % 360
    pick = lambda r: nd.map_coordinates(np.pad(r, ((0, 0), (0, 1)), mode='wrap'), [k, angle], order=1)
    body = rho < pick(r_body)
    # The back lies flat on the table.
    flat = np.argwhere(body.any(2))[:, 1].max() - 3
    body &= j < flat
    rho_out = pick(r_out)
    rho_in = np.maximum(pick(r_in), rho_out - pick(np.broadcast_to(thickness + 1.5, r_out.shape)))
    out = np.where(body, T['fat'], T['air']).astype(np.uint8)
    shell = body & (rho >= rho_in) & (rho < rho_out)
    depth = (rho - rho_in) / np.maximum(rho_out - rho_in, 1)
    sideways = (np.abs(np.cos(np.radians(angle))) > 0.52) | (np.sin(np.radians(angle)) > 0)
    layer = np.where(depth < 0.27, T['wall-inner'], np.where(depth < 0.62, T['wall-middle'], T['wall-outer']))
    # One voxel of fat between the layers; it survives as a thin dark line.
    voxels = (rho_out - rho_in)
    open_here = nd.gaussian_filter(np.random.default_rng(21).normal(size=a.shape), 5)
    gap = ((np.abs(depth - 0.27) * voxels < 0.5) | (np.abs(depth - 0.62) * voxels < 0.5)) & (open_here > -0.3 * open_here.std())
    layer = np.where(gap & (np.abs(np.cos(np.radians(angle))) > 0.72), T['fat'], layer)
    rectus = ~sideways
    layer = np.where(rectus, T['wall-middle'], layer)
    # Linea alba and the semilunar lines.
    cosine = np.cos(np.radians(angle))
    to_end = np.minimum(np.abs(dx) - 1.2, np.abs(np.abs(cosine) - 0.52) * rho - 0.6)
    rounded = np.abs(depth - 0.5) < 0.5 * np.sqrt(np.clip(to_end / 9, 0, 1))
    layer = np.where(rectus & ~rounded, T['fat'], layer)
    layer = np.where((np.abs(np.abs(cosine) - 0.52) * rho < 0.7) & (dy < 0), T['fat'], layer)
    posterior = np.sin(np.radians(angle)) > 0.62
    out[shell & ~posterior] = layer[shell & ~posterior]
    out[a > 0] = a[a > 0]
    ring = body & ~nd.binary_erosion(body, nd.generate_binary_structure(2, 1)[None], iterations=1, border_value=1)
    edge = np.zeros_like(body)
    edge[:, 1:-1, 1:-1] = ring[:, 1:-1, 1:-1]
    out[edge & (out == T['fat'])] = T['skin']
    return out, centre


def add_discs(a):
    vertebra = a == T['vertebra']
    closed = nd.binary_closing(np.pad(vertebra, ((9, 9), (0, 0), (0, 0))), np.ones((9, 3, 3), bool))[9:-9]
    canal = np.argwhere(a == T['spinal-canal'])
    front = np.array([canal[canal[:, 0] == k][:, 1].min() if (canal[:, 0] == k).any() else 0 for k in range(a.shape[0])])
    j = np.arange(a.shape[1])[None, :, None]
    gap = closed & ~vertebra & (j < front[:, None, None]) & is_any(a, 'fat')
    gap = nd.binary_opening(gap, np.ones((1, 3, 3), bool))
    a[gap] = T['disc']


def add_sinus(a, side):
    """Fills the hollow of the kidney with sinus; returns the sinus centroid [k, j, i] and the hilum on its medial side."""
    kidney = a == T[f'kidney-{side}']
    ball = nd.distance_transform_edt(np.ones((19, 19, 19)) - np.pad([[[1]]], 9)) <= 8
    padded = np.pad(kidney, 12)
    closed = nd.binary_closing(padded, ball)[12:-12, 12:-12, 12:-12] & (a != T['psoas'])
    closed = np.stack([nd.binary_fill_holes(p) for p in closed])
    sinus = closed & is_any(a, 'fat')
    part, count = nd.label(sinus)
    sizes = nd.sum(sinus, part, range(1, count + 1))
    sinus = part == 1 + int(np.argmax(sizes))
    sinus = nd.binary_opening(sinus, nd.generate_binary_structure(3, 1)) | (sinus & nd.binary_dilation(nd.binary_opening(sinus)))
    a[sinus] = T[f'sinus-{side}']
    points = np.argwhere(sinus)
    medial = points[:, 2] if side == 'right' else -points[:, 2]
    hilum = points[medial >= np.percentile(medial, 92)].mean(0)
    return points.mean(0), hilum


def add_quadratus(a):
    """The muscle between psoas and back muscle, from the crest to the last rib."""
    for k in range(a.shape[0]):
        plane = a[k]
        for sign in (1, -1):
            spine = np.argwhere(plane == T['vertebra'])
            psoas, back = (np.argwhere(plane == T[n]) for n in ('psoas', 'back-muscle'))
            if not len(spine) or not len(psoas) or not len(back):
                continue
            mid = spine[:, 1].mean()
            psoas, back = (p[sign * (p[:, 1] - mid) > 0] for p in (psoas, back))
            if len(psoas) < 40 or not len(back):
                continue
            x = sign * np.percentile(sign * psoas[:, 1], 88) + sign * 6
            near = back[np.abs(back[:, 1] - x) < 4]
            y = (near[:, 0].min() if len(near) else back[:, 0].mean()) - 3.5
            jj, ii = np.indices(plane.shape)
            u, v = (ii - x) * sign, jj - y + 0.25 * (ii - x) * sign
            oval = (u / 12) ** 2 + (v / 4.2) ** 2 < 1
            plane[oval & (plane == T['fat'])] = T['quadratus']


def add_gas(a):
    """Gas rises to the front: the upper part of each plane-connected lumen, away from its wall."""
    for name, share in (('stomach', 0.34), ('colon', 0.42)):
        lumen = nd.binary_erosion(a == T[name], nd.generate_binary_structure(3, 1), iterations=1)
        part, count = nd.label(a == T[name])
        for n in range(1, count + 1):
            where = np.argwhere(part == n)
            if len(where) < 400:
                continue
            if name == 'stomach':
                level = np.full(a.shape[0], np.quantile(where[:, 1], share))
            else:
                blocks = nd.gaussian_filter1d(np.random.default_rng(5 + n).normal(size=a.shape[0]), 4)
                level = np.quantile(where[:, 1], share) + 14 * blocks / blocks.std()
            k, j, _ = np.nonzero(lumen & (part == n))
            up = j < level[k]
            idx = np.nonzero(lumen & (part == n))
            gas = tuple(axis[up] for axis in idx)
            a[gas] = T[f'{name}-gas']
        gas = nd.binary_opening(a == T[f'{name}-gas'], nd.generate_binary_structure(3, 1))
        a[(a == T[f'{name}-gas']) & ~gas] = T[name]


def curve(points, radii, n=24):
    """Catmull-Rom through points [k, j, i] with radii in mm."""
    p = np.asarray(points, float)
    r = np.asarray(radii, float)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    out = []
    for s in range(len(p) - 3):
        for t in np.linspace(0, 1, n, endpoint=s == len(p) - 4):
            q = 0.5 * (2 * p[s + 1] + (p[s + 2] - p[s]) * t + (2 * p[s] - 5 * p[s + 1] + 4 * p[s + 2] - p[s + 3]) * t**2
                       + (3 * p[s + 1] - p[s] - 3 * p[s + 2] + p[s + 3]) * t**3)
            out.append([*q, r[s] * (1 - t) + r[s + 1] * t])
    return np.array(out)


def centre_at(a, name, k):
    points = np.argwhere(a[k] == T[name])
    return np.array([k, *points.mean(0)]) if len(points) else None


def wander(rng, start, end, r0, r1, bend):
    """A gently bent branch from start to end."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    span = np.linalg.norm(end - start)
    mids = [start + (end - start) * t + rng.normal(0, bend * span, 3) for t in (0.33, 0.67)]
    return curve([start, *mids, end], [r0, r0 * 0.75 + r1 * 0.25, r0 * 0.35 + r1 * 0.65, r1], 10)


def add_tubes(a, sinuses):
    """Centre lines of vessels and ureters."""
    rng = np.random.default_rng(11)
    tubes = []
    put = lambda tissue, line: tubes.append({'tissue': tissue, 'line': line})
    k_hilum = {side: int(round(sinuses[side][1][0])) for side in sinuses}
    for side, sign in (('left', 1), ('right', -1)):
        centroid, hilum = sinuses[side]
        aorta = centre_at(a, 'aorta', min(k_hilum[side] + 5, a.shape[0] - 1))
        cava = centre_at(a, 'cava', k_hilum[side] + 2)
        edge = aorta + [0, 0, sign * 5]
        mid = (edge + hilum) / 2 + [1, 3 if side == 'right' else 2, 0]
        put('artery', curve([aorta, edge, mid, hilum + [1, 1, 0], (hilum + centroid) / 2 + [2, 1, 0]], [3.2, 3.0, 2.8, 2.5, 1.8]))
        for dk in (-9, 0, 10):
            put('artery', wander(rng, hilum + [1, 1, 0], centroid + [dk, rng.normal(0, 2), sign * rng.uniform(0, 3)], 1.7, 0.9, 0.06))
        if side == 'left':
            over = centre_at(a, 'aorta', k_hilum[side] + 1) + [0, -9.5, 0]
            line = [cava, over + [0, 0, -9], over, (over + hilum) / 2 + [0, -1, 6], hilum + [-1, -2, 0], (hilum + centroid) / 2 + [-2, -1, 0]]
            put('renal-vein', curve(line, [4.2, 4.2, 4.0, 5.0, 4.6, 3.0]))
        else:
            put('renal-vein', curve([cava, (cava + hilum) / 2 + [0, -1, 0], hilum + [-1, -2, 0], (hilum + centroid) / 2 + [-2, -1, 0]], [4.8, 4.8, 4.5, 3.0]))
        for dk in (-8, 7):
            put('renal-vein', wander(rng, hilum + [-1, -2, 0], centroid + [dk, -1 + rng.normal(0, 1.5), sign * rng.uniform(0, 3)], 2.4, 1.2, 0.05))
        pelvis = centroid * 0.45 + hilum * 0.55 + [-3, 2, 0]
        put('urine', curve([centroid + [-1, 1, 0], pelvis, hilum + [-7, 3, sign * -2]], [4.6, 5.2, 2.4]))
        for dk in (-15, -8, 8, 15):
            put('urine', wander(rng, centroid + [0, 1, 0], centroid + [dk, rng.normal(1, 2), sign * rng.uniform(1, 4)], 2.2, 1.8, 0.04))
        way = [hilum + [-7, 3, sign * -2]]
        for k in range(int(hilum[0]) - 16, 1, -14):
            psoas = np.argwhere(a[k] == T['psoas'])
            psoas = psoas[sign * (psoas[:, 1] - centre_at(a, 'vertebra', k)[2]) > 0] if len(psoas) else psoas
            if len(psoas):
                way.append(np.array([k, psoas[:, 0].min() - 3.0, psoas[:, 1].mean() + sign * 0.5]))
        way.append(way[-1] + [-8, 0, 0])
        put('ureter', curve(way, [2.0] + [1.7] * (len(way) - 1), 8))

    # Superior mesenteric artery and vein.
    k0 = k_hilum['left'] + 12
    start = centre_at(a, 'aorta', k0)
    line = [start, start + [-3, -9, 0], start + [-14, -14, 1], start + [-34, -17, 0], start + [-58, -19, -3]]
    put('artery', curve(line, [3.2, 3.2, 3.0, 2.5, 1.8]))
    vein = [p + [0, -1.5, -8] for p in line[2:]]
    top = np.argwhere(a == T['portal-vein'])
    confluence = top[top[:, 0] <= np.percentile(top[:, 0], 6)].mean(0)
    put('portal-vein', curve([confluence, *vein], [4.6, 4.5, 3.6, 2.4]))
    # Jejunal and colic branches into the mesentery.
    bowel = np.argwhere(is_any(a, 'small-bowel', 'colon'))
    arcade = [(line[1], line[2]), (line[2], line[3]), (line[3], line[4])]
    for n in range(110):
        target = bowel[rng.integers(len(bowel))]
        s, e = arcade[n % 3]
        origin = s + (np.asarray(e) - s) * rng.uniform(0, 1)
        if np.linalg.norm(target - origin) > 80:
            continue
        branch = wander(rng, origin, target, rng.uniform(0.6, 1.0), 0.4, 0.09)
        put('artery', branch)
        put('portal-vein', branch + [0.6, 1.6, 1.2, 0.45])
    # Coeliac trunk and a splenic artery.
    c = centre_at(a, 'aorta', k0 + 9)
    spleen = np.argwhere(a == T['spleen'])
    hilum_spleen = spleen[spleen[:, 2] <= np.percentile(spleen[:, 2], 10)].mean(0)
    put('artery', curve([c, c + [1, -10, 0], c + [4, -12, 10], (c + hilum_spleen) / 2 + [5, -5, 4], hilum_spleen], [3.2, 3.0, 2.6, 2.4, 1.8]))

    # Liver: three hepatic veins and portal branches.
    liver = a == T['liver']
    inside = np.argwhere(nd.binary_erosion(liver, iterations=5))
    cava_top = centre_at(a, 'cava', min(a.shape[0] - 14, 132))
    lo, hi = inside.min(0), inside.max(0)
    def target(fk, fj, fi):
        want = lo + (hi - lo) * np.array([fk, fj, fi])
        return inside[np.argmin(((inside - want) ** 2).sum(1))].astype(float)
    for ends in ((0.62, 0.55, 0.12), (0.62, 0.25, 0.4), (0.72, 0.35, 0.78)):
        e = target(*ends)
        main = wander(rng, cava_top, e, 4.4, 2.0, 0.04)
        put('hepatic-vein', main)
        for t in (5, 8, 11, 14, 17, 20, 23):
            p = main[min(t, len(main) - 1), :3]
            q = p + rng.normal(0, 20, 3)
            put('hepatic-vein', wander(rng, p, inside[np.argmin(((inside - q) ** 2).sum(1))], 2.6, 1.0, 0.06))
    porta = top[(top[:, 2] < np.percentile(top[:, 2], 12))].mean(0)
    for ends in ((0.45, 0.65, 0.1), (0.42, 0.35, 0.22), (0.7, 0.7, 0.25), (0.55, 0.3, 0.62), (0.25, 0.55, 0.15)):
        e = target(*ends)
        main = wander(rng, porta, e, 4.6, 1.6, 0.05)
        put('portal-branch', main)
        for t in (8, 11, 14, 17, 20, 23):
            p = main[min(t, len(main) - 1), :3]
            q = p + rng.normal(0, 14, 3)
            put('portal-branch', wander(rng, p, inside[np.argmin(((inside - q) ** 2).sum(1))], 2.3, 0.9, 0.06))
    # Diaphragmatic crura and a few retroperitoneal threads.
    for sign in (1, -1):
        way = []
        for k in range(k0 - 22, a.shape[0] - 8, 10):
            p = centre_at(a, 'aorta', k)
            if p is not None:
                way.append(p + [0, -2.0, sign * 8.6])
        put('muscle', curve(way, [3.6] * len(way), 10))
    lumbar = [centre_at(a, 'vertebra', k) for k in range(6, a.shape[0] - 20, 22)]
    for p in lumbar:
        for sign in (1, -1):
            back = p + [rng.normal(0, 1), 24, sign * rng.uniform(5, 10)]
            put('artery', wander(rng, p + [0, 10, sign * 16], back, 0.8, 0.6, 0.05))
    return tubes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--labels', type=pathlib.Path, required=True)
    parser.add_argument('--out', type=pathlib.Path, required=True)
    args = parser.parse_args()
    a = load(args.labels)
    a = np.pad(a, ((0, 0), (8, 40), (8, 8)))
    a, _ = add_wall(a)
    sinuses = {side: add_sinus(a, side) for side in ('left', 'right')}
    add_discs(a)
    add_quadratus(a)
    add_gas(a)
    tubes = add_tubes(a, sinuses)

    body = np.argwhere(a > 0)
    lo, hi = np.maximum(body.min(0) - 2, 0), body.max(0) + 3
    lo[0], hi[0] = 0, a.shape[0]
    a = a[lo[0]:hi[0], lo[1]:hi[1], lo[2]:hi[2]]
    nk, nj, ni = a.shape
    to_mm = lambda p: [round(float((p[2] - lo[2]) * VOXEL_MM), 2), round(float((p[1] - lo[1]) * VOXEL_MM), 2),
                       round(float((p[0] - lo[0]) * VOXEL_MM), 2)]
    header = {
        'source': 'TotalSegmentator data set v2, subject s0328',
        'attribution': 'TotalSegmentator data set, Wasserthal et al., doi 10.5281/zenodo.6802613',
        'licence': 'CC BY 4.0',
        'changes': 'cropped, structures joined to tissues; outline, wall, discs, renal sinus, gas and vessels added',
        'sizeIjk': [ni, nj, nk],
        'spacingMm': [VOXEL_MM] * 3,
        'tissues': TISSUES,
        'sinusMm': {s: to_mm(sinuses[s][0]) for s in sinuses},
        'hilumMm': {s: to_mm(sinuses[s][1]) for s in sinuses},
        'tubes': [{'tissue': t['tissue'], 'pointsMm': [to_mm(p) for p in t['line']],
                   'radiiMm': [round(float(p[3]), 2) for p in t['line']]} for t in tubes],
    }
    text = json.dumps(header, separators=(',', ':')).encode()
    packed = zlib.compress(np.ascontiguousarray(a).tobytes(), 9)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / 'trunk.bin').write_bytes(b'RLTRUNK1' + struct.pack('<I', len(text)) + text + packed)
    print(a.shape, len(text), len(packed), {s: (to_mm(sinuses[s][0]), to_mm(sinuses[s][1])) for s in sinuses},
          {n: int((a == v).sum()) for n, v in T.items()})


if __name__ == '__main__':
    main()
