import type { Mass } from '../core/reading';
import type { AnatomyFacts } from './anatomy-model';
import type { MassShape } from './mass-shape';

/** The facts of a mass and its patient, under the names of anatomy.json. Age in years, sex as DICOM's PatientSex has it. */
export function anatomyFacts(input: {
  readonly mass: Mass;
  readonly shape: MassShape | null;
  readonly ageYears: number | null;
  readonly sex: 'M' | 'F' | null;
}): AnatomyFacts {
  const { mass, shape, ageYears, sex } = input;
  return {
    axialDiameterMm: mass.diametersMm[0],
    circularity: shape?.circularity ?? null,
    kidneyContactShare: shape?.kidneyContactShare ?? null,
    ageYears,
    male: sex === null ? null : sex === 'M' ? 1 : 0,
  };
}
