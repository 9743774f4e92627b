import { ANCHOR_LATTICE_MM, KEEP_ALIGNMENT_MM } from '../core/presets';
import { length, subtract, type Vec3 } from '../core/vector';

/**
 * Where the phases are aligned for a centre, LPS mm: at the automatic mass nearest to it within `KEEP_ALIGNMENT_MM`, else at
 * the nearest point of a fixed lattice. It depends on the centre and on what the segmentation found, never on which centres
 * were read before, so page and terminal align alike; and a centre that moves a little keeps its alignment.
 * `massCentresLpsMm`: of the automatic outlines, not of edited ones. Source: method step 10; docs/fidelity.md.
 */
export function registrationAnchor(centreLpsMm: Vec3, massCentresLpsMm: readonly Vec3[]): Vec3 {
  const away = (point: Vec3): number => length(subtract(point, centreLpsMm));
  const [nearest] = massCentresLpsMm.filter((point) => away(point) <= KEEP_ALIGNMENT_MM).sort((a, b) => away(a) - away(b));
  if (nearest !== undefined) return nearest;
  // Plus zero, so that a point has one name: no negative zero.
  const onLattice = (mm: number): number => Math.round(mm / ANCHOR_LATTICE_MM) * ANCHOR_LATTICE_MM + 0;
  return [onLattice(centreLpsMm[0]), onLattice(centreLpsMm[1]), onLattice(centreLpsMm[2])];
}
