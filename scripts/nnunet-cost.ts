import { parseArgs } from 'node:util';
import { folderPack } from '../src/cli/folder-pack';
import { nodeCodecs } from '../src/cli/node-codecs';
import { quietMonitor } from '../src/cli/quiet-monitor';
import { readPaths } from '../src/cli/read-folder';
import { openNodeEngine } from '../src/inference/ort-node';
import { openPack } from '../src/packs/open-pack';
import { resizedShape } from '../src/pipeline/nnunet/resize';
import { tensorView } from '../src/pipeline/nnunet/tensor-view';
import { tileStarts } from '../src/pipeline/nnunet/tiles';
import { openStudy } from '../src/study/open-study';
import { machine } from './bench/record';

/**
 * What a pack's nnU-Net costs: one tile is read, in the same WebAssembly as on the page, and the time of a whole CT is worked
 * out from it. Trained weights are not needed: random ones of the same widths cost the same.
 */
const USAGE = 'usage: npm run bench:nnunet -- PACK --ct FOLDER [--threads 2]';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { ct: { type: 'string' }, threads: { type: 'string', default: '2' } } });
const [folder] = positionals;
if (folder === undefined || values.ct === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const pack = await openPack(await folderPack(folder));
if (!pack.ok) throw new Error(JSON.stringify(pack.issue));
const model = pack.value.manifest.segmentation;
if (model?.kind !== 'nnunet') throw new Error('the pack has no nnU-Net');
const sources = await readPaths([values.ct]);
if (!sources.ok) throw new Error(sources.issue.code);
const opened = await openStudy({ sources: sources.value, codecs: nodeCodecs(), monitor: quietMonitor([]), onVolume: () => undefined, share: false });
if (!opened.ok) throw new Error(opened.issue.code);
const { grid } = opened.value.volumes.toSorted((a, b) => b.volume.hu.length - a.volume.hu.length)[0]!.volume;
const view = tensorView(grid, model.axes);
const shape = resizedShape(view.shape, view.spacingMm, [model.spacingMm[0] ?? view.spacingMm[0], model.spacingMm[1], model.spacingMm[2]]);
// A 2-D network reads every plane of axis 0.
const patch = model.patchPx.length === 2 ? [1, ...model.patchPx] : model.patchPx;
const tiles = patch.reduce((product, n, a) => product * (n === 1 ? shape[a]! : tileStarts(Math.max(shape[a]!, n), n, model.tileStep).length), 1);
const readings = tiles * model.folds.length * 2 ** model.mirrorAxes.length;

const engine = openNodeEngine(pack.value, Number(values.threads));
const { file, inputs } = model.folds[0]!;
const begun = performance.now();
const runner = await engine.open(file);
if (!runner.ok) throw new Error(JSON.stringify(runner.issue));
const openedMs = performance.now() - begun;
const data = new Float32Array(model.patchPx.reduce((product, n) => product * n, 1)).map((_, n) => Math.sin(n / 7));
const asked = performance.now();
const burnt = process.cpuUsage();
const answer = await runner.value.run({ [inputs[0]!.name]: { shape: [1, 1, ...model.patchPx], data } });
const tileMs = performance.now() - asked;
const { user, system } = process.cpuUsage(burnt);
if (!answer.ok) throw new Error(JSON.stringify(answer.issue));
const hours = (tileMs * readings) / 3_600_000;
process.stdout.write(
  `${model.configuration}, patch ${model.patchPx.join(' x ')}, ${model.folds.length} fold(s): opened in ${(openedMs / 1000).toFixed(1)} s; one tile ${(tileMs / 1000).toFixed(1)} s wall, ${((user + system) / 1e6).toFixed(1)} s of the processor; ` +
    `process at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB. This CT, ${shape.join(' x ')} on the network's grid: ${tiles} tiles, ${readings} readings, about ${hours >= 1 ? `${hours.toFixed(1)} h` : `${(60 * hours).toFixed(0)} min`}. ${machine()}, ${values.threads} threads.\n`,
);
process.exit();
