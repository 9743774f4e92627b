import type { Result } from '../../core/result';
import type { PixelFormat } from '../pixel-format';
import type { PixelCoding } from '../transfer-syntaxes';
import type { StoredFrame } from './samples';

/** The WebAssembly codecs, by the library inside. */
export type CodecName = 'charls' | 'openjpeg' | 'openjph' | 'libjpeg-turbo';

/**
 * Hands in the codecs' WebAssembly binaries, which the browser fetches from its own origin and Node reads from disk.
 * A host is asked once per codec; keep one host per thread.
 */
export interface CodecHost {
  wasm(name: CodecName): Promise<Uint8Array<ArrayBuffer>>;
  /** Threads that decode compressed frames instead of this one, where there are any. */
  readonly pool?: DecodePool;
}

/** Decodes frames elsewhere. `bytes` may be moved; they are not used again. */
export interface DecodePool {
  /** Frames that can be worked on at once. */
  readonly size: number;
  /** Starts the threads and lets each load what `coding` needs, while the files are still being read. */
  prepare(coding: PixelCoding): void;
  decode(bytes: Uint8Array, coding: PixelCoding, format: PixelFormat): Promise<Result<StoredFrame>>;
}
