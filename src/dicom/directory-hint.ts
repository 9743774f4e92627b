import { issue, type Issue } from '../core/issue';
import { codeOf } from './attributes';
import type { DataSet } from './parser';
import { TAG } from './tags';

/** True for the directory of a disc. Nothing is read by it: it only says what should have come along. */
export function isDirectory(dataSet: DataSet): boolean {
  return dataSet.elements[TAG.DirectoryRecordSequence] !== undefined || codeOf(dataSet, TAG.SOPClassUID) === '1.2.840.10008.1.3.10';
}

/** The files that a directory lists, as paths below it in upper case: FOLDER/NAME. Source: PS3.3 F.3. */
export function listedFiles(dataSet: DataSet): readonly string[] {
  const records = dataSet.elements[TAG.DirectoryRecordSequence]?.items ?? [];
  return records.flatMap(({ dataSet: record }) => {
    const id = record === undefined ? '' : codeOf(record, TAG.ReferencedFileID);
    return id === '' ? [] : [id.split('\\').map((part) => part.trim()).join('/').toUpperCase()];
  });
}

/** A file ID has at most eight parts. Source: PS3.10 section 8.2. */
const MAX_PARTS = 8;

/**
 * What a directory lists and the drop lacks, or null. A file is there when its path ends as listed; where the drop knows no
 * folders, its last part must do. An ending of .dcm may have been added on the way. Issue: `dicomdir-files-missing`.
 */
export function missingOf(listed: readonly string[], directoryName: string, fileNames: readonly string[]): Issue | null {
  const tails = new Set<string>();
  for (const name of fileNames) {
    const parts = name.toUpperCase().replace(/\.DCM$/, '').split('/');
    for (let from = Math.max(0, parts.length - MAX_PARTS); from < parts.length; from++) tails.add(parts.slice(from).join('/'));
  }
  const flat = fileNames.every((name) => !name.includes('/'));
  const missing = listed.filter((path) => !tails.has(flat ? path.slice(path.lastIndexOf('/') + 1) : path));
  if (missing.length === 0) return null;
  return issue('dicomdir-files-missing', 'warning', directoryName, { missing: missing.length, listed: listed.length, first: missing[0]! });
}
