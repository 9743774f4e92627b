import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { conformanceLine } from './conformance-line';
import { readPaths } from './read-folder';
import { threadedCodecs } from './threaded-codecs';

/**
 * `npm run -s conformance -- DIR [--pixels OUT]`: one JSON line per file, see docs/conformance.md.
 * With --pixels, the decoded stored values of each file are written to OUT as raw bytes, for comparison with other decoders.
 */
const [folder, option, pixelFolder] = process.argv.slice(2);
const sources = folder === undefined || (option !== undefined && (option !== '--pixels' || pixelFolder === undefined)) ? null : await readPaths([folder]);
if (sources === null || folder === undefined) {
  process.stderr.write('usage: npm run -s conformance -- DIR [--pixels OUT]\n');
  process.exitCode = 1;
} else if (!sources.ok) {
  process.stderr.write(`cannot read ${folder}\n`);
  process.exitCode = 1;
} else {
  const codecs = threadedCodecs();
  if (pixelFolder !== undefined) await mkdir(pixelFolder, { recursive: true });
  for (const source of sources.value) {
    const file = relative(folder, source.name);
    const raw = pixelFolder === undefined ? null : createWriteStream(join(pixelFolder, `${file.replaceAll('/', '+')}.raw`));
    const line = await conformanceLine(source, file, codecs, (bytes) => raw?.write(bytes.slice()));
    raw?.end();
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
