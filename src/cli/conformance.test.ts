import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ISSUE_CODES } from '../core/issue-codes';
import { conformanceLine } from './conformance-line';
import { nodeCodecs } from './node-codecs';
import { fileSource } from './read-folder';

const CORPUS = '../shared/dicom-conformance';
const present = existsSync(join(CORPUS, 'manifest.csv'));
if (!present) console.warn(`SKIPPED: conformance corpus, ${CORPUS} is absent`);

/**
 * Answers that differ from the manifest, each for a stated reason (docs/conformance.md). The 3 GiB object has 98 KB of
 * pixel data left; the one decoder that reads it invents the rest.
 */
const OWN_ANSWERS: Readonly<Record<string, string>> = { 'dcm4che/3gb-bulk-data-truncated': 'refused' };

interface Row {
  readonly file: string;
  readonly expectedVerdict: string;
  readonly alsoAccepted: string;
  readonly referenceSha256: string;
  readonly maxAbsDiffAllowed: string;
  readonly bytes: string;
}

function manifest(): readonly Row[] {
  const [head = [], ...rows] = readFileSync(join(CORPUS, 'manifest.csv'), 'utf8').trim().split('\n').map(cells);
  return rows.map((row) => Object.fromEntries(head.map((key, n) => [key, row[n] ?? ''])) as unknown as Row);
}

function cells(line: string): readonly string[] {
  return [...line.trim().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => (match[1] ?? '').replace(/^"|"$/g, '').replaceAll('""', '"'));
}

describe.skipIf(!present)('the conformance corpus', () => {
  const codecs = nodeCodecs();
  it.each(present ? manifest() : [])('$file: $expectedVerdict', async (row) => {
    const line = await conformanceLine(fileSource(join(CORPUS, row.file), Number(row.bytes)), row.file, codecs);
    expect([OWN_ANSWERS[row.file] ?? row.expectedVerdict, row.alsoAccepted]).toContain(line.verdict);
    if (line.verdict === 'decoded') expect(line.sha256).toMatch(/^[0-9a-f]{64}$/);
    else expect(ISSUE_CODES).toContain(line.code);
    // Lossy streams may differ by two grey levels: scripts/compare_decoders.py measures those.
    if (line.verdict === 'decoded' && row.referenceSha256 !== '' && row.maxAbsDiffAllowed === '0') expect(line.sha256).toBe(row.referenceSha256);
  });
});
