import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { judgeFile } from '../dicom/conformance';
import { nodeCodecs } from './node-codecs';
import { readPaths } from './read-folder';

/** `npm run -s conformance -- DIR`: one JSON line per file, see docs/conformance.md. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: npm run -s conformance -- DIR\n');
  process.exit(1);
}
const sources = await readPaths([folder]);
if (!sources.ok) {
  process.stderr.write(`cannot read ${folder}\n`);
  process.exit(1);
}
const codecs = nodeCodecs();
for (const source of sources.value) {
  const hash = createHash('sha256');
  const { issue, ...verdict } = await judgeFile(source, codecs, (frame) => {
    hash.update(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength));
  });
  const line = {
    file: relative(folder, source.name),
    ...verdict,
    ...(issue === undefined ? { sha256: hash.digest('hex') } : { code: issue.code, ...(issue.data === undefined ? {} : { data: issue.data }) }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
