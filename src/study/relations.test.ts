import { describe, expect, it } from 'vitest';
import { keepingMonitor, makeObject, makeSlice, memorySource, NO_CODECS, type Elements } from '../dicom/fixtures/make-object';
import { openStudy, type OpenStudyRequest } from './open-study';

const slice = (z: number, more: Elements, hu = 0): Uint8Array =>
  makeSlice({ positionLpsMm: [0, 0, z], rowAxis: [1, 0, 0], columnAxis: [0, 1, 0], spacingMm: [1, 1], rows: 4, columns: 4, hu: () => hu }, more);

/** One series of slices from `from` mm on, 5 mm apart. */
const series = (uid: string, from: number, count: number, more: Elements = {}): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, n) => slice(from + 5 * n, { SeriesInstanceUID: uid, SOPInstanceUID: `${uid}.${n}`, SeriesDescription: `series ${uid}`, ...more }, from + 5 * n));

async function open(files: readonly Uint8Array[], more: Partial<OpenStudyRequest> = {}, names: readonly string[] = []) {
  const monitor = keepingMonitor();
  const sources = files.map((bytes, n) => memorySource(names[n] ?? `f${n}`, bytes));
  const study = await openStudy({ sources, codecs: NO_CODECS, monitor, onVolume: () => undefined, share: false, ...more });
  if (!study.ok) throw new Error(study.issue.code);
  return { ...study.value, issues: monitor.issues };
}

describe('one volume in several series', () => {
  const files = [...series('1.1', 0, 3), ...series('1.2', 15, 2), ...series('1.3', 25, 4)];

  it('is offered for joining, in one offer, and left as it is', async () => {
    const { volumes, issues } = await open(files);
    expect(volumes).toHaveLength(3);
    expect(issues).toEqual([expect.objectContaining({ code: 'series-joinable', where: 'series 1.1', data: { parts: 3, volumes: '1.1 1.2 1.3' } })]);
  });

  it('is joined when asked: every slice at its place', async () => {
    const { volumes } = await open(files.toReversed(), { join: true });
    expect(volumes.map(({ volume, facts }) => [volume.id, facts.files, volume.grid.sizeIjk])).toEqual([['1.1', 9, [4, 4, 9]]]);
    const { grid, hu } = volumes[0]!.volume;
    expect(grid.originLpsMm[2]).toBe(0);
    expect(Array.from({ length: 9 }, (_, k) => hu[16 * k])).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
  });

  it.each([
    ['another frame of reference', { FrameOfReferenceUID: '9' }, 15],
    ['another kernel', { ConvolutionKernel: 'LUNG' }, 15],
    ['a gap', {}, 20],
    ['the same place', {}, 0],
  ])('is not seen in %s', async (_, more, from) => {
    const { issues } = await open([...series('1.1', 0, 3), ...series('1.2', from, 3, more)]);
    expect(issues.map(({ code }) => code)).not.toContain('series-joinable');
  });
});

describe('reconstructions of one scan', () => {
  const at = (kernel: string, time = '101500'): Elements => ({ ConvolutionKernel: kernel, AcquisitionTime: time, AcquisitionDate: '20260101' });

  it('with a lung kernel are named where a softer one is there', async () => {
    const { issues, volumes } = await open([...series('1.1', 0, 4, at('B70f')), ...series('1.2', 0, 4, at('B30f'))]);
    expect(volumes).toHaveLength(2);
    expect(issues).toEqual([expect.objectContaining({ code: 'kernel-twin', where: 'series 1.1', data: { kernel: 'B70f' } })]);
  });

  it('are no twins when they are of another time or alone', async () => {
    expect((await open([...series('1.1', 0, 4, at('B70f')), ...series('1.2', 0, 4, at('B30f', '101600'))])).issues).toEqual([]);
    expect((await open(series('1.1', 0, 4, at('B70f')))).issues).toEqual([]);
  });
});

describe('the directory of a disc', () => {
  const directory = makeObject({ DirectoryRecordSequence: ['IM\\1', 'IM\\2', 'IM\\3'].map((ReferencedFileID) => ({ ReferencedFileID })) });
  const [a, b, c] = series('1.1', 0, 3) as [Uint8Array, Uint8Array, Uint8Array];

  it('names what should have come along', async () => {
    const { issues, volumes } = await open([directory, a, b], {}, ['disc/DICOMDIR', 'disc/IM/1', 'disc/im/2.dcm']);
    expect(volumes).toHaveLength(1);
    expect(issues).toEqual([{ code: 'dicomdir-files-missing', severity: 'warning', where: 'disc/DICOMDIR', data: { missing: 1, listed: 3, first: 'IM/3' } }]);
  });

  it('says nothing when all is there, with or without its folders', async () => {
    expect((await open([directory, a, b, c], {}, ['DICOMDIR', '1', '2', '3'])).issues).toEqual([]);
    expect((await open([c, b, a, directory], {}, ['x/IM/3', 'x/IM/2', 'x/IM/1', 'x/DICOMDIR'])).issues).toEqual([]);
  });
});

describe('objects that hold no image', () => {
  it.each([
    ['structured-report', '1.2.840.10008.5.1.4.1.1.88.33'],
    ['dose-report', '1.2.840.10008.5.1.4.1.1.88.67'],
    ['radiotherapy-structures', '1.2.840.10008.5.1.4.1.1.481.3'],
    ['not-an-image', '1.2.840.10008.5.1.4.1.1.104.1'],
  ])('are named: %s', async (code, SOPClassUID) => {
    const { issues } = await open([...series('1.1', 0, 2), makeObject({ SOPClassUID, Modality: 'OT' })]);
    expect(issues).toEqual([expect.objectContaining({ code, severity: 'note', where: 'f2' })]);
  });
});
