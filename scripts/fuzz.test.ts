import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../src/cli/node-codecs';
import { seedFiles } from './fuzz/seed-files';
import { tryInput } from './fuzz/try-input';

/** The long run is `npm run fuzz -- --count 100000`; this one keeps the parsers honest from commit to commit. */
const INPUTS = 400;

if (!existsSync('../shared/dicom-conformance')) console.warn('SKIPPED: fuzzing over the conformance corpus, ../shared/dicom-conformance is absent; own files only');

describe('damaged files', () => {
  it(`are decoded or refused by name, ${INPUTS} of them`, async () => {
    const files = seedFiles();
    const codecs = nodeCodecs();
    const failures: string[] = [];
    for (let seed = 1; seed <= INPUTS; seed++) {
      const failure = await tryInput(seed, files, codecs);
      if (failure !== null && !failure.startsWith('took')) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });
});
