import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../cli/node-codecs';
import { decimals, makeObject, makeSlice, pixelElements } from '../dicom/fixtures/make-object';
import { openNodeEngine } from '../inference/ort-node';
import { boxKidneys } from '../packs/fixtures/box-kidneys';
import { fixture, tinyManifest, tinyPack } from '../packs/fixtures/tiny-pack';
import type { PackSource } from '../packs/open-pack';
import type { CaseEvent, StudyWorker } from './protocol';
import { makeStudySession } from './study-session';

/** A body with two kidneys and, where wanted, a bright mass in the left one, as a NIfTI file. */
function study(name: string, withMass: boolean): File {
  return new File([new Uint8Array(boxKidneys(withMass ? 400 : null))], name);
}

interface Heard {
  readonly events: CaseEvent[];
  readonly worker: StudyWorker;
  of<K extends CaseEvent['kind']>(kind: K): readonly Extract<CaseEvent, { kind: K }>[];
}

async function started(source: PackSource = tinyPack(), waited = true): Promise<Heard> {
  const events: CaseEvent[] = [];
  const worker = makeStudySession({
    codecs: nodeCodecs(),
    isolated: false,
    nowMs: () => performance.now(),
    fetchPack: () => source,
    openEngine: (pack) => Promise.resolve({ engine: openNodeEngine(pack, 1), adapter: '' }),
    registration: () => null,
  });
  const ready = worker.setup({ packUrl: 'http://localhost/models/tiny/', threads: 1, backend: 'auto' }, (event) => events.push(event));
  if (waited) await ready;
  return { events, worker, of: (kind) => events.filter((event): event is Extract<CaseEvent, { kind: typeof kind }> => event.kind === kind) };
}

const patient = { ageYears: null, sex: '' };

/** Opens a file as case 1 and returns its volume's id. */
async function opened(heard: Heard, file: File, caseId = 1): Promise<string> {
  await heard.worker.open(caseId, [file]);
  const id = heard.of('volume').at(-1)?.volume.id;
  if (id === undefined) throw new Error(JSON.stringify(heard.events));
  return id;
}

describe('study session', () => {
  it('opens, analyses and reads another centre, telling each step', async () => {
    const heard = await started();
    expect(heard.of('pack')[0]!.manifest.id).toBe('tiny');
    expect(heard.of('backend')[0]!.facts).toEqual({ backend: 'node', threads: 1, adapter: '', crossOriginIsolated: false });
    const V = await opened(heard, study('v.nii', true));
    expect(heard.of('opened')).toEqual([{ kind: 'opened', caseId: 1, volumes: 1 }]);
    expect(heard.of('phases')[0]!.guesses.map((guess) => guess.volumeId)).toEqual([V]);
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('segmented')).toMatchObject([{ caseId: 1, runId: 1, phase: 'V', labelMap: { volumeId: V } }]);
    expect(heard.of('reading').map((event) => event.reading.status)).toEqual(['read', 'read']);
    const steps = heard.of('progress').map((event) => event.step);
    for (const step of ['load-models', 'segment', 'masses', 'classify']) expect(steps).toContain(step);
    await heard.worker.reread(1, { runId: 2, phases: { V }, preset: null, align: true, patient, centre: { pointLpsMm: [-70, 30, 0] } });
    expect(heard.of('reading').at(-1)).toMatchObject({ runId: 2, reading: { status: 'read', centre: { source: 'by-hand', pointLpsMm: [-70, 30, 0] } } });
    expect(heard.of('segmented')).toHaveLength(1);
  });

  it('reads the labels that the user edited', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    const labels = heard.of('segmented')[0]!.labelMap.labels.map((label) => (label === 2 ? 1 : label));
    await heard.worker.reread(1, { runId: 2, phases: { V }, preset: null, align: true, patient, centre: { pointLpsMm: [75, 20, 0] }, labels });
    expect(heard.of('masses').at(-1)).toMatchObject({ runId: 2, masses: [] });
    await heard.worker.reread(1, { runId: 3, phases: { V }, preset: null, align: true, patient, centre: { pointLpsMm: [75, 20, 0] } });
    expect(heard.of('masses').at(-1)!.masses).toHaveLength(1);
  });

  it('reads a centre of a case that was never analysed', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', false));
    await heard.worker.reread(1, { runId: 1, phases: { V }, preset: null, align: true, patient, centre: { pointLpsMm: [70, 30, 0] } });
    expect(heard.of('reading').at(-1)!.reading).toMatchObject({ status: 'read', segmentedPhase: null });
  });

  it('keeps the case when what is opened next cannot be read', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.open(2, [new File(['nothing that is an image'], 'notes.txt')]);
    expect(heard.of('failed').at(-1)).toMatchObject({ caseId: 2, issue: { code: 'nothing-readable' } });
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('reading')).not.toHaveLength(0);
  });

  it.each([
    ['an unreadable file', (heard: Heard) => heard.worker.open(2, [new File(['nothing that is an image'], 'notes.txt')])],
    ['a wrong pack', (heard: Heard) => heard.worker.usePack([new File(['{}'], 'manifest.json')])],
  ])('goes on with the analysis when %s is dropped meanwhile', async (_, drop) => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const run = heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    await drop(heard);
    expect(heard.of('reading')).toEqual([]);
    await run;
    expect([...heard.of('failed').map((event) => event.caseId), ...heard.of('pack-refused')]).toHaveLength(1);
    expect(heard.of('cancelled')).toEqual([]);
    expect(heard.of('reading').at(-1)).toMatchObject({ caseId: 1, runId: 1, reading: { status: 'read' } });
  });

  it('lets the analysis go when what is dropped meanwhile is another study', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const run = heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    const other = await opened(heard, study('other.nii', true), 2);
    await run;
    expect(heard.of('cancelled')).toMatchObject([{ caseId: 1, runId: 1 }]);
    await heard.worker.analyse(2, { runId: 2, phases: { V: other }, preset: null, align: true, patient });
    expect(heard.of('reading').map((event) => event.caseId)).toEqual([2, 2]);
  });

  it('stops an opening first, and what runs by the next stop', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const run = heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    const opening = heard.worker.open(2, [study('v2.nii', true)]);
    await heard.worker.cancel();
    await opening;
    await run;
    expect(heard.of('cancelled')).toEqual([{ kind: 'cancelled', caseId: 2 }]);
    expect(heard.of('reading').at(-1)).toMatchObject({ caseId: 1, runId: 1 });
  });

  it('does not segment a volume twice under one pack', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const request = { phases: { V }, preset: null, align: true, patient };
    await heard.worker.analyse(1, { ...request, runId: 1 });
    const before = heard.of('progress').filter(({ step }) => step === 'segment').length;
    await heard.worker.analyse(1, { ...request, runId: 2 });
    expect(heard.of('progress').filter(({ step }) => step === 'segment')).toHaveLength(before);
    expect(heard.of('segmented').map(({ runId }) => runId)).toEqual([1, 2]);
    expect(heard.of('reading').at(-1)).toMatchObject({ runId: 2, reading: { status: 'read', segmentedPhase: 'V' } });
  });

  it('reads other phases on the outlines that are there', async () => {
    const heard = await started();
    const A = await opened(heard, study('a.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { A }, preset: null, align: true, patient });
    await heard.worker.reread(1, { runId: 2, phases: { V: A }, preset: null, align: true, patient, centre: 'automatic' });
    expect(heard.of('segmented')).toHaveLength(1);
    expect(heard.of('reading').at(-1)).toMatchObject({ runId: 2, reading: { status: 'read', phases: ['V'], segmentedPhase: 'V' } });
  });

  it('takes a case over that it never opened, with its outlines', async () => {
    const before = await started();
    const V = await opened(before, study('v.nii', true));
    await before.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    const { volume, facts } = before.of('volume')[0]!;
    const after = await started();
    await after.worker.restore(1, { volumes: [{ volume, facts }], guesses: [], labelMap: before.of('segmented')[0]!.labelMap });
    await after.worker.reread(1, { runId: 2, phases: { V }, preset: null, align: true, patient, centre: 'automatic' });
    expect(after.of('segmented')).toEqual([]);
    expect(after.of('reading').at(-1)!.reading.scores).toEqual(before.of('reading').at(-1)!.reading.scores);
  });

  it('says what to do with weights that come without their pack', async () => {
    const heard = await started();
    await heard.worker.open(1, [new File(['x'], 'best.pt')]);
    await heard.worker.open(2, [new File(['x'], 'net.onnx')]);
    expect(heard.of('failed').map((event) => [event.issue.code, event.issue.where])).toEqual([['pack-pickle', 'best.pt'], ['pack-manifest-missing', 'net.onnx']]);
  });

  it('warns of a centre in air', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    await heard.worker.reread(1, { runId: 2, phases: { V }, preset: null, align: true, patient, centre: { pointLpsMm: [170, 0, 0] } });
    expect(heard.of('reading').at(-1)!.reading.issues.slice(0, 2).map(({ code }) => code)).toEqual(['centre-in-air', 'centre-far-from-kidney']);
  });

  it('stops on cancel, and a new request stops the one before it', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const request = { phases: { V }, preset: null, align: true, patient };
    const first = heard.worker.analyse(1, { ...request, runId: 1 });
    await heard.worker.cancel();
    await first;
    expect(heard.of('cancelled')).toEqual([{ kind: 'cancelled', caseId: 1, runId: 1 }]);
    const second = heard.worker.analyse(1, { ...request, runId: 2 });
    await Promise.all([second, heard.worker.analyse(1, { ...request, runId: 3 })]);
    expect(new Set(heard.of('reading').map((event) => event.runId))).toEqual(new Set([3]));
  });

  it.each(['manifest.json', 'fine.onnx'])('stops at once while %s is still being fetched', async (slow) => {
    const whole = tinyPack();
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const heard = await started({ ...whole, read: async (path) => (path === slow ? arrived : Promise.resolve()).then(() => whole.read(path)) }, slow !== 'manifest.json');
    const V = await opened(heard, study('v.nii', true));
    const run = heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    setTimeout(() => void heard.worker.cancel(), 20);
    await run;
    expect(heard.of('cancelled')).toEqual([{ kind: 'cancelled', caseId: 1, runId: 1 }]);
    arrive();
    await heard.worker.analyse(1, { runId: 2, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('reading').at(-1)).toMatchObject({ runId: 2, reading: { status: 'read' } });
  });

  it('reads on the outlines that are shown when an analysis was stopped after them', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const request = { phases: { V }, preset: null, align: true, patient };
    const stopping: Promise<void>[] = [];
    const { events } = heard;
    const push = events.push.bind(events);
    events.push = (event: CaseEvent) => {
      if (event.kind === 'segmented') stopping.push(heard.worker.cancel());
      return push(event);
    };
    await heard.worker.analyse(1, { ...request, runId: 1 });
    await Promise.all(stopping);
    await heard.worker.reread(1, { ...request, runId: 2, centre: { nearLpsMm: [75, 20, 0] } });
    expect(heard.of('cancelled')).toMatchObject([{ runId: 1 }]);
    expect(heard.of('reading').at(-1)).toMatchObject({ runId: 2, reading: { segmentedPhase: 'V', status: 'read' } });
  });

  it('frees a case that is closed', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.close();
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('reading')).toEqual([]);
  });

  it('says why there is no pack, and why it cannot analyse', async () => {
    const heard = await started(tinyPack(undefined, { 'manifest.json': null }));
    expect(heard.of('pack-refused')).toMatchObject([{ issue: { code: 'pack-manifest-missing' } }]);
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('failed').at(-1)).toMatchObject({ issue: { code: 'pack-not-loaded' } });
  });
});

describe('dropped packs', () => {
  const filesOf = (manifest: object, changed: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {}): readonly File[] => [
    new File([JSON.stringify(manifest)], 'manifest.json'),
    ...tinyManifest().files.map(({ path }) => new File([changed[path] ?? fixture(path)], path)),
  ];

  it('takes the place of the pack in use', async () => {
    const heard = await started();
    await heard.worker.usePack(filesOf({ ...tinyManifest(), id: 'another' }));
    expect(heard.of('pack').map((event) => event.manifest.id)).toEqual(['tiny', 'another']);
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('reading').at(-1)!.reading.pack.id).toBe('another');
  });

  it('is asked beside the one in use once what follows the first scores is there', async () => {
    const heard = await started();
    const V = await opened(heard, study('v.nii', true));
    const request = { phases: { V }, preset: null, align: true, patient };
    const asked: Promise<void>[] = [];
    const push = heard.events.push.bind(heard.events);
    heard.events.push = (event: CaseEvent) => {
      if (event.kind === 'reading' && asked.length === 0) asked.push(heard.worker.secondOpinion(1, { ...request, runId: 1, centre: { pointLpsMm: [75, 20, 0] } }, filesOf({ ...tinyManifest(), title: 'Another' })));
      return push(event);
    };
    await heard.worker.analyse(1, { ...request, runId: 1 });
    await Promise.all(asked);
    expect(heard.of('cancelled')).toEqual([]);
    expect(heard.of('reading').map(({ reading }) => reading.pack.id)).toEqual(['tiny', 'tiny']);
    expect(heard.of('second-opinion').map(({ opinion }) => opinion.title)).toEqual(['Another']);
    expect(heard.events.at(-1)?.kind).toBe('second-opinion');
  });

  it('is refused by name when a file is damaged, and the old one stays', async () => {
    const heard = await started();
    await heard.worker.usePack(filesOf({ ...tinyManifest(), id: 'another' }, { 'fine.onnx': fixture('fine.onnx').map((b, n) => (n === 99 ? b ^ 1 : b)) }));
    expect(heard.of('pack-refused')).toMatchObject([{ issue: { code: 'pack-file-checksum', where: 'fine.onnx' } }]);
    const V = await opened(heard, study('v.nii', true));
    await heard.worker.analyse(1, { runId: 1, phases: { V }, preset: null, align: true, patient });
    expect(heard.of('reading').at(-1)!.reading.pack.id).toBe('tiny');
  });

  it('is refused when a network does not give its stored answer', async () => {
    const heard = await started();
    const answer = fixture('fine-logits.npy');
    new DataView(answer.buffer).setFloat32(128, 5, true);
    const manifest = { ...tinyManifest(), id: 'another' };
    manifest.files.find((file) => file.path === 'fine-logits.npy')!.sha256 = createHash('sha256').update(answer).digest('hex');
    await heard.worker.usePack(filesOf(manifest, { 'fine-logits.npy': answer }));
    expect(heard.of('pack-refused')).toMatchObject([{ issue: { code: 'pack-self-test-failed', where: 'fine.onnx' } }]);
    expect(heard.of('pack').map((event) => event.manifest.id)).toEqual(['tiny']);
  });

  it('may come as a zip, dropped like a study', async () => {
    const heard = await started();
    const entries = Object.fromEntries(await Promise.all(filesOf({ ...tinyManifest(), id: 'another' }).map(async (file) => [`pack/${file.name}`, new Uint8Array(await file.arrayBuffer())] as const)));
    await heard.worker.open(1, [new File([new Uint8Array(zipSync(entries))], 'pack.zip')]);
    expect(heard.of('pack').map((event) => event.manifest.id)).toEqual(['tiny', 'another']);
    expect(heard.of('opened')).toEqual([{ kind: 'opened', caseId: 1, volumes: 0 }]);
    expect(heard.of('failed')).toEqual([]);
  });
});

describe('parts of one scan', () => {
  const part = (series: string, z: number): File =>
    new File([makeSlice({ positionLpsMm: [0, 0, z], rowAxis: [1, 0, 0], columnAxis: [0, 1, 0], spacingMm: [1, 1], rows: 3, columns: 4, hu: () => z }, { SeriesInstanceUID: series, FrameOfReferenceUID: '1.2.9' })], `${series}-${z}`);

  it('are joined into a case of its own, and an older case is not touched', async () => {
    const heard = await started();
    await heard.worker.open(1, [0, 5, 10, 15].map((z) => part(z < 10 ? '1.2.1' : '1.2.2', z)));
    const [offer] = heard.of('issue').filter(({ issue: met }) => met.code === 'series-joinable');
    const ids = String(offer?.issue.data?.['volumes']).split(' ');
    expect(ids).toEqual(['1.2.1', '1.2.2']);
    heard.events.length = 0;
    await heard.worker.join(2, 1, ids);
    expect(heard.events.map(({ kind }) => kind)).toEqual(['volume', 'phases', 'opened']);
    const [{ volume, facts }] = heard.of('volume') as [Extract<CaseEvent, { kind: 'volume' }>];
    expect([volume.id, facts.files, ...volume.grid.sizeIjk]).toEqual(['1.2.1', 4, 4, 3, 4]);
    expect([0, 12, 24, 36].map((at) => volume.hu[at])).toEqual([0, 5, 10, 15]);
    heard.events.length = 0;
    await heard.worker.join(3, 1, ids);
    expect(heard.events).toEqual([{ kind: 'cancelled', caseId: 3 }]);
  });

  it('leave outlines of other series that came with the files offered', async () => {
    const heard = await started();
    const outlines = makeObject({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4',
      Modality: 'SEG',
      FrameOfReferenceUID: '1.2.9',
      SegmentationType: 'BINARY',
      ...pixelElements(3, 4),
      ...{ BitsAllocated: 1, BitsStored: 1, HighBit: 0, PixelRepresentation: 0, NumberOfFrames: '1' },
      ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.2.3' }],
      SegmentSequence: [{ SegmentNumber: 1, SegmentLabel: 'Left kidney' }],
      SharedFunctionalGroupsSequence: [
        { PlaneOrientationSequence: [{ ImageOrientationPatient: decimals([1, 0, 0, 0, 1, 0]) }], PixelMeasuresSequence: [{ PixelSpacing: '1\\1', SliceThickness: '5' }] },
      ],
      PerFrameFunctionalGroupsSequence: [
        { PlanePositionSequence: [{ ImagePositionPatient: decimals([0, 0, 105]) }], SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }] },
      ],
      PixelData: Uint8Array.from([0b00001111, 0]),
    });
    const parts = [0, 5, 10, 15].map((z) => part(z < 10 ? '1.2.1' : '1.2.2', z));
    await heard.worker.open(1, [...parts, ...[100, 105, 110].map((z) => part('1.2.3', z)), new File([outlines], 'outlines')]);
    expect(heard.of('outlines-offered').map(({ labelMap }) => labelMap.volumeId)).toEqual(['1.2.3']);
    heard.events.length = 0;
    await heard.worker.join(2, 1, ['1.2.1', '1.2.2']);
    expect(heard.of('outlines-offered').map(({ caseId, labelMap }) => [caseId, labelMap.volumeId])).toEqual([[2, '1.2.3']]);
  });
});
