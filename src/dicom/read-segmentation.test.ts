import { describe, expect, it } from 'vitest';
import { decimals, keepingMonitor, makeObject, makeSlice, memorySource, NO_CODECS, pixelElements, type Elements } from './fixtures/make-object';
import { readStudy } from './read-study';

const SIDE = 4;
const slices = [0, 5, 10].map((z, n) =>
  makeSlice({ positionLpsMm: [-2, -2, z], rowAxis: [1, 0, 0], columnAxis: [0, 1, 0], spacingMm: [1, 1], rows: SIDE, columns: SIDE, hu: () => z }, { SOPInstanceUID: `1.${n}` }),
);

interface Frame {
  readonly z: number;
  readonly segment: number;
  /** Sixteen pixels; two bytes of them. */
  readonly bits: readonly [number, number];
}

function segmentation(frames: readonly Frame[], more: Elements = {}, names: readonly string[] = ['Left kidney', 'Renal tumor', 'Cyst of kidney', 'Liver']): Uint8Array {
  return makeObject({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4',
    Modality: 'SEG',
    FrameOfReferenceUID: '1.2.3.5',
    SegmentationType: 'BINARY',
    ...pixelElements(SIDE, SIDE),
    ...{ BitsAllocated: 1, BitsStored: 1, HighBit: 0, PixelRepresentation: 0, NumberOfFrames: String(frames.length) },
    ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.2.3.4' }],
    SegmentSequence: names.map((SegmentLabel, n) => ({ SegmentNumber: n + 1, SegmentLabel })),
    SharedFunctionalGroupsSequence: [
      { PlaneOrientationSequence: [{ ImageOrientationPatient: decimals([1, 0, 0, 0, 1, 0]) }], PixelMeasuresSequence: [{ PixelSpacing: '1\\1', SliceThickness: '5' }] },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ z, segment }) => ({
      PlanePositionSequence: [{ ImagePositionPatient: decimals([-2, -2, z]) }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    })),
    PixelData: Uint8Array.from(frames.flatMap(({ bits }) => bits)),
    ...more,
  });
}

async function read(seg: Uint8Array) {
  const monitor = keepingMonitor();
  const sources = [...slices, seg].map((bytes, n) => memorySource(`f${n}`, bytes));
  const study = await readStudy({ sources, codecs: NO_CODECS, monitor, onVolume: () => undefined });
  if (!study.ok) throw new Error(study.issue.code);
  return { found: study.value.segmentations[0], issues: monitor.issues, volumes: study.value.volumes };
}

describe('a segmentation among the files', () => {
  it('is laid on its series: kidney, tumour over kidney, cyst; other organs left out', async () => {
    const { found, issues, volumes } = await read(
      segmentation([
        { z: 5, segment: 1, bits: [0b00001111, 0] },
        { z: 5, segment: 2, bits: [0b00000010, 0] },
        { z: 10, segment: 3, bits: [0, 0b10000000] },
        { z: 10, segment: 4, bits: [0xff, 0xff] },
      ]),
    );
    expect(volumes).toHaveLength(1);
    expect(issues).toEqual([{ code: 'segmentation-found', severity: 'note', where: 'f3', data: { segments: 'Left kidney, Renal tumor, Cyst of kidney' } }]);
    expect(found!.labelMap.volumeId).toBe(volumes[0]!.volume.id);
    expect([...found!.labelMap.labels.subarray(0, 16)]).toEqual(new Array(16).fill(0));
    expect([...found!.labelMap.labels.subarray(16, 22)]).toEqual([1, 2, 1, 1, 0, 0]);
    expect([...found!.labelMap.labels.subarray(32)].map((label, n) => [n, label]).filter(([, label]) => label !== 0)).toEqual([[15, 3]]);
  });

  it('is known by the code of its property type where its name says nothing', async () => {
    const { found } = await read(
      segmentation([{ z: 0, segment: 1, bits: [1, 0] }], { SegmentSequence: [{ SegmentNumber: 1, SegmentLabel: 'Segment_1', SegmentedPropertyTypeCodeSequence: [{ CodeValue: '108369006', CodeMeaning: 'unnamed' }] }] }),
    );
    expect(found!.labelMap.labels[0]).toBe(2);
  });

  it('in shares of the whole counts from the half on', async () => {
    const { found } = await read(
      segmentation([{ z: 0, segment: 1, bits: [0, 0] }], {
        ...{ SegmentationType: 'FRACTIONAL', MaximumFractionalValue: 200, BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
        PixelData: Uint8Array.from([99, 100, 101, 200, ...new Array<number>(12).fill(0)]),
      }),
    );
    expect([...found!.labelMap.labels.subarray(0, 5)]).toEqual([0, 0, 1, 1, 0]);
  });

  it.each([
    ['no-segment', segmentation([{ z: 0, segment: 1, bits: [1, 0] }], {}, ['Liver'])],
    ['grid', segmentation([{ z: 2, segment: 1, bits: [1, 0] }])],
    ['no-volume', segmentation([{ z: 0, segment: 1, bits: [1, 0] }], { ReferencedSeriesSequence: [{ SeriesInstanceUID: '9' }], FrameOfReferenceUID: '9' })],
  ])('is named and not used: %s', async (reason, seg) => {
    const { found, issues } = await read(seg);
    expect(found).toBeUndefined();
    expect(issues).toEqual([{ code: 'segmentation-not-used', severity: 'warning', where: 'f3', data: { reason } }]);
  });
});
