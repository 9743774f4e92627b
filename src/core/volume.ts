import type { Grid } from './grid';

/**
 * One CT volume in Hounsfield units on its own grid.
 * `hu` has i fastest, then j, then k from the first to the last slice along the normal; it may view shared memory.
 */
export interface Volume {
  /** Unique within a case: SeriesInstanceUID, with `#n` behind it where one series holds several volumes. */
  readonly id: string;
  readonly grid: Grid;
  readonly hu: Int16Array;
}

/** What the tags say about a volume; strings are as the file holds them, decoded, '' when absent. */
export interface SeriesFacts {
  readonly volumeId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly description: string;
  readonly modality: string;
  readonly transferSyntaxUid: string;
  readonly files: number;
  readonly seriesNumber: number | null;
  readonly acquisitionNumber: number | null;
  /** Seconds since midnight of AcquisitionTime, with AcquisitionDate in `acquisitionDate` (YYYYMMDD). */
  readonly acquisitionTimeS: number | null;
  readonly acquisitionDate: string;
  /** Free text of the other tags that may name a phase: ProtocolName, StudyDescription, ImageComments, ContrastBolusAgent. */
  readonly phaseTexts: Readonly<Record<string, string>>;
  /** ContrastBolusStartTime in seconds since midnight. */
  readonly bolusStartTimeS: number | null;
  readonly convolutionKernel: string;
  readonly sliceThicknessMm: number | null;
  readonly patient: PatientFacts;
}

/** Identity as the files hold it. It stays in the tab: shown on the page, hidden by a key, never in an export unless asked. */
export interface PatientFacts {
  readonly name: string;
  readonly id: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly ageYears: number | null;
  readonly studyDate: string;
  readonly studyDescription: string;
}
