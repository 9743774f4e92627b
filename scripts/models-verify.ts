/**
 * npm run models:verify [-- PACK ...]: checks model packs as the product does before it uses them.
 * Manifest, files with sizes and sums, operators and shapes of each network, licence, and each stored answer in
 * onnxruntime-web. Prints one JSON object per pack; exit 1 when one is refused. Default: every pack in public/models.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderPack } from '../src/cli/folder-pack';
import type { Issue } from '../src/core/issue';
import { networksOf } from '../src/core/models';
import { openNodeEngine } from '../src/inference/ort-node';
import { selfTest } from '../src/inference/self-test';
import { openPack, verifyPack } from '../src/packs/open-pack';
import { readOnnxGraph } from '../src/packs/onnx-graph';
import { sentenceFor } from '../src/words';

const MODELS = 'public/models';

interface NetworkReport {
  readonly file: string;
  readonly opset: number;
  readonly operators: readonly string[];
  readonly selfTestDifference: number | 'none stored';
}

async function verify(folder: string): Promise<Issue | null> {
  const pack = await openPack(await folderPack(folder));
  if (!pack.ok) return pack.issue;
  const { manifest } = pack.value;
  const files = await verifyPack(pack.value);
  if (!files.ok) return files.issue;
  const engine = openNodeEngine(pack.value, 2);
  const networks: NetworkReport[] = [];
  for (const model of networksOf(manifest)) {
    // Opening runs the stored answer and refuses a wrong one; run again here for the figure.
    const runner = await engine.open(model.file);
    if (!runner.ok) return runner.issue;
    const difference = await selfTest(pack.value, model.file, runner.value);
    if (!difference.ok) return difference.issue;
    const bytes = await pack.value.bytes(model.file);
    if (!bytes.ok) return bytes.issue;
    const graph = readOnnxGraph(bytes.value);
    networks.push({
      file: model.file,
      opset: graph?.opset ?? 0,
      operators: graph?.operators ?? [],
      selfTestDifference: model.selfTest === undefined ? 'none stored' : Number(difference.value.toPrecision(3)),
    });
  }
  await engine.release();
  const totalBytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const { id, version, status, licence } = manifest;
  process.stdout.write(`${JSON.stringify({ pack: folder, id, version, status, licence, totalBytes, files: manifest.files.length, networks })}\n`);
  return null;
}

const given = process.argv.slice(2);
const folders = given.length > 0 ? given : readdirSync(MODELS).map((name) => join(MODELS, name)).filter((path) => existsSync(join(path, 'manifest.json')));
let refused = folders.length === 0 ? 1 : 0;
if (folders.length === 0) process.stderr.write(`no pack in ${MODELS}\n`);
for (const folder of folders) {
  const fault = await verify(folder);
  if (fault === null) continue;
  refused += 1;
  const { title, todo } = sentenceFor(fault, 'en');
  process.stderr.write(`${folder}: ${fault.code}: ${title} ${todo} ${JSON.stringify(fault.data ?? {})}\n`);
}
process.exit(refused > 0 ? 1 : 0);
