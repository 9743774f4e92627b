/**
 * `npm run samples:fetch -- --collection C4KC-KiTS --patient KiTS-00007 [--patient ...]`: takes studies from TCIA into
 * public/samples, with licence, citation and checksums, so that the page offers them from its own origin.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { COLLECTIONS, type Collection } from './gallery/collections';
import { buildIndex } from './gallery/gallery-folder';
import { FetchFault, NBIA_SERVICE, NbiaClient, type NbiaSeries } from './gallery/nbia';
import { checkSeries } from './gallery/series-archive';

const USAGE = `usage: npm run samples:fetch -- --collection NAME --patient ID [--patient ID ...] [--study UID] [--min-images 10]
collections with licence and citation at hand: ${Object.keys(COLLECTIONS).join(', ')}`;

interface FetchRecord {
  readonly collection: string;
  readonly patient: string;
  readonly series: Record<string, { file: string; sha256: string; images: number; description: string }>;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      collection: { type: 'string' }, patient: { type: 'string', multiple: true }, study: { type: 'string' },
      'min-images': { type: 'string', default: '10' }, 'pause-ms': { type: 'string', default: '1500' },
      service: { type: 'string', default: NBIA_SERVICE }, out: { type: 'string', default: resolve(import.meta.dirname, '../public/samples') },
    },
  });
  if (!values.collection || !values.patient?.length) throw new FetchFault(USAGE);
  const client = new NbiaClient(values.service, Number(values['pause-ms']), say);
  for (const patient of values.patient.flatMap((list) => list.split(','))) {
    await fetchPatient(client, { collection: values.collection, patient, study: values.study, minImages: Number(values['min-images']), out: values.out });
  }
  const cases = await buildIndex(values.out);
  process.stdout.write(`${JSON.stringify({ cases: cases.map((one) => one.id) })}\n`);
}

interface Wanted {
  readonly collection: string;
  readonly patient: string;
  readonly study: string | undefined;
  readonly minImages: number;
  readonly out: string;
}

async function fetchPatient(client: NbiaClient, wanted: Wanted): Promise<void> {
  const { collection, patient } = wanted;
  const all = await client.series({ Collection: collection, PatientID: patient, Modality: 'CT' });
  const series = chooseStudy(all, wanted);
  if (series.length === 0) throw new FetchFault(`${collection} has no CT series of ${patient} with at least ${wanted.minImages} images.`);
  const facts = collectionFacts(collection, series[0]!);
  const folder = join(wanted.out, `${collection}-${patient}`.replace(/[^A-Za-z0-9._-]/g, '_'));
  await mkdir(folder, { recursive: true });
  const recordPath = join(folder, 'fetch.json');
  const record = await readRecord(recordPath, collection, patient);
  for (const [n, one] of series.entries()) {
    const what = `${patient} ${one.SeriesDescription ?? one.SeriesInstanceUID}`;
    const held = record.series[one.SeriesInstanceUID];
    if (held && (await hasHash(join(folder, held.file), held.sha256))) {
      say(`${what}: already here.`);
      continue;
    }
    say(`${what}: ${one.ImageCount ?? '?'} images (${n + 1} of ${series.length})`);
    const archive = await client.images(one.SeriesInstanceUID, progressLine());
    const checked = checkSeries(archive, one.ImageCount === undefined ? null : Number(one.ImageCount), what);
    const file = `series-${String(one.SeriesNumber ?? n + 1).replace(/[^0-9A-Za-z]/g, '')}-${createHash('sha256').update(one.SeriesInstanceUID).digest('hex').slice(0, 6)}.zip`;
    await writeFile(join(folder, `${file}.part`), checked.zip);
    await rename(join(folder, `${file}.part`), join(folder, file));
    if (checked.licenceText !== null) await writeFile(join(folder, 'LICENSE.txt'), checked.licenceText);
    record.series[one.SeriesInstanceUID] = {
      file, sha256: createHash('sha256').update(checked.zip).digest('hex'), images: checked.files, description: one.SeriesDescription ?? '',
    };
    await writeFile(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  }
  // The card comes last: a case that is not whole is not offered.
  await writeFile(join(folder, 'case.json'), `${JSON.stringify(card(wanted, facts, series), null, 2)}\n`);
}

/** The CT series of one study: the one asked for, else the one with most images. Scouts and single images are left out. */
function chooseStudy(all: readonly NbiaSeries[], { study, minImages }: Wanted): readonly NbiaSeries[] {
  const series = all.filter((one) => (one.Modality ?? 'CT') === 'CT' && Number(one.ImageCount ?? minImages) >= minImages);
  const images = new Map<string, number>();
  for (const one of series) images.set(one.StudyInstanceUID, (images.get(one.StudyInstanceUID) ?? 0) + Number(one.ImageCount ?? 0));
  const chosen = study ?? [...images].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
  return series
    .filter((one) => one.StudyInstanceUID === chosen)
    .sort((a, b) => Number(a.SeriesNumber ?? 0) - Number(b.SeriesNumber ?? 0) || (a.SeriesInstanceUID < b.SeriesInstanceUID ? -1 : 1));
}

/** Licence and citation from the table; what the service itself says of the licence wins. Without either nothing is taken. */
function collectionFacts(collection: string, first: NbiaSeries): Collection {
  const known = COLLECTIONS[collection];
  const told = first.LicenseName && first.LicenseURI ? { name: first.LicenseName, url: first.LicenseURI } : null;
  if (!known && !told) throw new FetchFault(`The licence of ${collection} is not known here and the service does not state it; nothing was taken.`);
  const doi = known?.doi ?? (first.CollectionURI ?? '').replace(/^https?:\/\/(dx\.)?doi\.org\//, '');
  return {
    licence: told ?? known!.licence,
    citation: known?.citation ?? `Data from ${collection}. The Cancer Imaging Archive.`,
    doi,
    inTraining: known?.inTraining ?? false,
  };
}

function card({ collection, patient }: Wanted, facts: Collection, series: readonly NbiaSeries[]): object {
  const names = series.map((one) => one.SeriesDescription ?? '').filter((name) => name !== '').join(', ');
  return {
    origin: 'fetched',
    title: { en: `${collection}, ${patient}`, zh: `${collection}，${patient}`, de: `${collection}, ${patient}` },
    tryThis: {
      en: `Series: ${names || series.length}. Check the phases, then compare the outlines with what you see.`,
      zh: `序列：${names || series.length}。请核对期相，再将轮廓与所见图像比较。`,
      de: `Serien: ${names || series.length}. Prüfen Sie die Phasen, dann vergleichen Sie die Umrisse mit dem, was Sie sehen.`,
    },
    known: null,
    inTraining: facts.inTraining,
    licence: facts.licence,
    citation: facts.citation,
    doi: facts.doi,
    changes: {
      en: 'Files as published, checked by MD5 and repacked, one archive a series.',
      zh: '文件与发布时相同，经 MD5 校验后按序列重新打包。',
      de: 'Dateien wie veröffentlicht, per MD5 geprüft und neu gepackt, ein Archiv je Serie.',
    },
    volumes: [],
  };
}

async function readRecord(path: string, collection: string, patient: string): Promise<FetchRecord> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as FetchRecord;
  } catch {
    return { collection, patient, series: {} };
  }
}

async function hasHash(path: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256;
}

function progressLine(): (bytes: number) => void {
  let told = 0;
  return (bytes) => {
    if (bytes - told < 10e6) return;
    told = bytes;
    say(`  ${(bytes / 1e6).toFixed(0)} MB`);
  };
}

process.exitCode = await main().then(
  () => 0,
  (error: unknown) => {
    say(error instanceof FetchFault ? error.message : `Something unexpected went wrong: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  },
);
