import type { PresetConstants } from '../core/presets';

/**
 * The head of the published two- and three-phase networks: 4 linear layers, ReLU after the first two, none between the last
 * two. Weights row by row, [out, in]; `features` = 512 per phase, `hidden` = 512.
 */
export interface MlpHead {
  readonly features: number;
  readonly hidden: number;
  readonly w0: Float32Array;
  readonly b0: Float32Array;
  readonly w3: Float32Array;
  readonly b3: Float32Array;
  readonly w6: Float32Array;
  readonly b6: Float32Array;
  readonly w7: Float32Array;
  readonly b7: Float32Array;
}

/**
 * dz/df of a single linear layer after global pooling: its weights [2, channels] (logit), or their difference (probability).
 * The map is proportional to ReLU(sum g_k A_k), so the factor 1 / positions does not matter. Source: method section 4.
 */
export function gapLinearGradient(
  weights: Float32Array,
  channels: number,
  classIndex: 0 | 1,
  score: PresetConstants['camScore'],
): Float64Array {
  return Float64Array.from({ length: channels }, (_, k) => outputWeight(weights, channels, k, classIndex, score));
}

/**
 * dz/df of the four-layer head at the features `f` (dropout off): v^T W6 diag(h2 > 0) W3 diag(h1 > 0) W0. The first 512
 * columns belong to the first phase, and so on. Source: method section 4.
 */
export function mlpGradient(
  head: MlpHead,
  f: ArrayLike<number>,
  classIndex: 0 | 1,
  score: PresetConstants['camScore'],
): Float64Array {
  const { features, hidden } = head;
  const h1 = affine(head.w0, head.b0, f, features);
  const h2 = affine(head.w3, head.b3, h1.map((x) => Math.max(0, x)), hidden);
  const v = Float64Array.from({ length: hidden }, (_, k) => outputWeight(head.w7, hidden, k, classIndex, score));
  const atH2 = transposed(head.w6, v, hidden).map((g, n) => (h2[n]! > 0 ? g : 0));
  const atH1 = transposed(head.w3, atH2, hidden).map((g, n) => (h1[n]! > 0 ? g : 0));
  return transposed(head.w0, atH1, features);
}

function outputWeight(w: Float32Array, columns: number, k: number, classIndex: 0 | 1, score: 'logit' | 'probability'): number {
  const own = w[classIndex * columns + k]!;
  return score === 'logit' ? own : own - w[(1 - classIndex) * columns + k]!;
}

/** W x + b; `columns` inputs. */
function affine(w: Float32Array, b: Float32Array, x: ArrayLike<number>, columns: number): Float64Array {
  return Float64Array.from(b, (bias, r) => {
    let sum: number = bias;
    for (let c = 0; c < columns; c += 1) sum += w[r * columns + c]! * x[c]!;
    return sum;
  });
}

/** W^T v; `columns` outputs. */
function transposed(w: Float32Array, v: Float64Array, columns: number): Float64Array {
  const out = new Float64Array(columns);
  for (let r = 0; r < v.length; r += 1) for (let c = 0; c < columns; c += 1) out[c]! += w[r * columns + c]! * v[r]!;
  return out;
}
