import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { paintStudy, studyFiles } from '../phantom/paint-study';
import { sampleTruth } from '../phantom/truth';
import { readTrunk } from '../phantom/trunk';

const USAGE = 'usage: npm run -s sample -- --out DIR';

/** Writes the sample study as DICOM files and prints what was painted where. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  if (values.out === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 1;
  }
  const trunk = readTrunk(await readFile(resolve(import.meta.dirname, '../../public/phantom/trunk.bin')));
  if (!trunk.ok) {
    process.stderr.write('public/phantom/trunk.bin is damaged.\n');
    return 1;
  }
  const out = resolve(values.out);
  const total = studyFiles(trunk.value);
  let written = 0;
  for (const { path, bytes } of paintStudy(trunk.value)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes);
    if (++written % 19 === 0 && process.stderr.isTTY) process.stderr.write(`\r${written} of ${total} files`);
  }
  const truth = sampleTruth(trunk.value);
  process.stdout.write(`${JSON.stringify({ out, files: written, truth })}\n`);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
