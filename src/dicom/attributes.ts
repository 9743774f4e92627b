import type { DataSet } from './parser';

/** Raw text of an element without character set decoding, trimmed; '' when absent. For UIDs, codes and numbers. */
export function codeOf(dataSet: DataSet, tag: string): string {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length <= 0 || element.items !== undefined) return '';
  try {
    return (dataSet.string(tag) ?? '').trim();
  } catch {
    return '';
  }
}

/** Numbers of a DS, IS or FD element with several values; empty when absent or when one is not a number. */
export function numbersOf(dataSet: DataSet, tag: string): readonly number[] {
  const text = codeOf(dataSet, tag);
  if (text === '') return [];
  const values = text.split('\\').map((part) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(part) ? Number(part) : NaN));
  return values.every(Number.isFinite) ? values : [];
}

/** First number of a DS or IS element, or null. */
export function numberOf(dataSet: DataSet, tag: string): number | null {
  return numbersOf(dataSet, tag)[0] ?? null;
}

/** An unsigned 16-bit value (VR US), or null. */
export function u16Of(dataSet: DataSet, tag: string): number | null {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length < 2) return null;
  try {
    return dataSet.uint16(tag) ?? null;
  } catch {
    return null;
  }
}

/** Seconds since midnight of a TM value (HHMMSS.FFFFFF, colons allowed), or null. */
export function secondsOf(time: string): number | null {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d+)?)?/.exec(time.trim());
  if (match === null) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  return hours < 24 && minutes < 60 && seconds < 61 ? hours * 3600 + minutes * 60 + seconds : null;
}

/** The first item of a sequence, or null. */
export function firstItem(dataSet: DataSet | null, tag: string): DataSet | null {
  return dataSet?.elements[tag]?.items?.[0]?.dataSet ?? null;
}
