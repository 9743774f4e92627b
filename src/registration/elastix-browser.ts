import { elastix, setPipelinesBaseUrl } from '@itk-wasm/elastix';
import type { RegistrationEngine } from '../core/ports';
import { elastixEngine } from './elastix-engine';

/**
 * Registration in a browser. `pipelinesUrl` is the absolute, same-origin folder that holds elastix.js and elastix.wasm.zst;
 * without it the package would ask a public host, which the policy refuses. The package's own worker is kept between runs.
 */
export function browserRegistration(pipelinesUrl: string): RegistrationEngine {
  setPipelinesBaseUrl(pipelinesUrl);
  return elastixEngine((parameters, images) => elastix(parameters, images));
}
