import type { Vec3 } from '../core/vector';
import type { PatientFacts } from '../core/volume';
import type { PixelSource } from './read-frames';

/** What all frames of one object share, taken from its header; strings are decoded, '' when absent. */
export interface ObjectFacts {
  readonly fileName: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly modality: string;
  readonly transferSyntaxUid: string;
  readonly lossless: boolean;
  readonly description: string;
  readonly imageType: readonly string[];
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  readonly acquisitionDate: string;
  readonly phaseTexts: Readonly<Record<string, string>>;
  readonly bolusStartTimeS: number | null;
  readonly convolutionKernel: string;
  readonly patient: PatientFacts;
}

/** Where one frame lies in patient space. Source: PS3.3 C.7.6.2. */
export interface SlicePlace {
  /** Centre of the first pixel, LPS mm. */
  readonly positionLpsMm: Vec3;
  /** Unit vector along a row, towards the next column. */
  readonly rowAxis: Vec3;
  /** Unit vector down a column, towards the next row. */
  readonly columnAxis: Vec3;
  /** Distance between columns, then between rows, mm. */
  readonly spacingMm: readonly [number, number];
}

/** One frame: where its pixels are and what its values mean. */
export interface Slice {
  readonly object: ObjectFacts;
  readonly pixels: PixelSource;
  readonly frame: number;
  readonly place: SlicePlace | null;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly sliceThicknessMm: number | null;
  readonly acquisitionNumber: number | null;
  readonly acquisitionTimeS: number | null;
}
