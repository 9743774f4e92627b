import type { LabelMap } from '../core/label-map';
import type { SegmentationModel } from '../core/models';
import type { Monitor, NetworkEngine } from '../core/ports';
import type { Result } from '../core/result';
import type { Volume } from '../core/volume';
import { segmentNnunet } from './nnunet/segment-nnunet';
import { segmentSlices } from './segment/segment-slices';

/**
 * Segments one volume with a pack's segmenter, of whichever kind: kidney 1, tumour 2, cyst 3, on the volume's own grid in its
 * own array order. Issues: `cancelled`, and what the engine refuses. Source: method step 4.
 */
export async function segment(input: {
  readonly volume: Volume;
  readonly model: SegmentationModel;
  readonly engine: NetworkEngine;
  readonly monitor: Monitor;
}): Promise<Result<LabelMap>> {
  const { model } = input;
  return model.kind === 'nnunet' ? segmentNnunet({ ...input, model }) : segmentSlices({ ...input, model });
}
