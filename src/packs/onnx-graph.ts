import { wireFields, type WireField } from './protobuf';

/** A tensor at the border of a graph; axes without a fixed size are 'dynamic'. `elementType` 1 is float32. */
export interface GraphTensor {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly (number | 'dynamic')[];
}

/** What a pack check needs to know of an ONNX file, read without touching its weights. */
export interface OnnxGraph {
  readonly opset: number;
  /** Operator names, those of other domains as `domain:Name`; each once. */
  readonly operators: readonly string[];
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
}

// Field numbers of onnx.proto (ModelProto, GraphProto, NodeProto, ValueInfoProto, TypeProto, TensorShapeProto).
const MODEL = { graph: 7, opsetImport: 8 };
const OPSET = { domain: 1, version: 2 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { opType: 4, domain: 7 };
const INITIALIZER_NAME = 8;

/** Reads the border and the operators of an ONNX file, or null when it is none. Source: onnx.proto of ONNX 1.x. */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph | null {
  const model = wireFields(bytes);
  const graphBytes = model?.find((field) => field.id === MODEL.graph)?.bytes;
  const graph = graphBytes ? wireFields(graphBytes) : null;
  if (!model || !graph) return null;
  const opsets = children(model, MODEL.opsetImport);
  const standard = opsets.find((fields) => textOf(fields, OPSET.domain) === '');
  const initializers = new Set(children(graph, GRAPH.initializer).map((fields) => textOf(fields, INITIALIZER_NAME)));
  const operators = new Set(
    children(graph, GRAPH.node).map((fields) => {
      const domain = textOf(fields, NODE.domain);
      return domain === '' || domain === 'ai.onnx' ? textOf(fields, NODE.opType) : `${domain}:${textOf(fields, NODE.opType)}`;
    }),
  );
  return {
    opset: standard?.find((field) => field.id === OPSET.version)?.varint ?? 0,
    operators: [...operators].sort(),
    // Old exporters list weights among the inputs as well.
    inputs: children(graph, GRAPH.input).map(readTensor).filter((tensor) => !initializers.has(tensor.name)),
    outputs: children(graph, GRAPH.output).map(readTensor),
  };
}

function children(fields: readonly WireField[], id: number): readonly (readonly WireField[])[] {
  return fields.filter((field) => field.id === id).map((field) => (field.bytes ? (wireFields(field.bytes) ?? []) : []));
}

function textOf(fields: readonly WireField[], id: number): string {
  const bytes = fields.find((field) => field.id === id)?.bytes;
  return bytes ? new TextDecoder().decode(bytes) : '';
}

/** ValueInfoProto: name 1, type 2; TypeProto: tensor_type 1; Tensor: elem_type 1, shape 2; shape: dim 1; dim: value 1. */
function readTensor(fields: readonly WireField[]): GraphTensor {
  const tensor = children(children(fields, 2)[0] ?? [], 1)[0] ?? [];
  const axes = children(children(tensor, 2)[0] ?? [], 1);
  return {
    name: textOf(fields, 1),
    elementType: tensor.find((field) => field.id === 1)?.varint ?? 0,
    shape: axes.map((axis) => axis.find((field) => field.id === 1 && field.bytes === null)?.varint ?? 'dynamic'),
  };
}
