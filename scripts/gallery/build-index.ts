/** `npm run samples:index`: fills files and hashes into every public/samples/<case>/case.json and writes index.json from them. */
import { resolve } from 'node:path';
import { buildIndex } from './gallery-folder';

const cases = await buildIndex(resolve(import.meta.dirname, '../../public/samples'));
process.stdout.write(`${cases.length} cases, ${(cases.reduce((sum, one) => sum + one.sizeBytes, 0) / 1e6).toFixed(1)} MB\n`);
