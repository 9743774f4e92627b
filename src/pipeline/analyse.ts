import { issue } from '../core/issue';
import type { LabelMap } from '../core/label-map';
import { networksOf } from '../core/models';
import { phaseToSegment } from '../core/pack-constants';
import type { Reading } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { readCentre } from './read-centre';
import { preparedWith, type CentreChoice, type PreparedCase, type ReadingContext } from './reading-context';
import { segment } from './segment';

/**
 * The whole analysis of a case, method steps 4 to 15: opens the pack's networks, segments the reference phase, finds the
 * masses, reads the largest tumour or the centre asked for. Returns the reading and what is needed to read another centre.
 * Issues of a refusal: `cancelled`, those of the engine, `internal-error`; everything else stands in the reading.
 */
export async function analyse(
  context: ReadingContext,
  choice: CentreChoice = 'automatic',
): Promise<Result<{ readonly reading: Reading; readonly prepared: PreparedCase }>> {
  const { volumes, manifest, engine, monitor } = context;
  const started = monitor.nowMs();
  const files = new Set(networksOf(manifest).map((network) => network.file));
  let opened = 0;
  for (const file of files) {
    const runner = await engine.open(file);
    if (!runner.ok) return runner;
    opened += 1;
    monitor.progress('load-models', opened / files.size);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  const loaded = monitor.nowMs();
  const phase = phaseToSegment(manifest, volumes);
  const volume = phase === null ? undefined : volumes[phase];
  let labelMap: LabelMap | null = null;
  if (manifest.segmentation !== null && phase !== null && volume !== undefined) {
    const segmentation = await segment({ volume, model: manifest.segmentation, engine, monitor });
    if (!segmentation.ok) return segmentation;
    labelMap = segmentation.value;
    context.onEvent({ kind: 'segmented', labelMap, phase });
  }
  const timingsMs = { loadModels: loaded - started, segment: monitor.nowMs() - loaded };
  const prepared = preparedWith(labelMap, timingsMs);
  const reading = await readCentre(context, prepared, choice);
  return reading.ok ? success({ reading: reading.value, prepared }, reading.issues) : reading;
}
