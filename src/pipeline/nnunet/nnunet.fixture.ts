import type { NnunetSegmentation } from '../../core/models';
import type { Monitor, NetworkEngine } from '../../core/ports';
import { success } from '../../core/result';

/** A small nnU-Net's plans, with parts replaced. */
export function plans(change: Partial<NnunetSegmentation> = {}): NnunetSegmentation {
  return {
    kind: 'nnunet', id: 'small', phases: ['A'], framework: 'nnunet-v2', configuration: '3d_fullres', axes: 'SPL',
    spacingMm: [2, 2, 2], patchPx: [4, 4, 4], intensity: { clipHu: [-100, 300], meanHu: 100, sdHu: 50 },
    resampling: { image: { order: 3, orderZ: 0, separateZ: null }, output: { order: 1, orderZ: 0, separateZ: null } },
    tileStep: 0.5, mirrorAxes: [], decision: { kind: 'argmax' }, labels: ['background', 'kidney', 'tumour', 'cyst'], postprocessing: [],
    folds: [{ id: 'fold-0', file: 'fold-0.onnx', inputs: [{ name: 'image', shape: [1, 1, 4, 4, 4], dtype: 'float32' }], outputs: [{ name: 'logits', shape: [1, 4, 4, 4, 4], dtype: 'float32' }] }],
    ...change,
  };
}

/** An engine whose every network gives four logits by this rule of the normalised value and the voxel's place in the tile. */
export function rule(logit: (value: number, head: number, at: number) => number): NetworkEngine {
  return {
    backend: 'rule', threads: 1, release: () => Promise.resolve(),
    open: () => Promise.resolve(success({
      run: (inputs) => {
        const { shape, data } = inputs.image!;
        const logits = new Float32Array(4 * data.length);
        for (let h = 0; h < 4; h += 1) data.forEach((value, at) => (logits[h * data.length + at] = logit(value, h, at)));
        return Promise.resolve(success({ logits: { shape: [1, 4, ...shape.slice(2)], data: logits } }));
      },
    })),
  };
}

/** A monitor that is cancelled after so many questions. */
export function monitor(cancelAfter = Infinity, onProgress: (fraction: number) => void = () => undefined): Monitor {
  let asked = 0;
  return {
    progress: (_step, fraction) => onProgress(fraction), issue: () => undefined, nowMs: () => 0, breathe: () => Promise.resolve(),
    cancelled: () => (asked += 1) > cancelAfter,
  };
}
