/** Codes about files, series and volumes. Never renamed: reports and scripts rely on them. */
export const INGESTION_ISSUE_CODES = [
  'not-an-image',
  'not-dicom',
  'truncated-file',
  'unreadable-file',
  'unsupported-transfer-syntax',
  'decode-failed',
  'unsupported-pixel-format',
  'missing-geometry',
  'localizer',
  'dose-report',
  'structured-report',
  'radiotherapy-structures',
  'segmentation-found',
  'segmentation-not-used',
  'segmentation-long',
  'dicomdir-files-missing',
  'derived-series',
  'not-ct',
  'single-slice',
  'missing-slices',
  'uneven-slices',
  'duplicate-slice',
  'gantry-tilt',
  'mixed-series',
  'series-joinable',
  'kernel-twin',
  'several-patients',
  'archive-unreadable',
  'archive-too-large',
  'nothing-readable',
  'nifti-unreadable',
  'lossy-compression',
  'study-too-large',
] as const;

/** Codes about model packs. */
export const PACK_ISSUE_CODES = [
  'pack-manifest-missing',
  'pack-manifest-invalid',
  'pack-schema-unknown',
  'pack-file-missing',
  'pack-file-size',
  'pack-file-checksum',
  'pack-file-not-listed',
  'pack-pickle',
  'pack-shape-mismatch',
  'pack-network-dimensions',
  'pack-operator-unsupported',
  'pack-self-test-failed',
  'pack-not-loaded',
] as const;

/** Codes about the analysis itself. */
export const ANALYSIS_ISSUE_CODES = [
  'no-mass',
  'no-kidney',
  'kidney-volume-unusual',
  'mass-touches-border',
  'several-masses',
  'both-kidneys-affected',
  'cyst-only',
  'no-arterial-phase',
  'centre-needed',
  'centre-by-hand',
  'centre-in-air',
  'centre-far-from-kidney',
  'mask-edited',
  'centre-outside-phase',
  'patch-outside-phase',
  'registration-identity',
  'registration-rejected',
  'phase-unconfirmed',
  'phase-subset-missing',
  'tasks-contradict',
  'explained-by-occlusion',
  'segmented-on-other-phase',
  'backend-fallback',
  'storage-full',
  'worker-lost',
  'cancelled',
  'internal-error',
] as const;

/** Every stable issue code of RenaLens: kebab-case strings, listed for people in docs/issue-codes.md. */
export type IssueCode =
  | (typeof INGESTION_ISSUE_CODES)[number]
  | (typeof PACK_ISSUE_CODES)[number]
  | (typeof ANALYSIS_ISSUE_CODES)[number];

/** All codes in one list, for the table in docs and for tests. */
export const ISSUE_CODES: readonly IssueCode[] = [
  ...INGESTION_ISSUE_CODES,
  ...PACK_ISSUE_CODES,
  ...ANALYSIS_ISSUE_CODES,
];
