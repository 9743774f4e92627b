import { issue } from '../core/issue';
import { TASKS, type Task } from '../core/models';
import { failure, success, type Result } from '../core/result';
import type { AnatomyScore } from '../core/reading';

/** Facts the model may use, in the units of their names; `null` or absent means unknown and is imputed. */
export type AnatomyFacts = Readonly<Record<string, number | null | undefined>>;

/** One input of the model: standardised after its transform; `imputeValue` stands in where the fact is unknown. */
export interface AnatomyFeature {
  readonly name: string;
  readonly unit: string;
  readonly transform: 'log' | 'identity';
  readonly mean: number;
  readonly sd: number;
  readonly imputeValue: number;
  /** 1st and 99th percentile of the patients it was fitted on. */
  readonly trainedRange: readonly [number, number];
}

/** Logistic regression of one task: intercept and a coefficient per feature, and the same from each bootstrap draw. */
export interface AnatomyTask {
  readonly coefficients: readonly number[];
  readonly bootstrap: readonly (readonly number[])[];
}

/** The size-and-shape model of a pack (anatomy.json, schema renalens-anatomy/1). */
export interface AnatomyModel {
  readonly statement: string;
  readonly patients: number;
  readonly features: readonly AnatomyFeature[];
  readonly tasks: Readonly<Record<Task, AnatomyTask>>;
}

/** Checks a parsed anatomy.json. Issue: `pack-manifest-invalid`, with the field that is wrong. */
export function readAnatomyModel(json: unknown, where = 'anatomy.json'): Result<AnatomyModel> {
  const refuse = (field: string): Result<AnatomyModel> =>
    failure(issue('pack-manifest-invalid', 'error', where, { field, problem: 'missing or of the wrong kind' }));
  if (!isRecord(json) || json['schema'] !== 'renalens-anatomy/1') return refuse('schema');
  if (typeof json['statement'] !== 'string') return refuse('statement');
  if (typeof json['patients'] !== 'number') return refuse('patients');
  const features = json['features'];
  if (!Array.isArray(features) || features.length === 0 || !features.every(isFeature)) return refuse('features');
  const tasks = json['tasks'];
  if (!isRecord(tasks)) return refuse('tasks');
  const width = features.length + 1;
  const read: Partial<Record<Task, AnatomyTask>> = {};
  for (const task of TASKS) {
    const one = tasks[task];
    if (!isRecord(one) || !isRow(one['coefficients'], width)) return refuse(`tasks.${task}.coefficients`);
    const draws: unknown = one['bootstrap'];
    if (!Array.isArray(draws) || draws.length < 20 || !draws.every((d): d is number[] => isRow(d, width))) {
      return refuse(`tasks.${task}.bootstrap`);
    }
    read[task] = { coefficients: one['coefficients'], bootstrap: draws };
  }
  return success({
    statement: json['statement'],
    patients: json['patients'],
    features,
    tasks: read as Record<Task, AnatomyTask>,
  });
}

/**
 * P(malignant) and P(aggressive) from size and shape, with the 2.5 and 97.5 % of the bootstrap coefficients' answers and
 * the names of the facts that were imputed. The interval is that of the model's mean, not of the patient's outcome.
 */
export function evaluateAnatomy(model: AnatomyModel, facts: AnatomyFacts): readonly AnatomyScore[] {
  const imputed: string[] = [];
  const z = model.features.map((f) => {
    const given = facts[f.name];
    const known = typeof given === 'number' && Number.isFinite(given) && (f.transform === 'identity' || given > 0);
    if (!known) imputed.push(f.name);
    const value = known ? given : f.imputeValue;
    return ((f.transform === 'log' ? Math.log(value) : value) - f.mean) / f.sd;
  });
  const answer = (beta: readonly number[]): number =>
    1 / (1 + Math.exp(-z.reduce((sum, value, n) => sum + beta[n + 1]! * value, beta[0]!)));
  return TASKS.map((task): AnatomyScore => {
    const draws = model.tasks[task].bootstrap.map(answer).sort((a, b) => a - b);
    return {
      task,
      probability: answer(model.tasks[task].coefficients),
      interval95: [percentile(draws, 0.025), percentile(draws, 0.975)],
      imputed,
      statement: model.statement,
    };
  });
}

/** Linear between order statistics, as numpy.percentile. */
function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRow(value: unknown, width: number): value is number[] {
  return Array.isArray(value) && value.length === width && value.every((v) => typeof v === 'number' && Number.isFinite(v));
}

function isFeature(value: unknown): value is AnatomyFeature {
  if (!isRecord(value)) return false;
  const numbers = ['mean', 'sd', 'imputeValue'].every((key) => Number.isFinite(value[key]));
  const transform = value['transform'] === 'log' || value['transform'] === 'identity';
  return numbers && transform && typeof value['name'] === 'string' && typeof value['unit'] === 'string' &&
    isRow(value['trainedRange'], 2) && (value['sd'] as number) > 0;
}
