import { nodeCodecs } from '../../src/cli/node-codecs';
import { seedFiles } from './seed-files';
import { tryInput } from './try-input';

/** Tries inputs from the first seed on and reports each before and after, so that the one that hangs is known. */
const [first = 1, count = 0] = process.argv.slice(2).map(Number);
const files = seedFiles();
const codecs = nodeCodecs();
for (let seed = first; seed < first + count; seed++) {
  process.send?.({ kind: 'start', seed });
  const failure = await tryInput(seed, files, codecs);
  process.send?.({ kind: 'done', seed, failure, rssBytes: process.memoryUsage().rss });
}
process.disconnect();
