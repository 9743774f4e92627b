import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { containsLps, type Grid } from '../core/grid';
import type { Issue } from '../core/issue';
import type { Monitor, NetworkEngine, RegistrationEngine, Step } from '../core/ports';
import type { Reading } from '../core/reading';
import { success } from '../core/result';
import type { Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { openNodeEngine } from '../inference/ort-node';
import { readAnatomyModel } from '../measure/anatomy-model';
import { tinyManifest, tinyPack } from '../packs/fixtures/tiny-pack';
import { openPack, type Pack } from '../packs/open-pack';
import { analyse } from './analyse';
import { readCentre } from './read-centre';
import { preparedWith, type AnalysisEvent, type ReadingContext } from './reading-context';

const GRID: Grid = { sizeIjk: [144, 120, 40], spacingMm: [2.5, 2.5, 5], originLpsMm: [-178.75, -148.75, -100], axesLps: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

const TUMOUR_LPS: Vec3 = [75, 20, 10];

/** Body, two kidneys of 200 HU and, where wanted, a mass of 400 HU in the left one; `level` is added to the mass. */
function painted(id: string, withMass: boolean, level = 0, grid: Grid = GRID): Volume {
  const [ni, nj, nk] = grid.sizeIjk;
  const hu = new Int16Array(ni * nj * nk).fill(-1000);
  const bodies = [
    { centre: [0, 0, 0], radii: [150, 110, 1000], hu: 30 },
    { centre: [70, 30, 0], radii: [30, 28, 55], hu: 200 },
    { centre: [-70, 30, 0], radii: [30, 28, 55], hu: 200 },
    ...(withMass ? [{ centre: TUMOUR_LPS, radii: [25, 25, 25], hu: 400 + level }] : []),
  ];
  for (let k = 0, at = 0; k < nk; k += 1)
    for (let j = 0; j < nj; j += 1)
      for (let i = 0; i < ni; i += 1, at += 1) {
        const p = [i, j, k].map((n, axis) => grid.originLpsMm[axis]! + n * grid.spacingMm[axis]!);
        for (const body of bodies) {
          if (p.reduce((sum, x, axis) => sum + ((x - body.centre[axis]!) / body.radii[axis]!) ** 2, 0) < 1) hu[at] = body.hu;
        }
      }
  return { id, grid, hu };
}

function monitorOf(cancelAt: Step | null = null): Monitor & { readonly steps: Set<Step> } {
  const steps = new Set<Step>();
  let clock = 0;
  return {
    steps,
    progress: (step) => void steps.add(step),
    issue: () => undefined,
    cancelled: () => cancelAt !== null && steps.has(cancelAt),
    nowMs: () => (clock += 1),
    breathe: () => Promise.resolve(),
  };
}

async function tiny(manifest?: ReturnType<typeof tinyManifest>): Promise<{ readonly pack: Pack; readonly engine: NetworkEngine }> {
  const pack = await openPack(tinyPack(manifest));
  if (!pack.ok) throw new Error(JSON.stringify(pack.issue));
  return { pack: pack.value, engine: openNodeEngine(pack.value, 1) };
}

async function contextOf(volumes: ReadingContext['volumes'], more: Partial<ReadingContext> = {}) {
  const events: AnalysisEvent[] = [];
  const { pack, engine } = await tiny();
  const context: ReadingContext = {
    volumes, manifest: pack.manifest, engine, registration: null, preset: null, anatomyModel: null,
    patient: { ageYears: 60, sex: 'F' }, monitor: monitorOf(), onEvent: (event) => events.push(event),
    ...more,
  };
  return { context, events };
}

const codes = (reading: Reading): readonly string[] => reading.issues.map((met: Issue) => met.code);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const meanOf = (data: Float32Array): number => data.reduce((sum, x) => sum + x, 0) / data.length;

async function read(context: ReadingContext, ...rest: [] | [{ readonly pointLpsMm: Vec3 }]): Promise<Reading> {
  const result = await analyse(context, ...rest);
  if (!result.ok) throw new Error(JSON.stringify(result.issue));
  return result.value.reading;
}

describe('analyse', () => {
  const three = { N: painted('n', true, -200), A: painted('a', true), V: painted('v', true, -50) };

  it('reads three phases from volumes to scores and heatmaps', async () => {
    const { context, events } = await contextOf(three);
    const reading = await read(context);
    expect(reading).toMatchObject({ status: 'read', phases: ['N', 'A', 'V'], segmentedPhase: 'A', preset: 'paper', pack: { id: 'tiny', status: 'demonstration' } });
    expect(reading.masses).toHaveLength(1);
    const [mass] = reading.masses;
    expect(mass).toMatchObject({ label: 'tumour', side: 'left', touchesBorder: false });
    TUMOUR_LPS.forEach((x, axis) => expect(Math.abs(mass!.centreLpsMm[axis]! - x)).toBeLessThan(2));
    expect(mass!.meanHu.A! - mass!.meanHu.V!).toBeGreaterThan(40);
    // The fixture's weights (make.py): logits are linear in each patch's mean, temperature 2.
    const [n, a, v] = reading.patches.map((patch) => meanOf(patch.tensor)) as [number, number, number];
    const logits = [-n + 0.25 * a + 0.5 * v + 0.7, 0.5 * n + 2 * a + v - 0.3];
    reading.scores[0]!.logits.forEach((z, c) => expect(z).toBeCloseTo(logits[c]!, 4));
    expect(reading.scores.map((score) => score.task)).toEqual(['malignancy', 'aggressiveness']);
    expect(reading.scores[1]!.probability).toBeCloseTo(sigmoid((logits[1]! - logits[0]!) / 2), 5);
    expect(reading.aggressivenessScore).toBe(Math.round(100 * reading.scores[1]!.probability) / 10);
    expect(reading.subsetScores).toHaveLength(14);
    expect(reading.subsetScores.find((s) => s.task === 'malignancy' && s.phases.join() === 'N')!.logits[0]).toBeCloseTo(0.5 - n, 4);
    expect(reading.heatmaps).toHaveLength(12);
    const inside = reading.heatmaps.find((map) => map.phase === 'A' && map.classIndex === 1)!;
    expect(Math.max(...inside.map)).toBeCloseTo(1, 6);
    expect(inside.shareInsideLesion).toBeGreaterThan(0);
    // Class 0 falls with N everywhere: nothing is left after the ReLU.
    expect(Math.max(...reading.heatmaps.find((map) => map.phase === 'N' && map.classIndex === 0)!.map)).toBe(0);
    expect(codes(reading)).toEqual(['registration-identity']);
    expect(events.map((event) => event.kind)).toEqual(['segmented', 'masses', 'reading', 'reading']);
    const readings = events.filter((event) => event.kind === 'reading').map((event) => event.reading);
    expect(readings.map((one) => [one.scores.length, one.subsetScores.length])).toEqual([[2, 0], [2, 14]]);
    expect(Object.keys(reading.timingsMs)).toEqual(['loadModels', 'segment', 'masses', 'register', 'classify', 'subsets']);
  });

  it('says no-mass and reads a centre set by hand', async () => {
    const { context } = await contextOf({ V: painted('v', false) });
    const analysed = await analyse(context);
    if (!analysed.ok) throw new Error(analysed.issue.code);
    const { reading, prepared } = analysed.value;
    expect(reading).toMatchObject({ status: 'no-mass', masses: [], scores: [], centre: null, aggressivenessScore: null, segmentedPhase: 'V' });
    expect(codes(reading)).toEqual(['no-arterial-phase', 'no-mass', 'segmented-on-other-phase']);
    const again = await readCentre(context, prepared, { pointLpsMm: [70, 30, 0] });
    if (!again.ok) throw new Error(again.issue.code);
    expect(again.value).toMatchObject({ status: 'read', phases: ['V'], centre: { pointLpsMm: [70, 30, 0], source: 'by-hand', massId: null } });
    expect(again.value.scores).toHaveLength(2);
    expect(codes(again.value)).toEqual(['no-arterial-phase', 'segmented-on-other-phase', 'centre-by-hand']);
  });

  it('asks for a centre without a segmenter, and needs no mask to read one', async () => {
    const { pack, engine } = await tiny({ ...tinyManifest(), segmentation: null as never });
    const { context, events } = await contextOf(three, { manifest: pack.manifest, engine });
    const reading = await read(context);
    expect(reading).toMatchObject({ status: 'centre-needed', segmentedPhase: null, scores: [] });
    expect(codes(reading)).toContain('centre-needed');
    expect(events.map((event) => event.kind)).toEqual(['masses', 'reading']);
    const byHand = await readCentre(context, preparedWith(null), { pointLpsMm: TUMOUR_LPS });
    expect(byHand.ok && byHand.value.scores.length).toBe(2);
    expect(byHand.ok && byHand.value.heatmaps.every((map) => map.shareInsideLesion === null)).toBe(true);
  });

  it('leaves out a phase that does not reach the centre', async () => {
    const short = painted('v', false, 0, { ...GRID, sizeIjk: [144, 120, 15] });
    expect(containsLps(short.grid, TUMOUR_LPS)).toBe(false);
    const { context } = await contextOf({ A: three.A, V: short });
    const reading = await read(context);
    expect(reading).toMatchObject({ status: 'read', phases: ['A'] });
    expect(reading.issues).toContainEqual({ code: 'centre-outside-phase', severity: 'error', where: 'v', data: { phase: 'V' } });
  });

  it.each(['load-models', 'segment', 'classify'] as const)('can be cancelled during %s', async (step) => {
    const { context } = await contextOf(three, { monitor: monitorOf(step) });
    expect(await analyse(context)).toMatchObject({ ok: false, issue: { code: 'cancelled' } });
  });

  it('registers to the reference and keeps the map while the centre stays near', async () => {
    let runs = 0;
    const registration: RegistrationEngine = {
      align: () => {
        runs += 1;
        const still = { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const, centreLpsMm: [0, 0, 0] as const };
        return Promise.resolve(success({ ...still, translationMm: [0, 0, 10] as const, similarityBefore: 0.1, similarityAfter: 0.2 }));
      },
    };
    const { context } = await contextOf({ A: three.A, V: three.V }, { registration });
    const analysed = await analyse(context);
    if (!analysed.ok) throw new Error(analysed.issue.code);
    const { reading, prepared } = analysed.value;
    expect(runs).toBe(1);
    expect(codes(reading)).not.toContain('registration-identity');
    // The map leads part of the mass out of it.
    const asScanned = prepared.ground?.value.masses[0]?.meanHu;
    expect(reading.masses[0]!.meanHu.A).toBe(asScanned?.A);
    expect(reading.masses[0]!.meanHu.V).toBeLessThan(asScanned!.V! - 20);
    const [a, v] = reading.patches;
    expect(v!.firstPixelLpsMm[2] - a!.firstPixelLpsMm[2]).toBeCloseTo(10, 6);
    await readCentre(context, prepared, { pointLpsMm: [85, 25, 20] });
    expect(runs).toBe(1);
    await readCentre(context, prepared, { pointLpsMm: [-70, 30, 0] });
    expect(runs).toBe(2);
  });

  it('knows the mass under a centre set by hand', async () => {
    const model = readAnatomyModel(JSON.parse(readFileSync('public/models/renalens-demo/anatomy.json', 'utf8')));
    if (!model.ok) throw new Error(model.issue.code);
    const { context } = await contextOf({ A: three.A }, { anatomyModel: model.value });
    const reading = await read(context, { pointLpsMm: [76, 21, 12] });
    expect(reading.centre).toMatchObject({ source: 'by-hand', massId: reading.masses[0]!.id });
    expect(reading.anatomy.map((score) => score.task)).toEqual(['malignancy', 'aggressiveness']);
  });

  it('takes the geometry of the other preset', async () => {
    const { context } = await contextOf({ A: three.A }, { preset: 'authors-code' });
    const reading = await read(context);
    expect(reading.preset).toBe('authors-code');
    // 120 mm in 2.5 mm pixels: 48 of them on 224.
    expect(Math.hypot(...reading.patches[0]!.columnStepLpsMm)).toBeCloseTo(120 / 224, 6);
  });
});
