import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Issue } from '../core/issue';
import type { StudyVolume } from '../dicom/read-study';
import { openStudy } from '../study/open-study';
import { nodeCodecs } from './node-codecs';
import { quietMonitor } from './quiet-monitor';
import { readPaths } from './read-folder';

const CORPUS = '../shared/dicom-conformance-series';
const REAL = '../shared/real-ct';
if (!existsSync(CORPUS)) console.warn(`SKIPPED: series with a geometry problem, ${CORPUS} is absent`);
if (!existsSync(REAL)) console.warn(`SKIPPED: real CT, ${REAL} is absent`);

async function open(path: string): Promise<{ volumes: readonly StudyVolume[]; codes: readonly string[] }> {
  const issues: Issue[] = [];
  const sources = await readPaths([path]);
  if (!sources.ok) throw new Error(sources.issue.code);
  const study = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor(issues), onVolume: () => undefined, share: false });
  return { volumes: study.ok ? study.value.volumes : [], codes: issues.map(({ code }) => code).sort() };
}

const hashOf = ({ volume: { hu } }: StudyVolume): string => createHash('sha256').update(new Uint8Array(hu.buffer, hu.byteOffset, hu.byteLength)).digest('hex');

describe.skipIf(!existsSync(CORPUS))('series with a geometry problem', () => {
  const cases: readonly (readonly [folder: string, sizes: readonly (readonly number[])[], codes: readonly string[]])[] = [
    ['small-complete', [[64, 64, 12]], []],
    ['small-reversed-instance-numbers', [[64, 64, 12]], []],
    ['small-rescale-per-slice', [[64, 64, 12]], []],
    ['small-prone', [[64, 64, 12]], []],
    ['small-decubitus-right', [[64, 64, 12]], []],
    ['small-duplicate-slice', [[64, 64, 12]], ['duplicate-slice']],
    ['small-missing-slice', [[64, 64, 12]], ['missing-slices']],
    ['small-uneven-table', [[64, 64, 13]], ['uneven-slices']],
    ['small-two-frames-of-reference', [[64, 64, 6], [64, 64, 6]], ['mixed-series']],
    ['slice-increment', [[512, 512, 5]], ['missing-slices']],
    ['not-a-volume', [], ['single-slice']],
    ['tilt-no-tag', [[512, 497, 15]], ['gantry-tilt']],
    ['tilt-philips-16.5', [[512, 491, 28]], ['gantry-tilt']],
    ['tilt-ge-18.5', [[512, 486, 24]], ['gantry-tilt', 'uneven-slices']],
  ];
  it.each(cases)('%s', async (folder, sizes, codes) => {
    const opened = await open(`${CORPUS}/${folder}`);
    expect(opened.volumes.map(({ volume }) => volume.grid.sizeIjk)).toEqual(sizes);
    expect(opened.codes).toEqual(codes);
  });

  it.each(['small-reversed-instance-numbers', 'small-rescale-per-slice', 'small-prone', 'small-decubitus-right', 'small-duplicate-slice'])('%s holds the same HU as small-complete', async (folder) => {
    const [complete, other] = [await open(`${CORPUS}/small-complete`), await open(`${CORPUS}/${folder}`)];
    expect(hashOf(other.volumes[0]!)).toBe(hashOf(complete.volumes[0]!));
  });

  it('puts tilted series on an axial grid', async () => {
    for (const folder of ['tilt-no-tag', 'tilt-philips-16.5', 'tilt-ge-18.5']) {
      const { grid } = (await open(`${CORPUS}/${folder}`)).volumes[0]!.volume;
      grid.axesLps.forEach((axis, n) => expect(axis[n as 0 | 1 | 2]).toBeCloseTo(1, 4));
    }
  });
});

describe.skipIf(!existsSync(REAL))('real CT', () => {
  /** SHA-256 of the volume that dcmdjpls (dcmtk 3.6.7) and numpy make of the same files. */
  const cases: readonly (readonly [folder: string, size: readonly number[], sha256: string])[] = [
    ['ircad1', [512, 512, 129], '0902a17dec7c2f74957c22babf66d7e40011f3068a955485623ecdd25423a5d2'],
    ['acrin-unenhanced', [512, 512, 99], 'f80aa6f71a1003d33027bdd959b156c8db04dbfc0bb9f7b41b61e9071e42b58e'],
    ['tcga-ay-4070a', [512, 512, 87], '0ed453fa0b5d97327e6d5d1e10950cae4a6dc8b68e4c21549d8289c5f62514e0'],
  ];
  it.each(cases)('%s has the HU that dcmtk gives', async (folder, size, sha256) => {
    const { volumes, codes } = await open(`${REAL}/${folder}`);
    expect(codes).toEqual([]);
    expect(volumes.map(({ volume }) => volume.grid.sizeIjk)).toEqual([size]);
    expect(hashOf(volumes[0]!)).toBe(sha256);
  });
});
