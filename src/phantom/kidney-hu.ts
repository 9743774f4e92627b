import type { ReadPhase } from '../core/phase';
import { ramp } from './kidney-anatomy';
import type { Scene } from './scene';
import { PART_VALUES } from './tissue-values';
import type { Side } from './trunk';

/** Painter of one kidney with its sinus for one phase; takes trunk mm. Vessels and pelvis are tubes, painted later. */
export function kidneyHu(scene: Scene, side: Side, phase: ReadPhase): (x: number, y: number, z: number) => number {
  const anatomy = scene.kidneys[side];
  const { grain } = scene;
  const cortex = PART_VALUES['cortex']!;
  const medulla = PART_VALUES['medulla']!;
  const sinusFat = PART_VALUES['sinusFat']!;
  return (x, y, z) => {
    const depth = anatomy.depthMm(x, y, z);
    const sinus = anatomy.sinusMm(x, y, z);
    const wobble = 1.1 * grain.at(x / 2.4, y / 2.4, z / 2.4);
    const pyramid = anatomy.medulla(x, y, z, depth, sinus, wobble);
    let value = cortex[phase] + (medulla[phase] - cortex[phase]) * pyramid;
    value += (phase === 'N' ? 3 : 7) * grain.at(x / 4, y / 4, z / 4);
    const hollow = ramp(sinus, -0.5, 1);
    if (hollow > 0) {
      // Thin walls and small vessels make sinus fat brighter than pure fat.
      const thread = 45 * (1 - ramp(Math.abs(grain.at(x / 3.2, y / 3.2 + 9, z / 3.2)), 0.1, 0.5));
      const fat = sinusFat[phase] + thread + sinusFat.textureHu * grain.at(x / 2, y / 2, z / 2);
      value += (fat - value) * hollow;
    }
    return value;
  };
}
