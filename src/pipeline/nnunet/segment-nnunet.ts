import { issue } from '../../core/issue';
import { voxelCount, voxelMl } from '../../core/grid';
import { LABEL, type LabelMap } from '../../core/label-map';
import type { NnunetSegmentation } from '../../core/models';
import type { Monitor, NetworkEngine } from '../../core/ports';
import { failure, success, type Result } from '../../core/result';
import type { Volume } from '../../core/volume';
import { openRunners } from '../open-runners';
import { keepLargest } from './keep-largest';
import { LabelWriter } from './label-writer';
import { predictPlanes } from './predict-planes';
import { prepareImage } from './prepare-image';
import { cropToNonZero, tensorView } from './tensor-view';

/** Share of the time up to the first tile, for the progress bar only. */
const PREPARED_SHARE = 0.03;

/**
 * Segments one volume with an nnU-Net as nnU-Net itself would: crop, resample, normalise, tiles with mirrorings and folds,
 * resample back, decide, post-process. Labels come as kidney 1, tumour 2, cyst 3 on the volume's own grid. Memory beyond the
 * volume: the cropped image on both grids while it is resampled, then one on the network's grid, and heads + 1 patches'
 * depth of sums. Issues: `cancelled`, and what the engine refuses. Rules: docs/model-pack.md, 'An nnU-Net'.
 */
export async function segmentNnunet(input: {
  readonly volume: Volume;
  readonly model: NnunetSegmentation;
  readonly engine: NetworkEngine;
  readonly monitor: Monitor;
}): Promise<Result<LabelMap>> {
  const { volume, model, engine, monitor } = input;
  const runners = await openRunners(engine, model.folds.map(({ file }) => file));
  if (!runners.ok) return runners;
  const labels = new Uint8Array(voxelCount(volume.grid));
  const labelMap: LabelMap = { volumeId: volume.id, grid: volume.grid, labels };
  const view = cropToNonZero(volume.hu, tensorView(volume.grid, model.axes));
  if (view === null) return success(labelMap);
  const image = prepareImage(volume.hu, view, model);
  monitor.progress('segment', PREPARED_SHARE);
  await monitor.breathe();
  if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  const writer = new LabelWriter(model, image.shape, image.spacingMm, view, labels);
  const read = await predictPlanes({
    image,
    model,
    runners: runners.value,
    monitor,
    progress: (share) => monitor.progress('segment', PREPARED_SHARE + (1 - PREPARED_SHARE) * share),
    onPlane: (n, heads) => writer.add(n, heads),
  });
  if (!read.ok) return read;
  for (const { values, connectivity, minMm3 } of model.postprocessing) {
    const minVoxels = minMm3 === undefined ? {} : { minVoxels: minMm3 / (1000 * voxelMl(volume.grid)) };
    keepLargest({ labels, sizeIjk: volume.grid.sizeIjk, values, connectivity, ...minVoxels });
  }
  const meaning = Uint8Array.from(model.labels, (name) => (name === 'other' ? LABEL.background : LABEL[name]));
  for (let at = 0; at < labels.length; at += 1) labels[at] = meaning[labels[at]!]!;
  return success(labelMap);
}
