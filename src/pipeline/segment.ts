import { issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import type { SegmentationModel } from '../core/models';
import type { Monitor, NetworkEngine, NetworkRunner } from '../core/ports';
import { failure, success, type Result } from '../core/result';
import type { Volume } from '../core/volume';
import { joinMasks, smoothAcrossSlabs, type JoinedMass } from './segment/join';
import { runSliceNetworks } from './segment/slice-networks';
import { labelsOnSource } from './segment/to-labels';
import { prepareWorkingGrid } from './segment/working-grid';

/** A label map on the volume's own grid, and the masses as the join saw them (working grid, before interpolation). */
export interface Segmentation {
  readonly labelMap: LabelMap;
  readonly joined: readonly JoinedMass[];
}

/**
 * Segments one volume with a pack's slice networks: kidney 1, tumour 2, cyst 3, on the volume's own grid in its own array
 * order. Memory beyond the volume: three Float32 stacks of the working grid (about 90 MB for 300 slices of 1 mm) and the
 * label map. Issues: `cancelled`, and what the engine refuses. Source: method step 4; docs/model-pack.md, 'Segmentation'.
 */
export async function segment(input: {
  readonly volume: Volume;
  readonly model: SegmentationModel;
  readonly engine: NetworkEngine;
  readonly monitor: Monitor;
}): Promise<Result<Segmentation>> {
  const { volume, model, engine, monitor } = input;
  const runners: NetworkRunner[] = [];
  for (const stage of model.stages) {
    const runner = await engine.open(stage.file);
    if (!runner.ok) return runner;
    runners.push(runner.value);
  }
  const { grid, readSlab } = await prepareWorkingGrid(volume, model.stages[0]!, model.intensity.clipHu, monitor);
  const run = await runSliceNetworks({ grid, readSlab, model, runners, monitor });
  if (!run.ok) return run;
  const { probabilities } = run.value;
  for (const stack of Object.values(probabilities) as Float32Array[]) smoothAcrossSlabs(stack, grid, model.join.smoothingMm);
  const masks = joinMasks(probabilities, grid, model.join);
  monitor.progress('segment', 0.97);
  await monitor.breathe();
  if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  const labels = labelsOnSource(probabilities, masks, grid, model.join);
  monitor.progress('segment', 1);
  return success({ labelMap: { volumeId: volume.id, grid: volume.grid, labels }, joined: masks.masses });
}
