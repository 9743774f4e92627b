import { indexToLps } from '../core/grid';
import { isSharpKernel } from '../core/kernel';
import { dot } from '../core/vector';
import type { StudyVolume } from '../dicom/read-study';

/** Reconstructions of one scan start within this, seconds. */
const SAME_SCAN_S = 2;
/** Share of the shorter one that both must cover. */
const COVERED = 0.8;

/** Volumes with a lung or bone kernel of which a softer reconstruction of the same scan is there too. */
export function sharpTwins(volumes: readonly StudyVolume[]): readonly StudyVolume[] {
  return volumes.filter(
    (sharp) => isSharpKernel(sharp.facts.convolutionKernel) && volumes.some((soft) => !isSharpKernel(soft.facts.convolutionKernel) && soft.facts.convolutionKernel !== '' && sameScan(sharp, soft)),
  );
}

function sameScan(a: StudyVolume, b: StudyVolume): boolean {
  const [x, y] = [a.facts, b.facts];
  if (x.studyInstanceUid !== y.studyInstanceUid || x.frameOfReferenceUid !== y.frameOfReferenceUid || x.acquisitionDate !== y.acquisitionDate) return false;
  const [s, t] = [x.acquisitionTimeS, y.acquisitionTimeS];
  if (s === null || t === null ? x.acquisitionNumber !== y.acquisitionNumber : Math.abs(s - t) > SAME_SCAN_S) return false;
  const [p, q] = [extent(a, a), extent(b, a)];
  const common = Math.min(p.high, q.high) - Math.max(p.low, q.low);
  return common >= COVERED * Math.min(p.high - p.low, q.high - q.low);
}

/** From where to where a volume reaches along the normal of another, mm. */
function extent({ volume: { grid } }: StudyVolume, along: StudyVolume): { readonly low: number; readonly high: number } {
  const normal = along.volume.grid.axesLps[2];
  const [first, last] = [dot(grid.originLpsMm, normal), dot(indexToLps(grid, [0, 0, grid.sizeIjk[2] - 1]), normal)];
  return { low: Math.min(first, last), high: Math.max(first, last) };
}
