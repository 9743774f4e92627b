import { issue } from '../../core/issue';
import type { LabelMap } from '../../core/label-map';
import type { SliceSegmentation } from '../../core/models';
import type { Monitor, NetworkEngine } from '../../core/ports';
import { failure, success, type Result } from '../../core/result';
import type { Volume } from '../../core/volume';
import { openRunners } from '../open-runners';
import { joinMasks, smoothAcrossSlabs } from './join';
import { runSliceNetworks } from './slice-networks';
import { labelsOnSource } from './to-labels';
import { prepareWorkingGrid } from './working-grid';

/**
 * Segments one volume with a pack's slice networks: kidney 1, tumour 2, cyst 3, on the volume's own grid in its own array
 * order. Memory beyond the volume: three Float32 stacks of the working grid (about 90 MB for 300 slices of 1 mm) and the
 * label map. Issues: `cancelled`, and what the engine refuses. Source: method step 4; docs/model-pack.md, 'Segmentation'.
 */
export async function segmentSlices(input: {
  readonly volume: Volume;
  readonly model: SliceSegmentation;
  readonly engine: NetworkEngine;
  readonly monitor: Monitor;
}): Promise<Result<LabelMap>> {
  const { volume, model, engine, monitor } = input;
  const runners = await openRunners(engine, model.stages.map(({ file }) => file));
  if (!runners.ok) return runners;
  const { grid, readSlab } = await prepareWorkingGrid(volume, model.stages[0]!, model.intensity.clipHu, monitor);
  const run = await runSliceNetworks({ grid, readSlab, model, runners: runners.value, monitor });
  if (!run.ok) return run;
  const { probabilities } = run.value;
  for (const stack of Object.values(probabilities) as Float32Array[]) smoothAcrossSlabs(stack, grid, model.join.smoothingMm);
  const masks = joinMasks(probabilities, grid, model.join);
  monitor.progress('segment', 0.97);
  await monitor.breathe();
  if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  const labels = labelsOnSource(probabilities, masks, grid, model.join);
  monitor.progress('segment', 1);
  return success({ volumeId: volume.id, grid: volume.grid, labels });
}
