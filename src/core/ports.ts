import type { Grid } from './grid';
import type { Issue } from './issue';
import type { Result } from './result';
import type { Vec3 } from './vector';

/** Bytes that can be read by range: a File, a Node file, an entry of an archive, a buffer in a test. */
export interface ByteSource {
  /** Path as the user knows it: folder/name. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes from `from` up to but not including `to`. */
  read(from: number, to: number): Promise<Uint8Array>;
  /**
   * The whole content where it happens to be in memory, else null. It is the caller's from then on, to keep, to overwrite or to
   * drop; later reads go to the file again.
   */
  take?(): Uint8Array | null;
}

/** A dense float tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network that is ready to run. Errors come back as issues, never thrown. */
export interface NetworkRunner {
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Result<Readonly<Record<string, Tensor>>>>;
}

/** Opens the networks of a pack by file path; sessions are kept until `release`. */
export interface NetworkEngine {
  /** 'webgpu', 'wasm', 'node': shown beside every number. */
  readonly backend: string;
  readonly threads: number;
  open(file: string): Promise<Result<NetworkRunner>>;
  release(): Promise<void>;
}

/** A rigid map from the reference phase's world to another phase's world: x' = R (x - centre) + centre + t, LPS mm. */
export interface RigidMap {
  readonly rotation: readonly [Vec3, Vec3, Vec3];
  readonly translationMm: Vec3;
  readonly centreLpsMm: Vec3;
  readonly similarityBefore: number;
  readonly similarityAfter: number;
}

/** Finds the rigid map between two small volumes (Float32 HU, i fastest) whose grids have the same axes. */
export interface RegistrationEngine {
  /** Loads and starts what `align` needs, so that the first phase does not wait for it; never fails. */
  readonly warm?: () => Promise<void>;
  align(fixed: { grid: Grid; hu: Float32Array }, moving: { grid: Grid; hu: Float32Array }): Promise<Result<RigidMap>>;
}

/** The steps that report progress, in order. */
export type Step = 'read-files' | 'decode' | 'phases' | 'load-models' | 'segment' | 'masses' | 'register' | 'classify' | 'explain';

/** What a long computation may call while it runs. `cancelled` is asked between tiles. */
export interface Monitor {
  progress(step: Step, fraction: number): void;
  issue(issue: Issue): void;
  cancelled(): boolean;
  /** Milliseconds since some fixed moment; the clock is handed in so that the method stays pure. */
  nowMs(): number;
  /** Lets the event loop turn, so that a cancel can arrive. */
  breathe(): Promise<void>;
}
