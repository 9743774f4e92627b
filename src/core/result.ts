import type { Issue } from './issue';

/**
 * The outcome of every call that crosses a border: a value with the issues met on the way, or the issue that stopped it.
 * Issues of a success never hide: the caller carries them to the page or the report.
 */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issue: Issue };

/** A success, with the issues met on the way. */
export function success<T>(value: T, issues: readonly Issue[] = []): Result<T> {
  return { ok: true, value, issues };
}

/** A refusal, by its issue. */
export function failure<T>(issue: Issue): Result<T> {
  return { ok: false, issue };
}
