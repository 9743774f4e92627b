import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../cli/node-codecs';
import { openNodeEngine } from '../inference/ort-node';
import { readNifti } from '../nifti/read-nifti';
import { tinyPack } from '../packs/fixtures/tiny-pack';
import type { CaseEvent } from './protocol';
import { makeStudySession } from './study-session';

/** See training/reference/nnunet. */
const GOLDEN = 'training/reference/nnunet/golden';
const CASE = 'v2-2d-even-regions';

const file = (path: string, name: string): File => new File([new Uint8Array(readFileSync(`${GOLDEN}/${path}`))], name);
const packFiles = (): File[] => readdirSync(`${GOLDEN}/${CASE}/pack`).map((name) => file(`${CASE}/pack/${name}`, name));
/** The grid is that of the file in the house's order, as `readNifti` gives it for both. */
const storedLabels = (): Int16Array => {
  const read = readNifti(new Uint8Array(readFileSync(`${GOLDEN}/${CASE}/labels.nii.gz`)), 'labels.nii.gz');
  if (!read.ok) throw new Error(read.issue.code);
  return read.value.volume.hu;
};

describe('study session with an nnU-Net', () => {
  it('takes the dropped pack, outlines with it as nnU-Net does, and stops in the middle when asked to', async () => {
    const events: CaseEvent[] = [];
    let stopping = false;
    // Progress is told at intervals of time; with this clock every piece is told, however fast the machine.
    let clock = 0;
    const worker = makeStudySession({
      codecs: nodeCodecs(), isolated: false, nowMs: () => (clock += 1000), fetchPack: () => tinyPack(),
      openEngine: (pack) => Promise.resolve({ engine: openNodeEngine(pack, 1), adapter: '' }), registration: () => null,
    });
    await worker.setup({ packUrl: 'http://localhost/models/tiny/', threads: 1, backend: 'auto' }, (event) => {
      events.push(event);
      if (stopping && event.kind === 'progress' && event.step === 'segment') void worker.cancel();
    });
    await worker.usePack(packFiles());
    expect(events.filter((event) => event.kind === 'pack').at(-1)).toMatchObject({ manifest: { segmentation: { kind: 'nnunet' }, classifiers: [] } });
    await worker.open(1, [file('even.nii.gz', 'even.nii.gz')]);
    const volume = events.find((event) => event.kind === 'volume');
    const request = { phases: { V: volume!.volume.id }, preset: null, align: true, patient: { ageYears: null, sex: '' } };
    await worker.analyse(1, { runId: 1, ...request });
    const segmented = events.find((event) => event.kind === 'segmented');
    const stored = storedLabels();
    const firm = [...stored.keys()].filter((at) => stored[at]! < 100);
    const differing = firm.filter((at) => segmented!.labelMap.labels[at] !== stored[at]);
    expect(differing.length / firm.length).toBeLessThanOrEqual(1e-4);
    const shares = events.flatMap((event) => (event.kind === 'progress' && event.step === 'segment' ? [event.fraction] : []));
    expect(shares.length).toBeGreaterThan(10);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));

    const before = events.length;
    stopping = true;
    // Opened anew: outlines of the same case would be taken again.
    await worker.open(2, [file('even.nii.gz', 'even.nii.gz')]);
    await worker.analyse(2, { runId: 2, ...request });
    expect(events.slice(before).map((event) => event.kind)).toContain('cancelled');
    expect(events.slice(before).some((event) => event.kind === 'segmented')).toBe(false);
  });
});
