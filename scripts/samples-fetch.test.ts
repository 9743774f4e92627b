import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseGallery } from '../src/core/gallery';

/** Four real slices of the collection itself, or of the shipped gallery where they are absent. */
const KITS = '../shared/real-ct/kits-00072-part';

let slices: Record<string, Uint8Array>;
let server: Server;
let service: string;
let out: string;
let asked: string[];
/** What the server does wrong, by request number of getImageWithMD5Hash (from 0). */
let faults: Record<number, 'busy' | 'break' | 'wrong-byte'>;
let seriesAnswer: object[] | null;

beforeAll(async () => {
  if (existsSync(KITS)) {
    const names = (await readdir(KITS)).filter((name) => name.endsWith('.dcm')).sort();
    slices = Object.fromEntries(await Promise.all(names.map(async (_, n) => [`0000000${n + 1}.dcm`, await readFile(join(KITS, names[n]!))] as const)));
  } else {
    const all = unzipSync(await readFile('public/samples/acrin-unenhanced/dicom.zip'));
    slices = Object.fromEntries(Object.keys(all).sort().slice(0, 4).map((name, n) => [`0000000${n + 1}.dcm`, all[name]!]));
  }
});

const series = (uid: string, number: number, more: object = {}): object => ({
  SeriesInstanceUID: uid, StudyInstanceUID: '1.2.3', Modality: 'CT', SeriesNumber: number, SeriesDescription: number === 2 ? 'arterial' : 'noncontrast',
  ImageCount: 4, Collection: 'C4KC-KiTS', PatientID: 'KiTS-00072', ...more,
});

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'samples-'));
  asked = [];
  faults = {};
  seriesAnswer = [series('1.2.3.2', 2), series('1.2.3.1', 1), series('1.2.3.9', 9, { ImageCount: 1 }), series('1.2.4.1', 1, { StudyInstanceUID: '1.2.4', ImageCount: 3 })];
  const archive = (spoiled: boolean): Uint8Array => {
    const csv = Object.entries(slices).map(([name, bytes]) => `${name},${createHash('md5').update(bytes).digest('hex')}`);
    const first = Uint8Array.from(slices['00000001.dcm']!);
    if (spoiled) first[first.length - 1]! ^= 1;
    return zipSync({ ...slices, '00000001.dcm': first, LICENSE: Buffer.from('Attribution 3.0'), 'md5hashes.csv': Buffer.from(['Filename,MD5Hash', ...csv].join('\n')) }, { level: 1 });
  };
  let images = 0;
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${url.pathname.split('/').pop() ?? ''}${url.search}`);
    if (url.pathname.endsWith('/getSeries')) {
      const fits = url.searchParams.get('PatientID') === 'KiTS-00072' && url.searchParams.get('Modality') === 'CT';
      response.writeHead(200, { 'Content-Type': 'application/json' });
      // The service answers nothing at all, not an empty list, when it knows no such series.
      response.end(fits && seriesAnswer ? JSON.stringify(seriesAnswer) : '');
    } else if (url.pathname.endsWith('/getImageWithMD5Hash')) {
      const fault = faults[images++];
      if (fault === 'busy') {
        response.writeHead(503, { 'Retry-After': '0' });
        response.end('busy');
        return;
      }
      const zip = archive(fault === 'wrong-byte');
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Transfer-Encoding': 'chunked' });
      if (fault === 'break') response.write(zip.subarray(0, 20_000), () => response.destroy());
      else response.end(zip);
    } else {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  service = `http://127.0.0.1:${(server.address() as AddressInfo).port}/nbia-api/services/v1/`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(out, { recursive: true });
});

function fetchSamples(more: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { collection: 'C4KC-KiTS', patient: 'KiTS-00072', service, out, 'pause-ms': '1', 'min-images': '3', ...more };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return new Promise((resolve) => {
    execFile('node', ['--import', 'tsx', 'scripts/samples-fetch.ts', ...flags], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
  });
}

const imageRequests = (): string[] => asked.filter((one) => one.startsWith('getImage'));

describe('samples:fetch', { timeout: 900_000 }, () => {
  it('takes the fuller study, outlives a busy and a broken answer, and puts the case into the gallery', async () => {
    faults = { 0: 'busy', 1: 'break' };
    const { code, stderr } = await fetchSamples();
    expect(stderr).toContain('503');
    expect(code).toBe(0);
    expect(imageRequests()).toEqual(['1.2.3.1', '1.2.3.1', '1.2.3.1', '1.2.3.2'].map((uid) => `getImageWithMD5Hash?SeriesInstanceUID=${uid}`));
    const gallery = parseGallery(JSON.parse(await readFile(join(out, 'index.json'), 'utf8')));
    if (!gallery.ok) throw new Error('no gallery');
    expect(gallery.value.cases).toMatchObject([
      { id: 'C4KC-KiTS-KiTS-00072', origin: 'fetched', doi: '10.7937/TCIA.2019.IX49E8NX', licence: { name: 'CC BY 3.0' }, files: [{}, {}] },
    ]);
    const folder = join(out, 'C4KC-KiTS-KiTS-00072');
    const zip = unzipSync(await readFile(join(folder, gallery.value.cases[0]!.files[0]!.path)));
    expect(Object.keys(zip)).toEqual(Object.keys(slices));
    expect(Buffer.from(zip['00000003.dcm']!).equals(Buffer.from(slices['00000003.dcm']!))).toBe(true);
    expect(await readFile(join(folder, 'LICENSE.txt'), 'utf8')).toContain('Attribution');
  });

  it('goes on where it stopped, and asks for nothing twice', async () => {
    faults = { 1: 'wrong-byte' };
    const first = await fetchSamples();
    expect(first.code).toBe(1);
    expect(first.stderr.trim().split('\n').pop()).toContain('00000001.dcm is missing or does not have its checksum');
    expect(existsSync(join(out, 'index.json'))).toBe(false);
    asked = [];
    expect((await fetchSamples()).code).toBe(0);
    expect(imageRequests()).toEqual(['getImageWithMD5Hash?SeriesInstanceUID=1.2.3.2']);
    asked = [];
    expect((await fetchSamples()).code).toBe(0);
    expect(imageRequests()).toEqual([]);
  });

  it('says in one sentence that there is no network, and changes nothing', async () => {
    await new Promise((resolve) => server.close(resolve));
    const { code, stdout, stderr } = await fetchSamples();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('without network');
    expect(await readdir(out)).toEqual([]);
  });

  it('names a patient that the collection does not have', async () => {
    const { code, stderr } = await fetchSamples({ patient: 'KiTS-99999' });
    expect(code).toBe(1);
    expect(stderr).toContain('no CT series of KiTS-99999');
  });

  it('takes nothing of a collection whose licence nobody states, and follows the licence that the service states', async () => {
    const refused = await fetchSamples({ collection: 'UNHEARD-OF' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('licence of UNHEARD-OF');
    seriesAnswer = [series('1.2.3.1', 1, { LicenseName: 'CC BY-NC 4.0', LicenseURI: 'https://creativecommons.org/licenses/by-nc/4.0/', CollectionURI: 'https://doi.org/10.7937/abc' })];
    expect((await fetchSamples({ collection: 'UNHEARD-OF' })).code).toBe(0);
    const card = JSON.parse(await readFile(join(out, 'UNHEARD-OF-KiTS-00072', 'case.json'), 'utf8')) as { licence: { name: string }; doi: string };
    expect(card).toMatchObject({ licence: { name: 'CC BY-NC 4.0' }, doi: '10.7937/abc' });
  });
});
