import type { IssueCode } from './issue-codes';

/** How much an issue weighs: `error` means something was not read, `warning` that it was read with a doubt, `note` for the record. */
export type IssueSeverity = 'error' | 'warning' | 'note';

/** Values that fill the placeholders of an issue's sentence: numbers, names of files, DICOM keywords. */
export type IssueData = Readonly<Record<string, string | number>>;

/**
 * Something that went wrong or looks odd, as a value. The sentence for people lives in `words/issues`.
 * `where` names the file, series or pack file concerned, as the user knows it.
 */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: IssueSeverity;
  readonly where?: string;
  readonly data?: IssueData;
}

/** Makes an issue; omits what is not given, as exact optional types want. */
export function issue(code: IssueCode, severity: IssueSeverity, where?: string, data?: IssueData): Issue {
  return {
    code,
    severity,
    ...(where === undefined ? {} : { where }),
    ...(data === undefined ? {} : { data }),
  };
}
