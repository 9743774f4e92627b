import { basename, resolve } from 'node:path';
import { timeConverter } from '../converter';
import { paintedSample } from '../painted-sample';
import type { BenchPart } from '../part';
import type { Figure } from '../record';
import { runStudy, type StudyRun } from '../study-run';

const STEPS_TOLD_APART = ['total'];

/** A whole study, from the drop to the scores of a centre set by hand, beside dcm2niix for the volumes. */
export const study: BenchPart = {
  name: 'study',
  about: 'drop to first image, volumes (beside dcm2niix), each step of the analysis, memory',
  async measure({ site, launch, runs: count, caseFolder }) {
    const painted = caseFolder === null ? paintedSample() : null;
    const folder = resolve(painted?.folder ?? caseFolder!);
    const name = painted === null ? basename(folder) : 'sample';
    try {
      const runs: StudyRun[] = [];
      const converter: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const ms = timeConverter(folder);
        if (ms !== null) converter.push(ms);
        runs.push(await runStudy(site, launch, folder));
      }
      if (converter.length === 0) process.stderr.write('dcm2niix is not installed or cannot read this study: no comparison.\n');
      return figuresOf(name, runs, converter);
    } finally {
      painted?.remove();
    }
  },
};

function figuresOf(name: string, runs: readonly StudyRun[], converter: readonly number[]): Figure[] {
  const steps = Object.keys(runs[0]!.steps).filter((step) => !STEPS_TOLD_APART.includes(step));
  const against = converter.length === runs.length ? { against: { name: 'dcm2niix -z n', runs: converter } } : {};
  return [
    { name: `${name}: drop to first image`, unit: 'ms', runs: runs.map((run) => run.firstImageMs) },
    { name: `${name}: drop to volumes`, unit: 'ms', runs: runs.map((run) => run.volumesMs), ...against },
    ...steps.map((step): Figure => ({ name: `${name}: step ${step}`, unit: 'ms', runs: runs.map((run) => run.steps[step] ?? NaN) })),
    { name: `${name}: analysis, whole`, unit: 'ms', runs: runs.map((run) => run.analysisMs) },
    { name: `${name}: centre moved, new scores`, unit: 'ms', runs: runs.map((run) => run.rereadMs) },
    { name: `${name}: peak memory of the browser`, unit: 'bytes', runs: runs.map((run) => run.peakBytes) },
  ];
}
