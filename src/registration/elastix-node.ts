import * as package_ from '@itk-wasm/elastix';
import type { JsonCompatible } from 'itk-wasm';
import type { RegistrationEngine } from '../core/ports';
import { elastixEngine, type RunElastix } from './elastix-engine';

/** The part of the package's Node build that is used; its types describe the browser's build and Node's at once. */
interface NodeBuild {
  readonly elastixNode: (
    parameters: JsonCompatible,
    images: Parameters<RunElastix>[1],
  ) => Promise<{ transformParameterObject: JsonCompatible }>;
}

/** Registration in Node: the wasm is read from the package, nothing from the network. */
export function nodeRegistration(): RegistrationEngine {
  const { elastixNode } = package_ as unknown as NodeBuild;
  return elastixEngine((parameters, images) => elastixNode(parameters, images));
}
