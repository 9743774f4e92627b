import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceLine } from '../src/cli/conformance-line';
import { nodeCodecs } from '../src/cli/node-codecs';
import { fileSource } from '../src/cli/read-folder';
import { findTransferSyntax } from '../src/dicom/transfer-syntaxes';

/**
 * Prints the table of docs/conformance.md: `node --import tsx scripts/conformance-table.ts DIR` for a folder of files with the
 * manifest.csv that says what each must give.
 */
interface Counts {
  files: number;
  sameBits: number;
  otherBits: number;
  noReference: number;
  refused: number;
  notAnImage: number;
  otherVerdict: number;
}

const corpus = process.argv[2] ?? '../shared/dicom-conformance';
const cells = (line: string): readonly string[] =>
  [...line.trim().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => (match[1] ?? '').replace(/^"|"$/g, ''));
const [head = [], ...rows] = readFileSync(join(corpus, 'manifest.csv'), 'utf8').trim().split('\n').map(cells);
const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';

const table = new Map<string, Counts>();
const codecs = nodeCodecs();
for (const row of rows) {
  const uid = cell(row, 'transferSyntaxUid');
  const counts = table.get(uid) ?? { files: 0, sameBits: 0, otherBits: 0, noReference: 0, refused: 0, notAnImage: 0, otherVerdict: 0 };
  table.set(uid, counts);
  counts.files++;
  const line = await conformanceLine(fileSource(join(corpus, cell(row, 'file')), Number(cell(row, 'bytes'))), cell(row, 'file'), codecs);
  const reference = cell(row, 'referenceSha256');
  if (line.verdict === 'refused') counts.refused++;
  else if (line.verdict === 'not-an-image') counts.notAnImage++;
  else if (reference === '') counts.noReference++;
  else if (line.sha256 === reference) counts.sameBits++;
  else counts.otherBits++;
  if (![cell(row, 'expectedVerdict'), cell(row, 'alsoAccepted')].includes(line.verdict)) counts.otherVerdict++;
}

const print = (values: readonly (string | number)[]): void => void process.stdout.write(`| ${values.join(' | ')} |\n`);
print(['Transfer syntax', 'UID', 'files', 'same bits as the reference', 'other bits', 'decoded, no reference', 'refused', 'not an image', 'verdict not among the accepted']);
print(Array.from({ length: 9 }, () => '---'));
for (const [uid, counts] of [...table].sort(([a], [b]) => (a < b ? -1 : 1))) {
  print([uid === '' ? 'none stated' : (findTransferSyntax(uid)?.name ?? 'not read'), uid, ...Object.values(counts) as number[]]);
}
const sum = (key: keyof Counts): number => [...table.values()].reduce((total, counts) => total + counts[key], 0);
print(['**all**', '', ...(['files', 'sameBits', 'otherBits', 'noReference', 'refused', 'notAnImage', 'otherVerdict'] as const).map(sum)]);
