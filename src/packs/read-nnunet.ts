import { NNUNET_LABELS, type NnunetFold, type NnunetSegmentation, type ResamplingRule } from '../core/models';
import type { FieldReader } from './field-reader';
import { readIntensity, readPath, readPhases, readSelfTest, readTensorSpec } from './read-parts';

/** Voxel sizes beyond these are no CT's, mm. */
const SPACING_MM = [0.1, 20] as const;

/** One letter for each direction of the patient, in any order: SAR, LPI ... */
const AXES = /^(?!.*[LR].*[LR])(?!.*[AP].*[AP])(?!.*[SI].*[SI])[LRAPSI]{3}$/;

/**
 * The nnU-Net of a manifest: `segmentation` of kind `nnunet`, see docs/model-pack.md. Whether configuration, patch and networks
 * agree on two or three dimensions is left to `nnunetDimensions`, which has a sentence of its own.
 */
export function readNnunet(field: FieldReader): NnunetSegmentation {
  const patchPx = field.at('patchPx').list((item) => item.integer(4, 1024), 2);
  const labels = field.at('labels').list((item) => item.oneOf(NNUNET_LABELS), 2);
  if (labels[0] !== 'background') field.at('labels').refuse('background first');
  if (!labels.includes('kidney')) field.at('labels').refuse('a kidney among the labels');
  const decision = readDecision(field.at('decision'), labels.length);
  const heads = decision.kind === 'argmax' ? labels.length : decision.values.length;
  const mirrorAxes = field.at('mirrorAxes').list((item) => item.integer(0, patchPx.length - 1));
  if (new Set(mirrorAxes).size !== mirrorAxes.length) field.at('mirrorAxes').refuse('each axis once');
  return {
    kind: 'nnunet',
    id: field.at('id').text(),
    phases: readPhases(field.at('phases')),
    framework: field.at('framework').oneOf(['nnunet-v1', 'nnunet-v2']),
    configuration: field.at('configuration').oneOf(['2d', '3d_lowres', '3d_fullres']),
    axes: field.at('axes').textLike(AXES, 'three letters such as SAR: one of L R, one of A P, one of S I'),
    spacingMm: readSpacing(field.at('spacingMm')),
    patchPx,
    intensity: readIntensity(field.at('intensity')),
    resampling: { image: readRule(field.at('resampling').at('image')), output: readOutputRule(field.at('resampling').at('output')) },
    tileStep: field.at('tileStep').number(0.05, 1),
    mirrorAxes,
    decision,
    labels,
    postprocessing: field.at('postprocessing').list((item) => ({
      values: item.at('values').list((entry) => entry.integer(1, labels.length - 1), 1),
      connectivity: readConnectivity(item.at('connectivity')),
      ...(item.at('minMm3').absent ? {} : { minMm3: item.at('minMm3').number(0, 1e9) }),
    })),
    folds: field.at('folds').list((item) => readFold(item, patchPx, heads), 1),
  };
}

/**
 * Where an nnU-Net's plans and its networks disagree on the number of dimensions: what is stated, what was found, and where.
 * Null when all agree.
 */
export function nnunetDimensions(model: NnunetSegmentation): { readonly stated: number; readonly found: number; readonly where: string } | null {
  const stated = model.configuration === '2d' ? 2 : 3;
  if (model.patchPx.length !== stated) return { stated, found: model.patchPx.length, where: 'segmentation.patchPx' };
  const other = model.folds.find((fold) => fold.inputs[0]?.shape.length !== stated + 2);
  return other === undefined ? null : { stated, found: (other.inputs[0]?.shape.length ?? 2) - 2, where: other.file };
}

function readDecision(field: FieldReader, labels: number): NnunetSegmentation['decision'] {
  const kind = field.at('kind').oneOf(['argmax', 'regions']);
  return kind === 'argmax' ? { kind } : { kind, values: field.at('values').list((item) => item.integer(1, labels - 1), 1) };
}

function readSpacing(field: FieldReader): readonly [number | null, number, number] {
  const all = field.list((item) => (item.absent ? null : item.number(...SPACING_MM)), 3);
  if (all.length > 3 || all.indexOf(null) > 0 || all.lastIndexOf(null) > 0) field.refuse('three voxel sizes, of which the first may be null');
  return [all[0] ?? null, all[1] ?? 1, all[2] ?? 1];
}

function readRule(field: FieldReader): ResamplingRule {
  const order = field.at('order').integer(1, 3);
  if (order === 2) field.at('order').refuse('1 or 3');
  return {
    order: order === 3 ? 3 : 1,
    orderZ: field.at('orderZ').integer(0, 1) === 1 ? 1 : 0,
    separateZ: field.at('separateZ').absent ? null : field.at('separateZ').boolean(),
  };
}

/** Outputs are resampled where they can matter only, which is exact for linear interpolation and for nothing of a higher order. */
function readOutputRule(field: FieldReader): ResamplingRule {
  const rule = readRule(field);
  if (rule.order !== 1) field.at('order').refuse('1');
  return rule;
}

function readConnectivity(field: FieldReader): 6 | 26 {
  const found = field.integer(6, 26);
  if (found !== 6 && found !== 26) field.refuse('6 or 26');
  return found === 26 ? 26 : 6;
}

function readFold(field: FieldReader, patchPx: readonly number[], heads: number): NnunetFold {
  const inputs = field.at('inputs').list(readTensorSpec, 1);
  const outputs = field.at('outputs').list(readTensorSpec, 1);
  expectShape(field.at('inputs'), inputs[0]?.shape, [1, 1, ...patchPx]);
  expectShape(field.at('outputs'), outputs[0]?.shape, [1, heads, ...patchPx]);
  return { id: field.at('id').text(), file: readPath(field.at('file')), inputs, outputs, ...readSelfTest(field.at('selfTest')) };
}

/** Sizes must fit; another number of axes is not this function's to tell. */
function expectShape(field: FieldReader, found: readonly (number | 'batch')[] | undefined, wanted: readonly number[]): void {
  if (found?.length === wanted.length && found.some((size, axis) => size !== wanted[axis])) field.refuse(`shape [${wanted.join(', ')}]`);
}
