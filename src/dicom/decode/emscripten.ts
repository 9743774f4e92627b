import charls from '@cornerstonejs/codec-charls/decodewasmjs';
import libjpegTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import openjpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import openjph from '@cornerstonejs/codec-openjph/wasmjs';
import type { CodecHost, CodecName } from './codec-host';

/** What all four decoders of the codec family offer. */
export interface StreamDecoder {
  getEncodedBuffer(lengthBytes: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number };
  getDecodedBuffer(): Uint8Array;
  getInterleaveMode?(): number;
  delete(): void;
}

/** A decoder class of a module. */
export type DecoderClass = 'JpegLSDecoder' | 'J2KDecoder' | 'HTJ2KDecoder' | 'JPEGDecoder';

/** An instantiated module: its decoder classes by name. */
export type CodecModule = Readonly<Partial<Record<DecoderClass, new () => StreamDecoder>>>;

/** The Emscripten factory that each package exports. */
export type CodecFactory = (options: {
  readonly wasmBinary: Uint8Array<ArrayBuffer>;
  readonly print: () => void;
  readonly printErr: () => void;
}) => Promise<CodecModule>;

const FACTORIES: Readonly<Record<CodecName, CodecFactory>> = {
  charls,
  openjpeg,
  openjph,
  'libjpeg-turbo': libjpegTurbo,
};

const modules = new WeakMap<CodecHost, Map<CodecName, Promise<CodecModule>>>();

/** The codec's module for this host, instantiated at first use. */
export function codecModule(host: CodecHost, name: CodecName): Promise<CodecModule> {
  const known = modules.get(host) ?? new Map<CodecName, Promise<CodecModule>>();
  modules.set(host, known);
  const module =
    known.get(name) ??
    host.wasm(name).then((wasmBinary) => FACTORIES[name]({ wasmBinary, print: () => undefined, printErr: () => undefined }));
  known.set(name, module);
  return module;
}

/** Forgets a module whose memory can no longer be trusted (a trap leaves it half-written). */
export function dropModule(host: CodecHost, name: CodecName): void {
  modules.get(host)?.delete(name);
}
