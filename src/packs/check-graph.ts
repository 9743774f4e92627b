import { issue } from '../core/issue';
import type { TensorSpec } from '../core/models';
import { failure, success, type Result } from '../core/result';
import { readOnnxGraph, type GraphTensor } from './onnx-graph';

/** Newest operator set of the bundled runtime (onnxruntime-web 1.30). */
const MAX_OPSET = 25;
const MIN_OPSET = 7;

/** Operators that ran on both backends of the bundled runtime, or on WASM at least. Others are refused by name. */
const OPERATORS: ReadonlySet<string> = new Set(
  `Abs Add And ArgMax AveragePool BatchNormalization Cast Ceil Clip Concat Constant ConstantOfShape Conv ConvTranspose
  CumSum DepthToSpace Div Dropout Einsum Elu Equal Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm
  GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GridSample HardSigmoid HardSwish Identity InstanceNormalization
  IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax MatMul Max MaxPool Mean Min Mul Neg Not OneHot Or PRelu Pad
  Pow Range Reciprocal ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum Relu Reshape Resize ScatterND Shape Sigmoid Sign Slice
  Softmax Softplus SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile TopK Transpose Trilu Unsqueeze Where`.split(/\s+/),
);

/**
 * Compares an ONNX file with what the manifest says of it. `inputs` must be the graph's inputs exactly, `outputs` a part
 * of its outputs. Issues, all naming `where`: `pack-shape-mismatch` {name, expected, found},
 * `pack-network-dimensions` {stated, found}, `pack-operator-unsupported` {operators}.
 */
export function checkGraph(
  bytes: Uint8Array,
  where: string,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
): Result<true> {
  const graph = readOnnxGraph(bytes);
  if (graph === null || graph.operators.length === 0) {
    return failure(issue('pack-shape-mismatch', 'error', where, { name: where, expected: 'an ONNX graph', found: 'other bytes' }));
  }
  const foreign = graph.operators.filter((name) => !OPERATORS.has(name));
  if (foreign.length > 0 || graph.opset > MAX_OPSET || graph.opset < MIN_OPSET) {
    const operators = foreign.length > 0 ? foreign.join(', ') : `opset ${graph.opset}`;
    return failure(issue('pack-operator-unsupported', 'error', where, { operators }));
  }
  const unnamed = graph.inputs.find((tensor) => !inputs.some((spec) => spec.name === tensor.name));
  if (unnamed !== undefined) {
    return failure(issue('pack-shape-mismatch', 'error', where, { name: unnamed.name, expected: 'no such input', found: shapeText(unnamed) }));
  }
  for (const [specs, tensors] of [[inputs, graph.inputs], [outputs, graph.outputs]] as const) {
    for (const spec of specs) {
      const tensor = tensors.find((candidate) => candidate.name === spec.name);
      if (tensor !== undefined && agrees(spec, tensor)) continue;
      if (tensor !== undefined && isImage(spec.shape) && isImage(tensor.shape) && spec.shape.length !== tensor.shape.length) {
        const data = { stated: spec.shape.length - 2, found: tensor.shape.length - 2 };
        return failure(issue('pack-network-dimensions', 'error', where, data));
      }
      const found = tensor === undefined ? 'nothing' : shapeText(tensor);
      const expected = `float32 [${spec.shape.join(', ')}]`;
      return failure(issue('pack-shape-mismatch', 'error', where, { name: spec.name, expected, found }));
    }
  }
  return success(true);
}

function agrees(spec: TensorSpec, tensor: GraphTensor): boolean {
  if (tensor.elementType !== 1 || tensor.shape.length !== spec.shape.length) return false;
  return spec.shape.every((size, axis) => tensor.shape[axis] === (size === 'batch' ? 'dynamic' : size));
}

/** Batch, channels and two or three axes of space. */
function isImage(shape: readonly unknown[]): boolean {
  return shape.length === 4 || shape.length === 5;
}

function shapeText(tensor: GraphTensor): string {
  return `${tensor.elementType === 1 ? 'float32' : `type ${tensor.elementType}`} [${tensor.shape.join(', ')}]`;
}
