import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { indexToLps } from '../../src/core/grid';
import { decimals, makeObject, memorySource, pixelElements } from '../../src/dicom/fixtures/make-object';
import { readHeader } from '../../src/dicom/read-header';
import { codeOf } from '../../src/dicom/attributes';
import { TAG } from '../../src/dicom/tags';
import { readNifti } from '../../src/nifti/read-nifti';

/** A DICOM segmentation of a series' kidneys from their mask in a NIfTI file on the same grid: one frame for each plane with kidney. */
export async function kidneySegmentation(series: string, maskFile: string): Promise<Uint8Array> {
  const first = readdirSync(series)[0]!;
  const header = await readHeader(memorySource(first, new Uint8Array(readFileSync(join(series, first)))));
  const mask = readNifti(new Uint8Array(readFileSync(maskFile)), basename(maskFile));
  if (!header.ok || !mask.ok) throw new Error(`cannot read ${series} or ${maskFile}`);
  const { grid, hu } = mask.value.volume;
  const [columns, rows, planes] = grid.sizeIjk;
  const perPlane = columns * rows;
  const kept = Array.from({ length: planes }, (_, k) => k).filter((k) => hu.subarray(k * perPlane, (k + 1) * perPlane).includes(1));
  const bits = new Uint8Array(kept.length * (perPlane / 8));
  kept.forEach((k, n) => {
    for (let at = 0; at < perPlane; at += 1) if (hu[k * perPlane + at] === 1) bits[(n * perPlane + at) >> 3]! |= 1 << (at & 7);
  });
  return makeObject({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4',
    Modality: 'SEG',
    SegmentationType: 'BINARY',
    ...pixelElements(rows, columns),
    ...{ BitsAllocated: 1, BitsStored: 1, HighBit: 0, PixelRepresentation: 0, NumberOfFrames: String(kept.length) },
    ReferencedSeriesSequence: [{ SeriesInstanceUID: codeOf(header.value.dataSet, TAG.SeriesInstanceUID) }],
    SegmentSequence: [{ SegmentNumber: 1, SegmentLabel: 'Kidney' }],
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: decimals([...grid.axesLps[0], ...grid.axesLps[1]]) }],
        PixelMeasuresSequence: [{ PixelSpacing: decimals([grid.spacingMm[1], grid.spacingMm[0]]), SliceThickness: decimals([grid.spacingMm[2]]) }],
        SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
      },
    ],
    PerFrameFunctionalGroupsSequence: kept.map((k) => ({ PlanePositionSequence: [{ ImagePositionPatient: decimals(indexToLps(grid, [0, 0, k])) }] })),
    PixelData: bits,
  });
}
