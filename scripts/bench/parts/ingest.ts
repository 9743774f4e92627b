import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { timeConverter } from '../converter';
import { codestreams, decoded, pairs, scratch, unpacked, writeSeries } from '../ingest-cases';
import { runOpening, type OpenRun } from '../open-run';
import type { BenchContext, BenchPart } from '../part';
import type { Figure } from '../record';
import { hasTool, timeAll } from '../tool';

const REAL_CT = resolve(import.meta.dirname, '../../../../shared/real-ct');
const SAMPLES = resolve(import.meta.dirname, '../../../public/samples');

/** What is read, and the program that does the same work: ms of one run, or null where it is not to be had. */
interface IngestCase {
  readonly name: string;
  readonly paths: string | readonly string[];
  readonly rival: string;
  readonly timeRival: () => Promise<number | null>;
}

type Scratch = ReturnType<typeof scratch>;

/** From files to volumes, uncompressed beside dcm2niix and compressed beside the decoders of dcmtk, gdcm and OpenJPH. */
export const ingest: BenchPart = {
  name: 'ingest',
  about: 'files to volumes beside dcm2niix, dcmdjpls, gdcmconv and ojph_expand, uncompressed and compressed',
  async measure(context) {
    const space = scratch();
    try {
      const figures: Figure[] = [];
      for (const one of [...(await plainCases(space)), ...(await compressedCases(space))]) figures.push(...(await measured(one, context)));
      return figures;
    } finally {
      space.remove();
    }
  },
};

async function measured({ name, paths, rival, timeRival }: IngestCase, { site, launch, runs: count }: BenchContext): Promise<readonly Figure[]> {
  const runs: OpenRun[] = [];
  const others: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const ms = await timeRival();
    if (ms !== null) others.push(ms);
    runs.push(await runOpening(site, launch, paths));
  }
  return [
    { name: `${name}: files to volumes`, unit: 'ms', runs: runs.map((run) => run.volumesMs), ...(others.length === count && { against: { name: rival, runs: others } }) },
    { name: `${name}: files to first volume`, unit: 'ms', runs: runs.map((run) => run.firstVolumeMs) },
    { name: `${name}: files to first image`, unit: 'ms', runs: runs.map((run) => run.firstImageMs) },
    { name: `${name}: handed over by the browser before that`, unit: 'ms', runs: runs.map((run) => run.handoverMs) },
  ];
}

async function plainCases(space: Scratch): Promise<readonly IngestCase[]> {
  const beside = (name: string, folder: string): IngestCase => ({
    ...{ name, paths: folder, rival: 'dcm2niix -z n' },
    timeRival: () => Promise.resolve(hasTool('dcm2niix', 'dcm2niix') ? timeConverter(folder) : null),
  });
  const cases = [beside('3 x 300 slices', writeSeries(space.below('three'), 3, 300))];
  if (!realCtThere() || !hasTool('dcmdjpls', 'dcmtk')) return cases;
  for (const id of ['ircad1', 'acrin-unenhanced']) cases.push(beside(`${id}, uncompressed`, await decoded(resolve(REAL_CT, id), space.below(`${id}-plain`))));
  return cases;
}

async function compressedCases(space: Scratch): Promise<readonly IngestCase[]> {
  const cases: IngestCase[] = [];
  if (realCtThere() && hasTool('dcmdjpls', 'dcmtk')) {
    const [folder, out] = [resolve(REAL_CT, 'ircad1'), space.below('jls-out')];
    cases.push({ name: 'ircad1, JPEG-LS', paths: folder, rival: 'dcmdjpls on all cores', timeRival: () => timeAll('dcmdjpls', pairs(folder, out)) });
    if (hasTool('gdcmconv', 'libgdcm-tools')) {
      const plain = await decoded(folder, space.below('j2k-plain'));
      const j2k = space.below('j2k');
      await timeAll('gdcmconv', pairs(plain, j2k).map(([from, to]) => ['--j2k', from, to]));
      const calls = pairs(j2k, space.below('j2k-out')).map(([from, to]) => ['--raw', from, to]);
      cases.push({ name: 'ircad1, JPEG 2000', paths: j2k, rival: 'gdcmconv --raw on all cores', timeRival: () => timeAll('gdcmconv', calls) });
    }
  }
  for (const id of ['acrin-unenhanced', 'tcga-ay-4070a']) {
    const zip = resolve(SAMPLES, id, 'dicom.zip');
    if (existsSync(zip)) cases.push(await shippedCase(space, id, zip));
  }
  return cases;
}

/** A shipped case as it is, beside OpenJPH on its code streams and, where the uncompressed series is to be had, dcm2niix on that. */
async function shippedCase(space: Scratch, id: string, zip: string): Promise<IngestCase> {
  const streams = codestreams(unpacked(zip, space.below(`${id}-dcm`)), space.below(`${id}-j2c`));
  const out = space.below(`${id}-out`);
  const calls = pairs(streams, out, '.raw').map(([from, to]) => ['-i', from, '-o', to]);
  const source = resolve(REAL_CT, id);
  const plain = existsSync(source) && hasTool('dcmdjpls', 'dcmtk') ? await decoded(source, space.below(`${id}-plain2`)) : null;
  const withConverter = plain !== null && hasTool('dcm2niix', 'dcm2niix');
  return {
    name: `${id} as shipped, HTJ2K in a zip`,
    paths: [zip],
    rival: withConverter ? 'ojph_expand on all cores, then dcm2niix' : 'ojph_expand on all cores',
    async timeRival() {
      if (!hasTool('ojph_expand', 'openjph-tools')) return null;
      const ms = await timeAll('ojph_expand', calls);
      const converted = withConverter ? timeConverter(plain) : 0;
      return converted === null ? null : ms + converted;
    },
  };
}

function realCtThere(): boolean {
  if (existsSync(REAL_CT)) return true;
  process.stderr.write('not measured: real CT, ../shared/real-ct is absent\n');
  return false;
}
