import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { decimals, makeObject, pixelElements } from '../../src/dicom/fixtures/make-object';
import { timeAll } from './tool';

/** A folder for the files of one run; `remove` deletes it with all it holds. */
export function scratch(): { readonly folder: string; below(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'renalens-ingest-'));
  return {
    folder,
    below(name) {
      mkdirSync(join(folder, name), { recursive: true });
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Pairs of input and output path for a tool that turns one file into another. */
export function pairs(from: string, to: string, ending = ''): readonly (readonly [string, string])[] {
  return readdirSync(from).sort().map((name) => [join(from, name), join(to, `${name}${ending}`)] as const);
}

/** Decodes a folder of JPEG-LS files into uncompressed ones. */
export async function decoded(from: string, to: string): Promise<string> {
  await timeAll('dcmdjpls', pairs(from, to));
  return to;
}

/** Series of uncompressed 512 x 512 slices of noise, as many as asked; what is in them plays no part in reading. */
export function writeSeries(to: string, series: number, slices: number): string {
  const side = 512;
  const noise = Int16Array.from({ length: 2 * side * side }, (_, n) => ((n * 2654435761) >>> 20) - 1024);
  for (let s = 0; s < series; s++) {
    for (let n = 0; n < slices; n++) {
      const pixels = new Uint8Array(noise.buffer, 2 * ((s * 1009 + n * 613) % (side * side)), 2 * side * side);
      const file = makeObject({
        ...{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: `2.25.7.${s}.${n}`, Modality: 'CT', PatientName: 'Bench', PatientID: 'bench' },
        ...{ StudyInstanceUID: '2.25.7', SeriesInstanceUID: `2.25.7.${s}`, FrameOfReferenceUID: '2.25.7.9', SeriesDescription: `series ${s}`, SeriesNumber: String(s + 1) },
        ...{ InstanceNumber: String(n + 1), AcquisitionTime: `10${10 + s}00`, StudyDate: '20260101', ImageType: 'ORIGINAL\\PRIMARY\\AXIAL' },
        ...{ ImagePositionPatient: decimals([-180, -180, n]), ImageOrientationPatient: decimals([1, 0, 0, 0, 1, 0]), PixelSpacing: '0.7\\0.7', SliceThickness: '1' },
        ...pixelElements(side, side),
        ...{ RescaleSlope: '1', RescaleIntercept: '0', PixelData: pixels },
      });
      writeFileSync(join(to, `s${s}-${String(n).padStart(4, '0')}.dcm`), file);
    }
  }
  return to;
}

/** The files of a shipped case's archive, unpacked. */
export function unpacked(zip: string, to: string): string {
  for (const [name, bytes] of Object.entries(unzipSync(new Uint8Array(readFileSync(zip))))) writeFileSync(join(to, name.replaceAll('/', '_')), bytes);
  return to;
}

/** The JPEG 2000 code streams of a folder's single-frame objects, one file each, for decoders that know no DICOM. */
export function codestreams(from: string, to: string): string {
  for (const [input, output] of pairs(from, to, '.j2c')) {
    const bytes = readFileSync(input);
    const start = bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
    writeFileSync(output, bytes.subarray(start, bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2));
  }
  return to;
}
