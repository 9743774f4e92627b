import { LABEL, type LabelMap } from '../../core/label-map';
import { issue } from '../../core/issue';
import { TASKS } from '../../core/models';
import { READ_PHASES, type PhaseGuess, type ReadPhase } from '../../core/phase';
import type { Heatmap, Mass, MassCentre, Patch, Reading, Score } from '../../core/reading';
import type { Vec3 } from '../../core/vector';
import { lpsToIndex, voxelOffset } from '../../core/grid';
import type { Volume } from '../../core/volume';
import type { CaseEvent, StudyWorker } from '../../worker/protocol';
import { fakeFacts, fakeTissue, fakeVolume } from './fake-study';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const CENTRE: Vec3 = [-78, 44, -25];

/** A worker that only pretends, for developing the page: `?fake`, with `&large`, `&unsure`, `&nomass`, `&venous`, `&slow`. */
export function startFakeWorker(tell: (event: CaseEvent) => void): { study: StudyWorker; stop: () => void } {
  const wants = (flag: string): boolean => new URLSearchParams(location.search).has(flag);
  const pace = wants('slow') ? 25 : 1;
  const volumes = new Map<ReadPhase, Volume>();
  let cancelled = false;
  tell({ kind: 'backend', facts: { backend: 'wasm', threads: 2, adapter: '', crossOriginIsolated } });

  const study: StudyWorker = {
    setup: () => Promise.resolve(),
    usePack: () => {
      tell({ kind: 'pack-refused', issue: issue('pack-file-checksum', 'error', 'malignancy.onnx') });
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    useDefaultPack: () => Promise.resolve(),
    secondOpinion: () => Promise.resolve(),
    restore: () => Promise.resolve(),
    join: () => Promise.resolve(),
    cancel: () => {
      cancelled = true;
      return Promise.resolve();
    },
    async open(caseId, files) {
      cancelled = false;
      const size = wants('large') ? { columns: 512, slices: 130 } : { columns: 256, slices: 80 };
      if (files.every((file) => file.name.endsWith('.txt'))) {
        await wait(200);
        tell({ kind: 'failed', caseId, issue: issue('nothing-readable', 'error') });
        return;
      }
      for (let n = 1; n <= 4; n++) {
        await wait(30 * pace);
        tell({ kind: 'progress', caseId, step: 'read-files', fraction: n / 4, elapsedMs: 30 * n });
      }
      const guesses: PhaseGuess[] = [];
      for (const [n, phase] of (wants('venous') ? (['V'] as const) : READ_PHASES).entries()) {
        const volume = fakeVolume(`series-${phase}`, phase, size, n * 4);
        volumes.set(phase, volume);
        const names = { N: 'ABD NATIVE 2.5 B30f', A: 'ABD ART 2.5 B30f', V: 'ABD PORTAL VEN 2.5 B30f' };
        tell({ kind: 'volume', caseId, facts: fakeFacts(volume, names[phase], n + 2), volume });
        tell({ kind: 'progress', caseId, step: 'decode', fraction: (n + 1) / 3, elapsedMs: 400 });
        const aorta = { N: 42, A: 310, V: 155 }[phase];
        guesses.push({
          volumeId: volume.id,
          phase,
          probability: wants('unsure') && phase === 'V' ? 0.74 : 0.96,
          evidence: [
            { kind: 'text', phase, data: { source: 'SeriesDescription', words: phase === 'A' ? 'art' : phase === 'V' ? 'portal ven' : 'native' } },
            { kind: 'aorta-hu', phase, data: { hu: aorta } },
          ],
        });
        await wait(20 * pace);
      }
      tell({ kind: 'issue', caseId, issue: issue('localizer', 'note', 'SCOUT 1') });
      tell({ kind: 'issue', caseId, issue: issue('truncated-file', 'warning', 'IM00087.dcm') });
      tell({ kind: 'phases', caseId, guesses });
      tell({ kind: 'opened', caseId, volumes: volumes.size });
    },
    async analyse(caseId, request) {
      cancelled = false;
      const base = { caseId, runId: request.runId };
      for (const step of ['load-models', 'segment', 'masses', 'register', 'classify'] as const) {
        for (let n = 1; n <= 8; n++) {
          await wait(15 * pace);
          if (cancelled as boolean) {
            tell({ kind: 'cancelled', ...base });
            return;
          }
          tell({ kind: 'progress', caseId, step, fraction: n / 8, elapsedMs: 150 * n });
        }
        if (step === 'segment') {
          const phase = request.phases.A ? 'A' : request.phases.V ? 'V' : 'N';
          tell({ kind: 'segmented', ...base, phase, labelMap: labels(volumes.get(phase)!) });
        }
        if (step === 'masses') tell({ kind: 'masses', ...base, masses: masses(), centre: wants('nomass') ? null : centre(CENTRE, 'automatic') });
      }
      const phases = READ_PHASES.filter((phase) => request.phases[phase]);
      tell({ kind: 'reading', ...base, reading: wants('nomass') ? nothing(phases) : reading(phases, centre(CENTRE, 'automatic')) });
    },
    async reread(caseId, request) {
      await wait(60 * pace);
      const phases = READ_PHASES.filter((phase) => request.phases[phase]);
      const { centre: choice } = request;
      const asked =
        choice === 'automatic'
          ? centre(CENTRE, 'automatic')
          : 'pointLpsMm' in choice
          ? centre(choice.pointLpsMm, 'by-hand')
          : 'massId' in choice
            ? centre(masses()[choice.massId - 1]!.centreLpsMm, 'automatic', choice.massId)
            : centre(CENTRE, 'automatic');
      tell({ kind: 'reading', caseId, runId: request.runId, reading: reading(phases, asked) });
    },
  };

  function labels(volume: Volume): LabelMap {
    const { grid } = volume;
    const out = new Uint8Array(volume.hu.length);
    const [ni, nj, nk] = grid.sizeIjk;
    for (let k = 0, o = 0; k < nk; k++) {
      for (let j = 0; j < nj; j++) {
        for (let i = 0; i < ni; i++, o++) {
          const t = fakeTissue(-192 + i * grid.spacingMm[0], -192 + j * grid.spacingMm[1], -120 + k * grid.spacingMm[2]);
          out[o] = t === 9 ? (wants('nomass') ? LABEL.background : LABEL.tumour) : t === 10 ? LABEL.cyst : t === 7 || t === 8 ? LABEL.kidney : LABEL.background;
        }
      }
    }
    return { volumeId: volume.id, grid, labels: out };
  }

  function masses(): Mass[] {
    const cyst: Mass = { id: 2, label: 'cyst', side: 'left', centreLpsMm: [88, 22, 5], volumeMl: 9.2, diametersMm: [26, 26, 26], meanHu: { N: 6, A: 8, V: 7 }, touchesBorder: false };
    if (wants('nomass')) return [];
    return [{ id: 1, label: 'tumour', side: 'right', centreLpsMm: CENTRE, volumeMl: 53.1, diametersMm: [48, 46, 44], meanHu: { N: 36, A: 150, V: 95 }, touchesBorder: false }, cyst];
  }

  function reading(phases: readonly ReadPhase[], at: MassCentre): Reading {
    const off = Math.hypot(at.pointLpsMm[0] - CENTRE[0], at.pointLpsMm[1] - CENTRE[1], at.pointLpsMm[2] - CENTRE[2]);
    const p = (task: string, set: readonly ReadPhase[]): number => Math.max(0.04, (task === 'malignancy' ? 0.86 : 0.71) - off / 90 - (3 - set.length) * 0.06 + (set.includes('A') ? 0.03 : 0));
    const score = (task: (typeof TASKS)[number], set: readonly ReadPhase[]): Score => ({ task, probability: p(task, set), logits: [0, 1], phases: set, threshold: { name: 'default', value: 0.5 }, modelId: `${task}-any` });
    const subsets = [1, 2, 3, 4, 5, 6, 7].map((bits) => READ_PHASES.filter((_, n) => (bits >> n) & 1)).filter((set) => set.every((phase) => phases.includes(phase)));
    const patches = phases.map((phase) => patch(phase, at.pointLpsMm));
    return {
      status: 'read',
      centre: at,
      masses: masses(),
      phases,
      segmentedPhase: phases.includes('A') ? 'A' : phases[0]!,
      scores: TASKS.map((task) => score(task, phases)),
      subsetScores: TASKS.flatMap((task) => subsets.map((set) => score(task, set))),
      registration: [],
      patches,
      heatmaps: TASKS.flatMap((task) => phases.flatMap((phase) => ([0, 1] as const).map((classIndex) => heatmap(task, classIndex, phase)))),
      aggressivenessScore: Math.round(p('aggressiveness', phases) * 100) / 10,
      anatomy: TASKS.map((task) => ({ task, probability: task === 'malignancy' ? 0.78 : 0.55, interval95: [0.61, 0.88] as const, imputed: [], statement: '' })),
      preset: 'paper',
      pack: { id: 'renalens-demo', version: '0.1.0', status: 'demonstration' },
      timingsMs: { segment: 8400, masses: 120, classify: 640 },
      issues: [issue('registration-identity', 'note'), ...(at.source === 'by-hand' ? [issue('centre-by-hand', 'note')] : [])],
    };
  }

  function nothing(phases: readonly ReadPhase[]): Reading {
    return { ...reading(phases, centre(CENTRE, 'automatic')), status: 'no-mass', centre: null, masses: [], scores: [], subsetScores: [], patches: [], heatmaps: [], aggressivenessScore: null, anatomy: [], issues: [issue('no-mass', 'warning'), issue('centre-needed', 'warning')] };
  }

  function patch(phase: ReadPhase, c: Vec3): Patch {
    const volume = volumes.get(phase)!;
    const { grid } = volume;
    const hu = new Float32Array(224 * 224).fill(-1024);
    const k = Math.round(lpsToIndex(grid, c)[2]);
    const z = grid.originLpsMm[2] + k * grid.spacingMm[2];
    const first: Vec3 = [c[0] - 69.6875, c[1] - 69.6875, z];
    for (let y = 0; y < 224; y++) {
      for (let x = 0; x < 224; x++) {
        const [i, j] = lpsToIndex(grid, [first[0] + x * 0.625, first[1] + y * 0.625, z]).map(Math.round) as [number, number];
        if (i >= 0 && j >= 0 && i < grid.sizeIjk[0] && j < grid.sizeIjk[1]) hu[y * 224 + x] = volume.hu[voxelOffset(grid, i, j, k)]!;
      }
    }
    const tensor = hu.map((v) => Math.min(1, Math.max(0, (v + 500) / 1000)));
    return { phase, volumeId: volume.id, hu, tensor, sizePx: 224, firstPixelLpsMm: first, columnStepLpsMm: [0.625, 0, 0], rowStepLpsMm: [0, 0.625, 0], outsideShare: 0, sliceK: k, centreVoxelIjk: [0, 0, k], indexNearInteger: false };
  }

  return { study, stop: () => undefined };
}

function centre(pointLpsMm: Vec3, source: MassCentre['source'], massId: number | null = 1): MassCentre {
  return { pointLpsMm, source, massId };
}

function heatmap(task: Heatmap['task'], classIndex: 0 | 1, phase: ReadPhase): Heatmap {
  const map = new Float32Array(49);
  for (let y = 0; y < 7; y++) for (let x = 0; x < 7; x++) map[y * 7 + x] = Math.exp(-((x - 3 - classIndex * 0.5) ** 2 + (y - 3.2) ** 2) / 3.2);
  const most = Math.max(...map);
  return { method: 'grad-cam', task, classIndex, phase, rows: 7, columns: 7, map: map.map((v) => v / most), stridePx: 32, shareInsideLesion: 0.43 };
}
