import type { ReadPhase } from '../core/phase';
import { ramp } from './kidney-anatomy';
import { CYST, MASS } from './study-plan';
import type { Texture } from './texture';
import { PART_VALUES } from './tissue-values';

/** The mass and the cyst as surfaces and as tissue. Positions are trunk mm. */
export interface MassAnatomy {
  /** Distance to the mass's surface, mm; negative inside. 99 far away. */
  surfaceMm(x: number, y: number, z: number): number;
  /** HU inside the mass, without the scanner's noise. */
  hu(x: number, y: number, z: number, surfaceMm: number, phase: ReadPhase): number;
  /** Distance to the cyst's surface, mm; negative inside. 99 far away. */
  cystMm(x: number, y: number, z: number): number;
}

/** How far texture carries in each phase, HU per SD of the field: most in A, little without contrast. */
const TEXTURE_HU = { N: 6, A: 27, V: 15 } as const;
const RIM_HU = { N: 0, A: 26, V: 6 } as const;
const CAPSULE_HU = { N: -4, A: -30, V: -4 } as const;

/**
 * A mass as clear cell carcinomas look: bright and mottled in A with a hot rim and a necrotic pool, washing out in V, with
 * a thin dark pseudocapsule. One texture for all phases: it belongs to the tumour, not to the scan.
 */
export function massAnatomy(grain: Texture): MassAnatomy {
  const [cx, cy, cz] = MASS.centreMm;
  const [rx, ry, rz] = MASS.radiiMm;
  const reach = Math.max(rx, ry, rz) + 6;
  // Lobulation: slow bumps of about 1.5 mm.
  const bumpMm = (x: number, y: number, z: number): number =>
    1.5 * grain.at(x / 7 + 5, y / 7 + 11, z / 7 + 23) + 0.5 * grain.at(x / 3, y / 3, z / 3);
  const meanBumpMm = meanOnSurface(bumpMm);
  const surfaceMm = (x: number, y: number, z: number): number => {
    const dx = x - cx;
    const dy = y - cy;
    const dz = z - cz;
    if (Math.abs(dx) > reach || Math.abs(dy) > reach || Math.abs(dz) > reach) return 99;
    const rho = Math.hypot(dx / rx, dy / ry, dz / rz);
    const mean = (rx + ry + rz) / 3;
    return (rho - 1) * mean - (bumpMm(x, y, z) - meanBumpMm) * ramp(rho, 0.35, 0.4);
  };
  const hu = (x: number, y: number, z: number, surface: number, phase: ReadPhase): number => {
    const depth = -surface;
    const fine = grain.at(x / 1.7 + 31, y / 1.7, z / 1.7);
    const middle = grain.at(x / 3.6, y / 3.6 + 17, z / 3.6);
    const coarse = grain.at(x / 7.5 + 3, y / 7.5, z / 7.5 + 41);
    const raw = 0.28 * fine + 0.42 * middle + 0.87 * coarse;
    const shaped = raw * Math.abs(raw) ** 0.3;
    let value = PART_VALUES['tumour']![phase] + TEXTURE_HU[phase] * shaped;
    // Hot rim with gaps.
    const gaps = ramp(grain.at(x / 9, y / 9 + 7, z / 9 + 2), -0.9, 1.2);
    value += RIM_HU[phase] * gaps * (1 - ramp(depth, 3, 4));
    // Tumour vessels: the thin sheets where two fields are both near zero make threads.
    const thread = Math.abs(grain.at(x / 4 + 13, y / 4, z / 4)) + Math.abs(grain.at(x / 4, y / 4 + 29, z / 4));
    value += (PART_VALUES['tumourVessel']![phase] - value) * 0.7 * (1 - ramp(thread, 0.12, 0.2));
    // Necrosis: one irregular pool off the middle and satellites.
    const pool = Math.hypot((x - cx + 3) / 8.5, (y - cy - 2) / 7, (z - cz - 3) / 8.5);
    const ragged = 1 - pool + 0.42 * middle + 0.22 * fine + 0.25 * coarse;
    const necrosis = ramp(ragged, 0, 0.34) * ramp(depth, 2.5, 2.5);
    const fluid = PART_VALUES['necrosis']![phase] + 3 * fine;
    value += (fluid - value) * necrosis * 0.94;
    // Pseudocapsule.
    const cover = ramp(grain.at(x / 8 + 51, y / 8, z / 8), -1.0, 0.9);
    value += CAPSULE_HU[phase] * cover * (1 - ramp(Math.abs(depth - 0.9), 0.4, 0.6));
    return value;
  };
  const cystMm = (x: number, y: number, z: number): number => {
    const d = Math.hypot(x - CYST.centreMm[0], y - CYST.centreMm[1], z - CYST.centreMm[2]);
    return d > CYST.radiusMm + 8 ? 99 : d - CYST.radiusMm;
  };
  return { surfaceMm, hu, cystMm };
}

/** Mean of a field over the mass's ellipsoid, on a spiral of directions: taken off the bumps, so that the mass has its stated size. */
function meanOnSurface(field: (x: number, y: number, z: number) => number): number {
  const points = 800;
  let sum = 0;
  for (let n = 0; n < points; n++) {
    const height = 1 - (2 * n + 1) / points;
    const angle = n * Math.PI * (3 - Math.sqrt(5));
    const ring = Math.sqrt(1 - height * height);
    const [cx, cy, cz] = MASS.centreMm;
    const [rx, ry, rz] = MASS.radiiMm;
    sum += field(cx + rx * ring * Math.cos(angle), cy + ry * ring * Math.sin(angle), cz + rz * height);
  }
  return sum / points;
}
