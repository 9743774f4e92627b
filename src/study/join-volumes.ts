import { indexToLps, type Grid } from '../core/grid';
import { dot, length, subtract } from '../core/vector';
import { allocateVoxels } from '../core/allocate-voxels';
import type { StudyVolume } from '../dicom/read-study';

const SAME_AXIS_COSINE = Math.cos((0.1 * Math.PI) / 180);
/** The next part's first slice may lie this share of a step off the place where it continues the grid. */
const MAX_OFF_STEP = 0.1;
/** And this far off sideways, mm. */
const MAX_ASIDE_MM = 0.05;

/**
 * Volumes of different series that go on where another one ends: same study, frame of reference, axes, spacing and kernel, and
 * the next slice one step behind the last. Each offer has its parts in their order along the normal.
 */
export function joinOffers(volumes: readonly StudyVolume[]): readonly (readonly StudyVolume[])[] {
  const follows = new Map<StudyVolume, StudyVolume>();
  const taken = new Set<StudyVolume>();
  for (const first of volumes) {
    const next = volumes.find((other) => other !== first && !taken.has(other) && goesOn(first, other));
    if (next === undefined) continue;
    follows.set(first, next);
    taken.add(next);
  }
  return volumes
    .filter((volume) => follows.has(volume) && !taken.has(volume))
    .map((first) => {
      const parts = [first];
      for (let next = follows.get(first); next !== undefined; next = follows.get(next)) parts.push(next);
      return parts;
    });
}

function goesOn(first: StudyVolume, next: StudyVolume): boolean {
  const [a, b] = [first.facts, next.facts];
  if (a.frameOfReferenceUid === '' || a.frameOfReferenceUid !== b.frameOfReferenceUid || a.studyInstanceUid !== b.studyInstanceUid) return false;
  if (a.seriesInstanceUid === b.seriesInstanceUid || a.convolutionKernel !== b.convolutionKernel) return false;
  const [g, h] = [first.volume.grid, next.volume.grid];
  if (!sameFrame(g, h)) return false;
  const step = g.spacingMm[2];
  const off = subtract(h.originLpsMm, indexToLps(g, [0, 0, g.sizeIjk[2]]));
  const along = dot(off, g.axesLps[2]);
  return Math.abs(along) <= MAX_OFF_STEP * step && Math.sqrt(Math.max(0, length(off) ** 2 - along ** 2)) <= MAX_ASIDE_MM;
}

function sameFrame(g: Grid, h: Grid): boolean {
  return (
    g.sizeIjk[0] === h.sizeIjk[0] &&
    g.sizeIjk[1] === h.sizeIjk[1] &&
    ([0, 1, 2] as const).every((axis) => dot(g.axesLps[axis], h.axesLps[axis]) > SAME_AXIS_COSINE && Math.abs(g.spacingMm[axis] / h.spacingMm[axis] - 1) < 1e-3)
  );
}

/** The parts of an offer as one volume, with the id and facts of its first part; in shared memory when asked. Null when there is no memory for it. */
export function joinVolumes(parts: readonly StudyVolume[], share: boolean): StudyVolume | null {
  const { facts, volume } = parts[0]!;
  const hu = allocateVoxels(
    parts.reduce((sum, part) => sum + part.volume.hu.length, 0),
    share,
  );
  if (hu === null) return null;
  let at = 0;
  for (const part of parts) {
    hu.set(part.volume.hu, at);
    at += part.volume.hu.length;
  }
  const slices = parts.reduce((sum, part) => sum + part.volume.grid.sizeIjk[2], 0);
  const grid = { ...volume.grid, sizeIjk: [volume.grid.sizeIjk[0], volume.grid.sizeIjk[1], slices] as const };
  return { facts: { ...facts, files: parts.reduce((sum, part) => sum + part.facts.files, 0) }, volume: { id: volume.id, grid, hu } };
}
