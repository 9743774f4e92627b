import type { CtIntensity, SelfTest, TensorSpec } from '../core/models';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { FieldReader } from './field-reader';
import { isSafePath } from './safe-path';

/** A path within the pack. */
export function readPath(field: FieldReader): string {
  const path = field.text();
  if (path !== '' && !isSafePath(path)) field.refuse('a relative path inside the pack');
  return path;
}

/** Phases that a network serves, each once. */
export function readPhases(field: FieldReader): readonly ReadPhase[] {
  const phases = field.list((item) => item.oneOf(READ_PHASES), 1);
  if (new Set(phases).size !== phases.length) field.refuse('each phase once');
  return phases;
}

/** A tensor of a graph by name and shape. */
export function readTensorSpec(field: FieldReader): TensorSpec {
  const shape = field.at('shape').list((item) => readAxis(item), 1);
  if (shape.slice(1).includes('batch')) field.at('shape').refuse("'batch' as first axis only");
  return { name: field.at('name').text(), shape, dtype: field.at('dtype').oneOf(['float32']) };
}

function readAxis(field: FieldReader): number | 'batch' {
  return field.holds('batch') ? 'batch' : field.integer(1, 65_536);
}

/** The stored answer of a network, where it has one. */
export function readSelfTest(field: FieldReader): { readonly selfTest?: SelfTest } {
  if (field.absent) return {};
  return {
    selfTest: {
      inputs: field.at('inputs').record(readPath),
      outputs: field.at('outputs').record(readPath),
      tolerance: field.at('tolerance').number(1e-9, 10),
    },
  };
}

/** Clip range, mean and standard deviation in HU. */
export function readIntensity(field: FieldReader): CtIntensity {
  return {
    clipHu: field.at('clipHu').range(-32_768, 32_767),
    meanHu: field.at('meanHu').number(-32_768, 32_767),
    sdHu: field.at('sdHu').number(0.001, 10_000),
  };
}
