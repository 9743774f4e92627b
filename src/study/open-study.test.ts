import { zipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { keepingMonitor, makeSlice, memorySource, NO_CODECS } from '../dicom/fixtures/make-object';
import { writeNifti } from '../nifti/write-nifti';
import { openStudy } from './open-study';

const slices = [0, 5, 10].map((z) => makeSlice({ positionLpsMm: [0, 0, z], rowAxis: [1, 0, 0], columnAxis: [0, 1, 0], spacingMm: [1, 1], rows: 3, columns: 4, hu: () => 30 + z }));
const nifti = writeNifti({ sizeIjk: [2, 2, 2], spacingMm: [1, 1, 1], originLpsMm: [0, 0, 0], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }, Int16Array.from([1, 2, 3, 4, 5, 6, 7, 8]), { gzip: true });

async function open(files: Readonly<Record<string, Uint8Array>>, share = false): ReturnType<typeof openStudy> {
  const sources = Object.entries(files).map(([name, bytes]) => memorySource(name, bytes));
  return openStudy({ sources, codecs: NO_CODECS, monitor: keepingMonitor(), onVolume: () => undefined, share });
}

describe('opening a study', () => {
  it('reads a zip of DICOM beside a NIfTI file and what else lies there', async () => {
    const zip = zipSync({ 'disc/a': slices[0]!, 'disc/b': slices[1]!, 'disc/c': slices[2]!, 'disc/autorun.inf': new TextEncoder().encode('[autorun]') });
    const study = await open({ 'study.zip': zip, 'ct.nii.gz': nifti, 'readme.txt': new TextEncoder().encode('read me') });
    if (!study.ok) throw new Error(study.issue.code);
    expect(study.value.volumes.map(({ volume }) => [volume.id, ...volume.grid.sizeIjk])).toEqual([['ct.nii.gz', 2, 2, 2], ['1.2.3.4', 4, 3, 3]]);
    expect(study.value.volumes[1]!.volume.hu[12]).toBe(35);
  });

  it('gives shared memory when asked', async () => {
    const study = await open({ a: slices[0]!, b: slices[1]!, 'ct.nii.gz': nifti }, true);
    if (!study.ok) throw new Error(study.issue.code);
    for (const { volume } of study.value.volumes) expect(volume.hu.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('keeps files of one name from two folders apart', async () => {
    const ids: string[] = [];
    const sources = [memorySource('ct.nii.gz', nifti), memorySource('ct.nii.gz', nifti)];
    const study = await openStudy({ sources, codecs: NO_CODECS, monitor: keepingMonitor(), onVolume: ({ facts, volume }) => ids.push(volume.id, facts.volumeId), share: false });
    expect(study.ok && study.value.volumes.length).toBe(2);
    expect(ids).toEqual(['ct.nii.gz', 'ct.nii.gz', 'ct.nii.gz#2', 'ct.nii.gz#2']);
  });

  it('names a file that memory does not hold and opens the others', async () => {
    const met: string[] = [];
    const monitor = { ...keepingMonitor(), issue: ({ code, where }: { readonly code: string; readonly where?: string }) => void met.push(`${code} ${where ?? ''}`) };
    const head = memorySource('large.nii', new Uint8Array(600));
    const large = { ...head, read: (from: number, to: number) => (to > 544 ? Promise.reject(new RangeError('Array buffer allocation failed')) : head.read(from, to)) };
    const study = await openStudy({ sources: [large, memorySource('ct.nii.gz', nifti)], codecs: NO_CODECS, monitor, onVolume: () => undefined, share: false });
    expect(study.ok && study.value.volumes.map(({ volume }) => volume.id)).toEqual(['ct.nii.gz']);
    expect(met).toEqual(['study-too-large large.nii']);
  });

  it('names a file whose volume cannot be allocated', async () => {
    const met: string[] = [];
    const monitor = { ...keepingMonitor(), issue: ({ code, where }: { readonly code: string; readonly where?: string }) => void met.push(`${code} ${where ?? ''}`) };
    const shared = vi.spyOn(globalThis, 'SharedArrayBuffer').mockImplementation(function () {
      throw new RangeError('Array buffer allocation failed');
    });
    const study = await openStudy({ sources: [memorySource('ct.nii.gz', nifti)], codecs: NO_CODECS, monitor, onVolume: () => undefined, share: true });
    shared.mockRestore();
    expect(study.ok ? 'ok' : study.issue.code).toBe('nothing-readable');
    expect(met).toEqual(['study-too-large ct.nii.gz']);
  });

  it('says when there is nothing', async () => {
    for (const files of [{}, { 'a.txt': new TextEncoder().encode('no image') }, { 'a.nii': new Uint8Array(10) }]) {
      const study = await open(files);
      expect(study.ok ? 'ok' : study.issue.code).toBe('nothing-readable');
    }
  });
});
