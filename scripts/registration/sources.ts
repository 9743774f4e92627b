import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nodeCodecs } from '../../src/cli/node-codecs';
import { quietMonitor } from '../../src/cli/quiet-monitor';
import { readPaths } from '../../src/cli/read-folder';
import { indexToLps, type Grid } from '../../src/core/grid';
import type { Vec3 } from '../../src/core/vector';
import type { Volume } from '../../src/core/volume';
import { readNifti } from '../../src/nifti/read-nifti';
import { paintPhase } from '../../src/phantom/paint-phase';
import { buildScene } from '../../src/phantom/scene';
import { MASS, paintedGrid, PHASE_PLANS, SAMPLE_SEED, trunkOriginLpsMm } from '../../src/phantom/study-plan';
import { readTrunk } from '../../src/phantom/trunk';
import { openStudy } from '../../src/study/open-study';
import type { Place } from './motions';

/** A reference phase and the same body, unmoved, in another phase's contrast. */
export interface Source {
  readonly name: string;
  readonly reference: Volume;
  readonly other: Volume;
  readonly place: Place;
}

/** The painted sample: arterial against venous, both painted in their own contrast without a breath between them. */
export function phantomSource(): Source {
  const trunk = readTrunk(readFileSync(resolve('public/phantom/trunk.bin')));
  if (!trunk.ok) throw new Error('public/phantom/trunk.bin is damaged');
  const whole = paintedGrid(trunk.value);
  const origin = trunkOriginLpsMm(trunk.value);
  const centreLpsMm = MASS.centreMm.map((x, a) => x + origin[a]!) as unknown as Vec3;
  const scene = buildScene(trunk.value, SAMPLE_SEED, whole.spacingMm[0]);
  const paint = (phase: 'A' | 'V'): Volume => {
    const plan = PHASE_PLANS.find((candidate) => candidate.phase === phase)!;
    const [ni, nj] = whole.sizeIjk;
    const hu = new Int16Array(ni * nj * whole.sizeIjk[2]);
    for (const slice of paintPhase(scene, whole, { ...plan, breathShiftMm: 0 })) hu.set(slice.hu, slice.k * ni * nj);
    return { id: phase, grid: whole, hu };
  };
  return { name: 'phantom', reference: paint('A'), other: paint('V'), place: { centreLpsMm, spineXyMm: [0, centreLpsMm[1] + 15] } };
}

/** A real CT of ../shared with its kidney mask; the other phase is made of it by changing the contrast of what enhances. */
export async function realSource(name: string, shared: string): Promise<Source | null> {
  const folder = resolve(shared, 'real-ct', name);
  if (!existsSync(folder)) return null;
  const sources = await readPaths([folder]);
  if (!sources.ok) return null;
  const opened = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
  const mask = readNifti(new Uint8Array(gunzipSync(readFileSync(resolve(shared, `real-ct/kidney-masks/${name}.nii.gz`)))), name);
  if (!opened.ok || !mask.ok) return null;
  const reference = opened.value.volumes.toSorted((a, b) => b.volume.hu.length - a.volume.hu.length)[0]!.volume;
  const kidneys = mask.value.volume;
  const left = middleOf(kidneys, (x) => x > 0);
  const right = middleOf(kidneys, (x) => x < 0);
  return {
    name,
    reference,
    other: otherContrast(reference, kidneys),
    place: { centreLpsMm: [left[0] + 10, left[1], left[2]], spineXyMm: [(left[0] + right[0]) / 2, left[1] + 15] },
  };
}

/** Mean position of the kidney voxels on one side of the kidneys' own middle. */
function middleOf(kidneys: Volume, side: (xMm: number) => boolean): Vec3 {
  const { grid, hu } = kidneys;
  const points: Vec3[] = [];
  for (let at = 0; at < hu.length; at += 1) if (hu[at]! > 0) points.push(pointAt(grid, at));
  const mean = (list: readonly Vec3[]): Vec3 => [0, 1, 2].map((a) => list.reduce((sum, p) => sum + p[a]!, 0) / list.length) as unknown as Vec3;
  const all = mean(points);
  return mean(points.filter((p) => side(p[0] - all[0])));
}

function pointAt({ sizeIjk: [ni, nj], ...grid }: Grid, at: number): Vec3 {
  return indexToLps({ ...grid, sizeIjk: [ni, nj, 1] }, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]);
}

/** Kidneys lose 60 HU or gain 90 where they were not enhanced, other bright soft tissue keeps 60 % of what it has above 40 HU. */
function otherContrast(volume: Volume, kidneys: Volume): Volume {
  const enhanced = meanIn(volume, kidneys) > 80;
  const hu = Int16Array.from(volume.hu, (value, at) => {
    if (kidneys.hu[at]! > 0) return value + (enhanced ? -60 : 90);
    return value > 40 && value < 350 ? 40 + Math.round((value - 40) * (enhanced ? 0.6 : 1.4)) : value;
  });
  return { ...volume, hu };
}

function meanIn(volume: Volume, mask: Volume): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < mask.hu.length; at += 1) {
    if (mask.hu[at]! > 0) [sum, count] = [sum + volume.hu[at]!, count + 1];
  }
  return sum / count;
}
