import type { ReadPhase } from '../core/phase';
import { kidneyHu } from './kidney-hu';
import { ramp } from './kidney-anatomy';
import type { Scene } from './scene';
import { shareAt } from './tissue-fields';
import { PART_VALUES, TISSUE_VALUES } from './tissue-values';

/** HU of one tissue at a place (trunk mm), `share` of its outline there (0 to 255: 128 at the surface, 255 deep inside). */
export type TissuePainter = (x: number, y: number, z: number, share: number) => number;

/** Share at about 1.5 mm and 2.5 mm below a surface, for tissues smoothed twice. */
const SHELL_SHARE = 205;

/** One painter per tissue number of the trunk, for one phase. */
export function tissuePainters(scene: Scene, phase: ReadPhase): readonly TissuePainter[] {
  const { trunk, grain, fields } = scene;
  const voxelMm = trunk.spacingMm[0];
  const part = (name: string): number => PART_VALUES[name]![phase];
  const veinsMm = (trunk.hilumMm.left[2] + trunk.hilumMm.right[2]) / 2;

  const plain = (name: string): TissuePainter => {
    const { textureHu, ...means } = TISSUE_VALUES[name] ?? TISSUE_VALUES['fat']!;
    const mean = means[phase];
    return (x, y, z) => mean + textureHu * grain.at(x / 2.6, y / 2.6, z / 2.6);
  };
  const muscle = (name: string, streaks: number): TissuePainter => {
    const mean = TISSUE_VALUES[name]![phase];
    return (x, y, z) => {
      const fibre = grain.at(x / 1.9 + 9, y / 1.9, z / 9);
      return mean + 5 * grain.at(x / 3, y / 3, z / 6) - streaks * ramp(fibre, 1.05, 1.3);
    };
  };
  const bone = (name: string, shellShare: number): TissuePainter => {
    const { textureHu, ...means } = TISSUE_VALUES[name]!;
    return (x, y, z, share) => {
      const shell = 1 - ramp(share, shellShare - 22, 44);
      const spongy = means[phase] + textureHu * (grain.at(x / 1.4, y / 1.4, z / 1.4) + 0.6 * grain.at(x / 4, y / 4, z / 4));
      return spongy + (part('corticalBone') + 130 * grain.at(x / 3 + 7, y / 3, z / 3) - spongy) * shell;
    };
  };
  const gut = (name: string, wall: string, gasName: string | null, mottled: number): TissuePainter => {
    const content = TISSUE_VALUES[name]![phase];
    const gas = gasName === null ? undefined : fields.gas.get(trunk.tissues.indexOf(gasName));
    return (x, y, z, share) => {
      const coarse = grain.at(x / 2.2, y / 2.2 + 5, z / 2.2);
      let inside = content + mottled * coarse;
      if (mottled > 15) inside -= 420 * ramp(coarse, 1.35, 0.9);
      if (gas) inside += (part('gas') - inside) * ramp(shareAt(gas, x / voxelMm, y / voxelMm, z / voxelMm), 108, 44);
      const lining = 1 - ramp(share, SHELL_SHARE - 14, 26);
      return inside + (part(wall) + 6 * coarse - inside) * lining;
    };
  };
  const collapsed: TissuePainter = (x, y, z, share) => {
    // Small bowel: folds of wall in little content; here and there a bubble.
    const fold = grain.at(x / 2.4, y / 2.4, z / 2.4);
    const content = TISSUE_VALUES['small-bowel']![phase] + 8 * grain.at(x / 4, y / 4, z / 4);
    const wall = Math.max(1 - ramp(share, SHELL_SHARE - 16, 30), 0.75 * (1 - ramp(Math.abs(fold), 0.12, 0.4)));
    const bubble = ramp(grain.at(x / 3.4 + 21, y / 3.4, z / 3.4), 2.0, 0.3) * ramp(share, 225, 20);
    const value = content + (part('bowelWall') - content) * wall;
    return value + (part('gas') - value) * bubble;
  };
  const fat: TissuePainter = (x, y, z) => {
    const slow = grain.at(x / 5, y / 5, z / 5);
    // Thin sheets: septa and small vessels that nothing names.
    const sheet = 1 - ramp(Math.abs(grain.at(x / 6 + 3, y / 6, z / 6)), 0.015, 0.05);
    let value = TISSUE_VALUES['fat']![phase] + 4 * slow + 22 * sheet * ramp(grain.at(x / 8, y / 8 + 31, z / 8), 0.1, 0.9);
    const kidney = Math.max(scene.kidneys.left.depthMm(x, y, z), scene.kidneys.right.depthMm(x, y, z));
    if (kidney > -20) {
      // Perirenal fascia, and threads between it and the capsule.
      const wave = 3.5 * grain.at(x / 8 + 11, y / 8, z / 8);
      value += 60 * (1 - ramp(Math.abs(kidney + 12 + wave), 0.2, 0.7)) * ramp(wave, -3, 2);
      const thread = Math.abs(grain.at(x / 4.5, y / 4.5 + 3, z / 4.5));
      if (kidney > -12 - wave) value += 34 * (1 - ramp(thread, 0.02, 0.09)) * ramp(slow, 0.1, 1);
    }
    return value;
  };
  const spleen: TissuePainter = (x, y, z) => {
    const base = plainSpleen(x, y, z, 255);
    if (phase !== 'A') return base;
    // Arciform bands of the first pass.
    const warp = 6 * grain.at(x / 7, y / 7, z / 7);
    return base + 24 * Math.sin((x * 0.55 + y * 0.5 + z * 0.25 + warp * 1.6) * 0.42) * ramp(grain.at(x / 9, y / 9, z / 9), -1.2, 1.6);
  };
  const plainSpleen = plain('spleen');
  const lung: TissuePainter = (x, y, z) => {
    const thread = Math.abs(grain.at(x / 3.2, y / 3.2, z / 3.2)) + Math.abs(grain.at(x / 3.2 + 17, y / 3.2, z / 3.2));
    const vessel = 1 - ramp(thread, 0.1, 0.22);
    const gradient = 40 * ramp(y, 90, 150);
    return TISSUE_VALUES['lung']![phase] + gradient + 14 * grain.at(x / 5, y / 5, z / 5) + 640 * vessel;
  };
  const cava: TissuePainter = (x, y, z) => {
    const above = ramp(z, veinsMm - 8, 22);
    const upper = phase === 'A' ? 138 : phase === 'V' ? 150 : TISSUE_VALUES['cava']!.N;
    const streams = phase === 'A' ? 26 * grain.at(x / 2.6, y / 2.6, z / 8) * above : 0;
    const below = TISSUE_VALUES['cava']![phase];
    return below + (upper - below) * above + streams;
  };
  const plainCord = plain('spinal-canal');
  const canal: TissuePainter = (x, y, z, share) => {
    const cord = plainCord(x, y, z, share);
    return cord + (part('epiduralFat') - cord) * (1 - ramp(share, 150, 50));
  };

  const special: Readonly<Record<string, TissuePainter>> = {
    fat,
    air: () => -1000,
    'back-muscle': muscle('back-muscle', 95),
    gluteus: muscle('gluteus', 80),
    psoas: muscle('psoas', 30),
    quadratus: muscle('quadratus', 70),
    'wall-inner': muscle('wall-inner', 35),
    'wall-middle': muscle('wall-middle', 35),
    'wall-outer': muscle('wall-outer', 45),
    vertebra: bone('vertebra', 200),
    rib: bone('rib', 215),
    'pelvic-bone': bone('pelvic-bone', 205),
    stomach: gut('stomach', 'stomachWall', 'stomach-gas', 7),
    duodenum: gut('duodenum', 'bowelWall', null, 8),
    colon: gut('colon', 'bowelWall', 'colon-gas', 26),
    'small-bowel': collapsed,
    spleen,
    lung,
    cava,
    'spinal-canal': canal,
    'kidney-left': kidneyHu(scene, 'left', phase),
    'kidney-right': kidneyHu(scene, 'right', phase),
  };
  return trunk.tissues.map((name) => special[name] ?? plain(name));
}
