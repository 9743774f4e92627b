/** One file of the built site that is held for use without a network. `path` is relative to the site's root, without a leading slash. */
export interface KeptFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What the build hands to the service worker: one version of the site, whole. */
export interface KeptVersion {
  /** Hash over all paths and hashes; two builds with the same content have the same version. */
  readonly version: string;
  readonly files: readonly KeptFile[];
  /** Headers of every answer, for hosts that cannot set them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the page may ask of the service worker. */
export type OfflineRequest =
  | { readonly kind: 'status' }
  /** Take over now instead of when the last tab of the old version closes. */
  | { readonly kind: 'take-over' };

/** What the service worker tells. `ready` is true only when every file of its version is held. */
export type OfflineAnswer =
  | { readonly kind: 'progress'; readonly heldBytes: number; readonly totalBytes: number }
  | { readonly kind: 'status'; readonly ready: boolean; readonly version: string; readonly totalBytes: number };
