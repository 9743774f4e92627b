import { cross, dot, length, scale, type Vec3 } from '../core/vector';
import type { PatientFacts } from '../core/volume';
import { codeOf, firstItem, numberOf, numbersOf, secondsOf, u16Of } from './attributes';
import type { DataSet } from './parser';
import type { ImageHeader } from './read-image';
import type { ObjectFacts, Slice, SlicePlace } from './slice';
import { TAG, type Keyword } from './tags';
import { textOf } from './text';

/** Free texts in which a phase may be named. Source: clinical-facts.md section 3.1. */
const PHASE_TEXTS = [
  'ProtocolName',
  'AcquisitionProtocolDescription',
  'StudyDescription',
  'RequestedProcedureDescription',
  'PerformedProcedureStepDescription',
  'ImageComments',
  'ContrastBolusAgent',
  'ImageType',
] as const satisfies readonly Keyword[];

/** The slices of an object, one per frame. Multi-frame attributes are looked up per frame, then shared, then at the top. */
export function readSlices(image: ImageHeader): readonly Slice[] {
  const { dataSet } = image.header;
  const object = objectFacts(image);
  const shared = firstItem(dataSet, TAG.SharedFunctionalGroupsSequence);
  const perFrame = dataSet.elements[TAG.PerFrameFunctionalGroupsSequence]?.items ?? [];
  return Array.from({ length: image.pixels.format.frames }, (_, frame) => {
    const own = perFrame[frame]?.dataSet ?? null;
    const group = (sequence: string): readonly DataSet[] =>
      [firstItem(own, sequence), firstItem(shared, sequence)].filter((item) => item !== null);
    return frameSlice(image, object, frame, group);
  });
}

function frameSlice(image: ImageHeader, object: ObjectFacts, frame: number, group: (sequence: string) => readonly DataSet[]): Slice {
  const { dataSet } = image.header;
  const measures = [...group(TAG.PixelMeasuresSequence), dataSet];
  const content = group(TAG.FrameContentSequence);
  const values = [...group(TAG.PixelValueTransformationSequence), dataSet];
  const frameTime = content.map((item) => secondsOf(codeOf(item, TAG.FrameAcquisitionDateTime).slice(8))).find((time) => time !== null);
  return {
    object,
    pixels: image.pixels,
    frame,
    place: readPlace([...group(TAG.PlanePositionSequence), dataSet], [...group(TAG.PlaneOrientationSequence), dataSet], measures),
    rescaleSlope: firstNumber(values, TAG.RescaleSlope) ?? 1,
    rescaleIntercept: firstNumber(values, TAG.RescaleIntercept) ?? 0,
    sliceThicknessMm: firstNumber(measures, TAG.SliceThickness),
    acquisitionNumber: content.map((item) => u16Of(item, TAG.FrameAcquisitionNumber)).find((number) => number !== null) ?? numberOf(dataSet, TAG.AcquisitionNumber),
    acquisitionTimeS: frameTime ?? acquisitionTime(dataSet),
  };
}

function acquisitionTime(dataSet: DataSet): number | null {
  return secondsOf(codeOf(dataSet, TAG.AcquisitionTime)) ?? secondsOf(codeOf(dataSet, TAG.AcquisitionDateTime).slice(8));
}

function firstNumber(dataSets: readonly DataSet[], tag: string): number | null {
  for (const dataSet of dataSets) {
    const value = numberOf(dataSet, tag);
    if (value !== null) return value;
  }
  return null;
}

function firstNumbers(dataSets: readonly DataSet[], tag: string, count: number): readonly number[] | null {
  for (const dataSet of dataSets) {
    const values = numbersOf(dataSet, tag);
    if (values.length >= count) return values;
  }
  return null;
}

/** Unit vectors may be rounded to four digits; beyond this they are not a rotation. */
const MAX_AXIS_ERROR = 0.01;

function readPlace(positions: readonly DataSet[], orientations: readonly DataSet[], measures: readonly DataSet[]): SlicePlace | null {
  const position = firstNumbers(positions, TAG.ImagePositionPatient, 3);
  const orientation = firstNumbers(orientations, TAG.ImageOrientationPatient, 6);
  const spacing = firstNumbers(measures, TAG.PixelSpacing, 2);
  if (position === null || orientation === null || spacing === null) return null;
  const row: Vec3 = [orientation[0]!, orientation[1]!, orientation[2]!];
  const column: Vec3 = [orientation[3]!, orientation[4]!, orientation[5]!];
  if (Math.abs(length(row) - 1) > MAX_AXIS_ERROR || Math.abs(length(column) - 1) > MAX_AXIS_ERROR || Math.abs(dot(row, column)) > MAX_AXIS_ERROR) return null;
  if (!(spacing[0]! > 0 && spacing[1]! > 0)) return null;
  const rowAxis = scale(row, 1 / length(row));
  const normal = cross(rowAxis, column);
  const columnAxis = cross(scale(normal, 1 / length(normal)), rowAxis);
  return { positionLpsMm: [position[0]!, position[1]!, position[2]!], rowAxis, columnAxis, spacingMm: [spacing[1]!, spacing[0]!] };
}

function objectFacts(image: ImageHeader): ObjectFacts {
  const { dataSet, transferSyntaxUid } = image.header;
  const phaseTexts: Record<string, string> = {};
  for (const keyword of PHASE_TEXTS) {
    const text = textOf(dataSet, TAG[keyword]);
    if (text !== '') phaseTexts[keyword] = text;
  }
  const agentPhase = codeOf(firstItem(dataSet, TAG.ContrastBolusUsageSequence) ?? dataSet, TAG.ContrastBolusAgentPhase);
  if (agentPhase !== '') phaseTexts['ContrastBolusAgentPhase'] = agentPhase;
  return {
    fileName: image.pixels.source.name,
    sopClassUid: codeOf(dataSet, TAG.SOPClassUID),
    sopInstanceUid: codeOf(dataSet, TAG.SOPInstanceUID),
    studyInstanceUid: codeOf(dataSet, TAG.StudyInstanceUID),
    seriesInstanceUid: codeOf(dataSet, TAG.SeriesInstanceUID),
    frameOfReferenceUid: codeOf(dataSet, TAG.FrameOfReferenceUID),
    modality: codeOf(dataSet, TAG.Modality),
    transferSyntaxUid: transferSyntaxUid === '' ? image.pixels.syntax.uid : transferSyntaxUid,
    lossless: image.pixels.syntax.lossless,
    description: textOf(dataSet, TAG.SeriesDescription),
    imageType: codeOf(dataSet, TAG.ImageType).toUpperCase().split('\\').map((value) => value.trim()),
    seriesNumber: numberOf(dataSet, TAG.SeriesNumber),
    instanceNumber: numberOf(dataSet, TAG.InstanceNumber),
    acquisitionDate: codeOf(dataSet, TAG.AcquisitionDate) || codeOf(dataSet, TAG.AcquisitionDateTime).slice(0, 8),
    phaseTexts,
    bolusStartTimeS: secondsOf(codeOf(dataSet, TAG.ContrastBolusStartTime)),
    convolutionKernel: textOf(dataSet, TAG.ConvolutionKernel),
    patient: patientFacts(dataSet),
  };
}

function patientFacts(dataSet: DataSet): PatientFacts {
  return {
    name: textOf(dataSet, TAG.PatientName),
    id: textOf(dataSet, TAG.PatientID),
    birthDate: codeOf(dataSet, TAG.PatientBirthDate),
    sex: codeOf(dataSet, TAG.PatientSex),
    ageYears: ageYears(codeOf(dataSet, TAG.PatientAge), codeOf(dataSet, TAG.PatientBirthDate), codeOf(dataSet, TAG.StudyDate)),
    studyDate: codeOf(dataSet, TAG.StudyDate),
    studyDescription: textOf(dataSet, TAG.StudyDescription),
  };
}

/** From PatientAge (AS), else from the dates; null when neither gives a sensible age. */
function ageYears(age: string, birthDate: string, studyDate: string): number | null {
  const match = /^(\d{3})([DWMY])$/.exec(age);
  if (match !== null) {
    const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[match[2] as 'D' | 'W' | 'M' | 'Y'];
    const years = Math.floor(Number(match[1]) / perYear);
    if (years > 0) return years;
  }
  if (!/^\d{8}$/.test(birthDate) || !/^\d{8}$/.test(studyDate)) return null;
  const years = Math.floor((Number(studyDate) - Number(birthDate)) / 10_000);
  return years > 0 && years < 130 ? years : null;
}
