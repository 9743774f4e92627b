import type { LaunchOptions } from 'playwright';
import type { Figure } from './record';
import type { CountingSite } from './site-server';

/** What every part may use: the built page on a server that counts, and how Chromium is started. */
export interface BenchContext {
  readonly site: CountingSite;
  readonly launch: LaunchOptions;
  /** How often each figure is taken. */
  readonly runs: number;
  /** A study of the user's own in place of the painted sample, or null. */
  readonly caseFolder: string | null;
}

/** One part of `npm run bench`, chosen by its name. */
export interface BenchPart {
  readonly name: string;
  /** One line for the list of parts. */
  readonly about: string;
  /** Takes the figures; a tool that is not there is named on stderr and its comparison left out. */
  measure(context: BenchContext): Promise<readonly Figure[]>;
}
