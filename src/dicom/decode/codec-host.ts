/** The WebAssembly codecs, by the library inside. */
export type CodecName = 'charls' | 'openjpeg' | 'openjph' | 'libjpeg-turbo';

/**
 * Hands in the codecs' WebAssembly binaries, which the browser fetches from its own origin and Node reads from disk.
 * A host is asked once per codec; keep one host per thread.
 */
export interface CodecHost {
  wasm(name: CodecName): Promise<Uint8Array<ArrayBuffer>>;
}
