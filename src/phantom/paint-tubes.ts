import type { ReadPhase } from '../core/phase';
import type { Scene } from './scene';
import { PART_VALUES } from './tissue-values';
import type { Tube } from './trunk';

/** Where a kind of tube may show: elsewhere the organ it touches stays in front. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  artery: ['fat', 'pancreas', 'sinus-left', 'sinus-right', 'aorta'],
  'renal-vein': ['fat', 'sinus-left', 'sinus-right', 'cava'],
  'portal-vein': ['fat', 'pancreas', 'portal-vein'],
  'hepatic-vein': ['liver', 'cava'],
  'portal-branch': ['liver', 'portal-vein'],
  urine: ['fat', 'sinus-left', 'sinus-right', 'kidney-left', 'kidney-right'],
  ureter: ['fat'],
  muscle: ['fat'],
};

interface Segment {
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  readonly radius: number;
  readonly tissue: string;
}

/** Blends the thin tubes into a plane at `zMm`; `sum` already holds the plane's tissue. */
export type TubePainter = (zMm: number, plane: Float32Array) => void;

/** Painter of vessels, pelvis and ureters for one phase; the tubes follow the breath. */
export function tubePainter(scene: Scene, phase: ReadPhase, breathShiftMm: number, sizePx: number, pixelMm: number, cornerMm: readonly [number, number]): TubePainter {
  const { trunk, mass } = scene;
  const [ni, nj, nk] = trunk.sizeIjk;
  const voxelMm = trunk.spacingMm[0];
  const allowed = new Map(Object.entries(PLACES).map(([name, places]) => [name, new Set(places.map((place) => trunk.tissues.indexOf(place)))]));
  const moved = (p: readonly [number, number, number]): readonly [number, number, number] => [
    p[0], p[1], p[2] + breathShiftMm * scene.mobility.at(p[0] / voxelMm, p[1] / voxelMm, p[2] / voxelMm),
  ];
  const segments = trunk.tubes.flatMap((tube: Tube): Segment[] =>
    tube.pointsMm.slice(1).map((to, n) => ({
      from: moved(tube.pointsMm[n]!), to: moved(to), radius: (tube.radiiMm[n]! + tube.radiiMm[n + 1]!) / 2, tissue: tube.tissue,
    })));

  const clampPx = (v: number): number => Math.max(0, Math.min(sizePx - 1, v));
  return (zMm, plane) => {
    for (const { from, to, radius, tissue } of segments) {
      const reach = radius + 0.5;
      if (zMm < Math.min(from[2], to[2]) - reach || zMm > Math.max(from[2], to[2]) + reach) continue;
      const places = allowed.get(tissue);
      const hu = PART_VALUES[tissue]?.[phase] ?? 0;
      const dx = to[0] - from[0];
      const dy = to[1] - from[1];
      const dz = to[2] - from[2];
      const square = dx * dx + dy * dy + dz * dz || 1e-9;
      const i0 = clampPx(Math.floor((Math.min(from[0], to[0]) - reach - cornerMm[0]) / pixelMm));
      const i1 = clampPx(Math.ceil((Math.max(from[0], to[0]) + reach - cornerMm[0]) / pixelMm));
      const j0 = clampPx(Math.floor((Math.min(from[1], to[1]) - reach - cornerMm[1]) / pixelMm));
      const j1 = clampPx(Math.ceil((Math.max(from[1], to[1]) + reach - cornerMm[1]) / pixelMm));
      for (let j = j0; j <= j1; j++) {
        const y = cornerMm[1] + j * pixelMm;
        for (let i = i0; i <= i1; i++) {
          const x = cornerMm[0] + i * pixelMm;
          const t = Math.max(0, Math.min(1, ((x - from[0]) * dx + (y - from[1]) * dy + (zMm - from[2]) * dz) / square));
          const distance = Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy, zMm - from[2] - t * dz);
          const cover = Math.min(1, 0.5 + (radius - distance) / 0.9);
          if (cover <= 0) continue;
          const z = zMm - breathShiftMm * scene.mobility.at(x / voxelMm, y / voxelMm, zMm / voxelMm);
          const k = Math.round(z / voxelMm);
          if (k < 0 || k >= nk) continue;
          const label = trunk.labels[Math.round(x / voxelMm) + ni * (Math.round(y / voxelMm) + nj * k)] ?? 0;
          if (!places?.has(label) || mass.surfaceMm(x, y, z) < 0.8) continue;
          const p = i + sizePx * j;
          plane[p]! += (hu - plane[p]!) * cover;
        }
      }
    }
  };
}
