import { componentAt } from '../core/component-map';
import { lpsToIndex, voxelMl, voxelOffset } from '../core/grid';
import { issue, type Issue } from '../core/issue';
import { LABEL, type LabelMap } from '../core/label-map';
import { READ_PHASES, REFERENCE_ORDER } from '../core/phase';
import { SAME_MASS_MM, type PresetConstants } from '../core/presets';
import type { AnatomyScore, Mass, MassCentre } from '../core/reading';
import { length, subtract, type Vec3 } from '../core/vector';
import type { Volume } from '../core/volume';
import { anatomyFacts } from '../measure/anatomy-facts';
import { evaluateAnatomy } from '../measure/anatomy-model';
import { measureMassShape } from '../measure/mass-shape';
import { axialFrame } from './axial-frame';
import { doubtsOfCentre } from './centre-doubts';
import { automaticCentre, centreByHand } from './centre';
import { findingsOf } from './findings';
import { findMasses, indexMass } from './masses';
import type { CentreChoice, Ground, PreparedCase, ReadingContext } from './reading-context';

/** The centre that is read, and the mass in the mask that it belongs to. */
export interface Aim {
  readonly mass: Mass | null;
  readonly centre: MassCentre;
}

/**
 * Masses of the label map as they stand under the present phases and constants; kept in `prepared` until one of those
 * changes. Null without any phase.
 */
export function groundOf(context: ReadingContext, prepared: PreparedCase, constants: PresetConstants): Ground | null {
  const { volumes } = context;
  const ids = READ_PHASES.map((phase) => volumes[phase]?.id ?? '');
  const key = JSON.stringify([ids, constants]);
  if (prepared.ground?.key === key) return prepared.ground.value;
  const first = REFERENCE_ORDER.find((phase) => volumes[phase] !== undefined);
  const fallback = first === undefined ? undefined : volumes[first];
  if (fallback === undefined) return null;
  const value = computeGround(volumes, fallback, prepared.labelMap, constants);
  prepared.ground = { key, value };
  return value;
}

function computeGround(volumes: ReadingContext['volumes'], fallback: Volume, labelMap: LabelMap | null, constants: PresetConstants): Ground {
  if (labelMap === null) return { reference: fallback, segmentedPhase: null, labelMap, masses: [], components: null, kidneyMl: 0, shapes: new Map() };
  const segmentedPhase = READ_PHASES.find((phase) => volumes[phase]?.id === labelMap.volumeId) ?? null;
  const reference = (segmentedPhase === null ? undefined : volumes[segmentedPhase]) ?? fallback;
  const { labels, grid } = labelMap;
  let kidneyVoxels = 0;
  for (const label of labels) if (label === LABEL.kidney) kidneyVoxels += 1;
  return { reference, segmentedPhase, labelMap, kidneyMl: kidneyVoxels * voxelMl(grid), shapes: new Map(), ...findMasses({ labelMap, volumes, constants }) };
}

/** The centre to read, or null when there is none: no tumour and no point. Source: method steps 5 to 8. */
export function aimAt(ground: Ground, choice: CentreChoice, constants: PresetConstants): Aim | null {
  const { labelMap, components } = ground;
  if (choice !== 'automatic' && 'pointLpsMm' in choice) {
    const centre = centreByHand({ grid: (labelMap ?? ground.reference).grid, pointLpsMm: choice.pointLpsMm, constants });
    const mass = massAt(ground, centre.pointLpsMm);
    return { mass, centre: { ...centre, massId: mass?.id ?? null } };
  }
  if (labelMap === null || components === null) return null;
  const mass = chosenMass(ground, choice, constants);
  if (mass === null) return null;
  return { mass, centre: automaticCentre({ components, grid: labelMap.grid, mass, constants }) };
}

/** The mass that a choice means; after an edit the one at the old place, else the nearest, else the largest. */
function chosenMass(ground: Ground, choice: Exclude<CentreChoice, { pointLpsMm: Vec3 }>, constants: PresetConstants): Mass | null {
  const { masses } = ground;
  if (choice === 'automatic') return indexMass(masses, constants);
  if ('massId' in choice) return masses.find((candidate) => candidate.id === choice.massId) ?? null;
  const away = (mass: Mass): number => length(subtract(mass.centreLpsMm, choice.nearLpsMm));
  const nearest = [...masses].sort((a, b) => away(a) - away(b)).find((mass) => away(mass) <= SAME_MASS_MM);
  return massAt(ground, choice.nearLpsMm) ?? nearest ?? indexMass(masses, constants);
}

/** The mass whose mask holds a point, or null. */
function massAt(ground: Ground, pointLpsMm: Vec3): Mass | null {
  const { labelMap, components, masses } = ground;
  if (labelMap === null || components === null) return null;
  const index = lpsToIndex(labelMap.grid, pointLpsMm).map((x) => Math.floor(x + 0.5)) as [number, number, number];
  if (index.some((n, axis) => n < 0 || n >= labelMap.grid.sizeIjk[axis as 0 | 1 | 2])) return null;
  const id = componentAt(components, voxelOffset(labelMap.grid, ...index));
  return masses.find((mass) => mass.id === id) ?? null;
}

/** Everything to be said before a network has spoken: phases, outlines, origin of the centre. */
export function openingIssues(context: ReadingContext, ground: Ground, aim: Aim | null): readonly Issue[] {
  const { labelMap, masses, segmentedPhase, kidneyMl } = ground;
  const byHand = aim?.centre.source === 'by-hand';
  return [
    ...(byHand ? doubtsOfCentre({ centreLpsMm: aim.centre.pointLpsMm, volume: ground.reference, labelMap }) : []),
    ...(context.volumes.A === undefined ? [issue('no-arterial-phase', 'warning')] : []),
    ...(labelMap === null ? [] : findingsOf({ volumeId: labelMap.volumeId, kidneyMl, masses, read: aim?.mass ?? null, hasCentre: aim !== null, segmentedPhase })),
    ...(byHand ? [issue('centre-by-hand', 'note')] : []),
  ];
}

/** What size and shape alone say of the mass that is read; nothing without a mask or a model. */
export function anatomyOf(context: ReadingContext, ground: Ground, mass: Mass | null): readonly AnatomyScore[] {
  const { anatomyModel, patient } = context;
  const { labelMap, components } = ground;
  if (anatomyModel === null || mass === null || labelMap === null || components === null) return [];
  const { grid, labels } = labelMap;
  const shape = ground.shapes.get(mass.id) ?? measureMassShape({ grid, labels, components, id: mass.id, normalAxis: axialFrame(grid).axes[2] });
  ground.shapes.set(mass.id, shape);
  const sex = patient.sex === 'M' || patient.sex === 'F' ? patient.sex : null;
  return evaluateAnatomy(anatomyModel, anatomyFacts({ mass, shape, ageYears: patient.ageYears, sex }));
}
