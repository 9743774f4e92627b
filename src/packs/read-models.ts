import { SLICE_HEADS, TASK_CLASSES, type ClassifierModel, type SegmentationModel, type SliceSegmentation, type SliceStage } from '../core/models';
import { READ_PHASES } from '../core/phase';
import type { FieldReader } from './field-reader';
import { readNnunet } from './read-nnunet';
import { readIntensity, readPath, readPhases, readSelfTest, readTensorSpec } from './read-parts';

/** A covering window is half as wide again as the step, so that neighbours overlap. */
const WINDOW_PER_STRIDE = 1.5;

function readStage(field: FieldReader, position: number): SliceStage {
  const prior = field.at('priorChannel');
  const priorChannel = prior.absent ? false : prior.boolean();
  const sizePx = field.at('sizePx').pair((item) => item.integer(16, 1024));
  const inputs = field.at('inputs').list(readTensorSpec, 1);
  const outputs = field.at('outputs').list(
    (item) => ({
      ...readTensorSpec(item),
      role: item.at('role').oneOf(['segmentation-logits']),
      heads: item.at('heads').list((head) => head.text(), 1),
    }),
    1,
  );
  const channels = priorChannel ? 2 : 1;
  if (!fits(inputs[0]?.shape, [channels, ...sizePx])) field.at('inputs').refuse(`shape [batch, ${channels}, ${sizePx.join(', ')}]`);
  if (outputs[0]?.heads.join() !== SLICE_HEADS.join()) field.at('outputs').at('heads').refuse(SLICE_HEADS.join(', '));
  const heads = SLICE_HEADS.length;
  if (!fits(outputs[0]?.shape, [heads, ...sizePx])) field.at('outputs').refuse(`shape [batch, ${heads}, ${sizePx.join(', ')}]`);
  if (priorChannel && position === 0) prior.refuse('false in the first stage');
  return {
    id: field.at('id').text(),
    kind: field.at('kind').oneOf(['slice-2d']),
    placement: field.at('placement').oneOf(['body-centre', 'around-kidneys']),
    file: readPath(field.at('file')),
    pixelMm: field.at('pixelMm').number(0.25, 10),
    sizePx,
    slabMm: field.at('slabMm').number(0.25, 20),
    priorChannel,
    inputs,
    outputs,
    ...readSelfTest(field.at('selfTest')),
  };
}

/** True when a shape is [any batch, ...rest]. */
function fits(shape: readonly (number | 'batch')[] | undefined, rest: readonly number[]): boolean {
  return shape?.length === rest.length + 1 && rest.every((n, axis) => shape[axis + 1] === n);
}

/** The segmenter of a manifest: `segmentation`, see docs/model-pack.md. Without a `kind` it is one of slice networks. */
export function readSegmentation(field: FieldReader): SegmentationModel {
  const kind = field.at('kind');
  return !kind.absent && kind.oneOf(['slices', 'nnunet']) === 'nnunet' ? readNnunet(field) : readSlices(field);
}

function readSlices(field: FieldReader): SliceSegmentation {
  const join = field.at('join');
  let position = 0;
  const stages = field.at('stages').list((item) => readStage(item, position++), 1);
  const [whole, fine] = stages;
  if (stages.length > 2) field.at('stages').refuse('one or two stages');
  if (whole !== undefined && whole.placement !== 'body-centre') field.at('stages[0].placement').refuse('body-centre');
  if (whole !== undefined && fine !== undefined) {
    if (fine.placement !== 'around-kidneys') field.at('stages[1].placement').refuse('around-kidneys');
    // The second network reads cut-outs of the first one's pixels: one resampling for both.
    if (fine.pixelMm !== whole.pixelMm || fine.slabMm !== whole.slabMm) field.at('stages[1].pixelMm').refuse("the first stage's pixel and slab");
    if (fine.sizePx.some((n, axis) => n > whole.sizePx[axis]!)) field.at('stages[1].sizePx').refuse("at most the first stage's size");
  }
  return {
    kind: 'slices',
    id: field.at('id').text(),
    phases: readPhases(field.at('phases')),
    intensity: readIntensity(field.at('intensity')),
    stages,
    join: {
      candidateThreshold: join.at('candidateThreshold').number(0, 1),
      candidateMinMl: join.at('candidateMinMl').number(0, 1000),
      minComponentMm2: join.at('minComponentMm2').number(0, 10_000),
      maxPatchesPerSlab: join.at('maxPatchesPerSlab').integer(1, 64),
      patchMarginPx: join.at('patchMarginPx').integer(0, 512),
      rampPx: join.at('rampPx').integer(1, 512),
      fineShare: join.at('fineShare').number(0, 1),
      smoothingMm: join.at('smoothingMm').number(0, 20),
      kidneyThreshold: join.at('kidneyThreshold').number(0.01, 1),
      minKidneyMl: join.at('minKidneyMl').number(0, 1000),
      fragmentMm: join.at('fragmentMm').number(0, 100),
      minFragmentMl: join.at('minFragmentMl').number(0, 1000),
      massThresholds: {
        low: join.at('massThresholds').at('low').number(0.01, 1),
        high: join.at('massThresholds').at('high').number(0.01, 1),
      },
      minMassMl: join.at('minMassMl').number(0, 1000),
      massToKidneyMm: join.at('massToKidneyMm').number(0, 100),
      tumourThreshold: join.at('tumourThreshold').number(0, 1),
    },
  };
}

/** One classifier of a manifest. `patchPx` is the side of the patch that its phase inputs must have. */
export function readClassifier(field: FieldReader, patchPx: number): ClassifierModel {
  const task = field.at('task').oneOf(['malignancy', 'aggressiveness']);
  const mode = field.at('phases').at('mode').oneOf(['fixed', 'any-subset']);
  const classes = field.at('classes').pair((item) => item.text());
  if (classes.some((name, n) => name !== TASK_CLASSES[task][n])) {
    field.at('classes').refuse(`${TASK_CLASSES[task].join(', ')} in this order`);
  }
  const cam = field.at('cam');
  const camKind = cam.at('kind').oneOf(['gradient-output', 'none']);
  // Finer than this, covering part by part takes hours; coarser, it says nothing.
  const stride = cam.at('stride').integer(camKind === 'none' ? 8 : 1, patchPx);
  const calibration = field.at('calibration');
  const thresholds = field.at('thresholds');
  const inputs = field.at('inputs').list((item) => {
    const spec = readTensorSpec(item);
    if (item.at('phase').absent) {
      if (spec.name !== 'present' || !fits(spec.shape, [3])) item.refuse("a phase, or the input 'present' of shape [1, 3]");
      return spec;
    }
    if (!fits(spec.shape, [1, patchPx, patchPx])) item.at('shape').refuse(`[1, 1, ${patchPx}, ${patchPx}]`);
    return { ...spec, phase: item.at('phase').oneOf(READ_PHASES) };
  }, 1);
  const outputs = field.at('outputs').list((item) => ({
    ...readTensorSpec(item),
    role: item.at('role').oneOf(['logits', 'probabilities', 'cam-activation', 'cam-gradient']),
    ...(item.at('phase').absent ? {} : { phase: item.at('phase').oneOf(READ_PHASES) }),
  }), 1);
  if (!outputs.some((output) => output.role === 'logits' || output.role === 'probabilities')) {
    field.at('outputs').refuse('an output of role logits or probabilities');
  }
  if (camKind === 'gradient-output') {
    for (const input of inputs) {
      const phase = 'phase' in input ? input.phase : undefined;
      const given = (role: string): boolean => outputs.some((output) => output.role === role && output.phase === phase);
      if (phase !== undefined && !(given('cam-activation') && given('cam-gradient'))) {
        cam.at('kind').refuse(`none, or outputs of role cam-activation and cam-gradient for phase ${phase}`);
      }
    }
  }
  if (mode === 'any-subset' && !inputs.some((input) => input.name === 'present')) field.at('inputs').refuse("an input 'present'");
  return {
    id: field.at('id').text(),
    task,
    phases: mode === 'fixed' ? { mode, set: readPhases(field.at('phases').at('set')) } : { mode },
    file: readPath(field.at('file')),
    inputs,
    outputs,
    classes,
    cam: {
      kind: camKind,
      score: cam.at('score').oneOf(['logit', 'probability']),
      layer: camKind === 'none' && cam.at('layer').absent ? 'none' : cam.at('layer').text(),
      stride,
      windowPx: cam.at('windowPx').absent ? Math.min(patchPx, Math.round(stride * WINDOW_PER_STRIDE)) : cam.at('windowPx').integer(stride, patchPx),
    },
    calibration: calibration.absent
      ? { method: 'none', temperature: 1, fittedOn: 'none' }
      : {
          method: calibration.at('method').oneOf(['temperature', 'none']),
          temperature: calibration.at('temperature').number(0.01, 100),
          fittedOn: calibration.at('fittedOn').text(),
        },
    thresholds: thresholds.absent
      ? [{ name: 'argmax', value: 0.5, fittedOn: 'none' }]
      : thresholds.list(
          (item) => ({
            name: item.at('name').text(),
            value: item.at('value').number(0, 1),
            fittedOn: item.at('fittedOn').text(),
          }),
          1,
        ),
    ...readSelfTest(field.at('selfTest')),
  };
}
