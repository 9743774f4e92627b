import { issue, type Issue } from '../core/issue';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { RigidMap } from '../core/ports';
import type { PresetConstants } from '../core/presets';
import type { MassCentre, Patch, PhaseRegistration } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { lesionInPatch } from './cam';
import { groundOf, type Aim } from './ground';
import { cutAuthorsPatch } from './patch-authors-code';
import { cutPaperPatch } from './patch-paper';
import type { Ground, PreparedCase, ReadingContext } from './reading-context';
import { alignPhase } from './register';
import { registrationAnchor } from './registration-anchor';
import { readSlice } from './slice';

/** Per phase the map from the reference's world; phases that are not in it are read as scanned. */
export type PhaseMaps = ReadonlyMap<ReadPhase, RigidMap>;

/** How the phases lie on the reference: the maps that are used, and what became of each alignment. */
export interface Aligned {
  readonly maps: PhaseMaps;
  readonly registration: readonly PhaseRegistration[];
}

/**
 * Aligns every other phase to the reference within the box around the centre's anchor, or takes the map found there before.
 * Issues: `registration-identity`, `registration-rejected`; refused with `cancelled`. Source: method step 10.
 */
export async function alignPhases(
  context: ReadingContext,
  prepared: PreparedCase,
  ground: Ground,
  centre: MassCentre,
  constants: PresetConstants,
): Promise<Result<Aligned>> {
  const maps = new Map<ReadPhase, RigidMap>();
  const issues: Issue[] = [];
  const outcomes: PhaseRegistration[] = [];
  const moving = READ_PHASES.flatMap((phase) => {
    const volume = context.volumes[phase];
    return volume === undefined || volume.id === ground.reference.id ? [] : [{ phase, volume }];
  });
  if (moving.length === 0) return success({ maps, registration: outcomes });
  const { registration, monitor } = context;
  if (constants.registration === 'identity' || registration === null) {
    return success({ maps, registration: outcomes }, [issue('registration-identity', 'note')]);
  }
  const automatic = groundOf(context, prepared.automatic ?? prepared, constants)?.masses ?? [];
  const anchorLpsMm = registrationAnchor(centre.pointLpsMm, automatic.map((mass) => mass.centreLpsMm));
  for (const [n, { phase, volume }] of moving.entries()) {
    const key = JSON.stringify([ground.reference.id, volume.id, anchorLpsMm]);
    let known = prepared.alignments.get(key);
    if (known === undefined) {
      const found = await alignPhase({ reference: ground.reference, moving: volume, phase, centreLpsMm: anchorLpsMm, engine: registration });
      if (!found.ok) return found;
      known = { alignment: found.value, issues: found.issues };
      prepared.alignments.set(key, known);
    }
    if (known.alignment.map !== null) maps.set(phase, known.alignment.map);
    outcomes.push({ phase, ...known.alignment });
    issues.push(...known.issues);
    monitor.progress('register', (n + 1) / moving.length);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  return success({ maps, registration: outcomes }, issues);
}

/**
 * The patch of every phase, N, A, V; a phase that does not reach the centre is left out and named in `faults`
 * (`centre-outside-phase`; doubtful ones `patch-outside-phase`). Source: method steps 11 to 13.
 */
export function cutPatches(
  context: ReadingContext,
  ground: Ground,
  aim: Aim,
  maps: PhaseMaps,
  constants: PresetConstants,
): { readonly patches: readonly Patch[]; readonly faults: readonly Issue[] } {
  const { reference, components, labelMap } = ground;
  const preset = context.preset ?? context.manifest.preset;
  const centreLpsMm = aim.centre.pointLpsMm;
  const onLabels = labelMap?.volumeId === reference.id;
  const sliceK = readSlice({ components: onLabels ? components : null, grid: reference.grid, mass: aim.mass, centre: aim.centre, rule: constants.sliceRule });
  const patches: Patch[] = [];
  const faults: Issue[] = [];
  for (const phase of READ_PHASES) {
    const volume = context.volumes[phase];
    if (volume === undefined) continue;
    const patch =
      preset === 'authors-code'
        ? cutAuthorsPatch({ volume, phase, centreLpsMm, constants })
        : cutPaperPatch({ reference: reference.grid, volume, phase, centreLpsMm, sliceK, map: maps.get(phase) ?? null, constants });
    if (patch.ok) {
      patches.push(patch.value);
      faults.push(...patch.issues);
    } else faults.push(patch.issue);
  }
  return { patches, faults };
}

/** The lesion's pixels in each patch, where the mask shows it. */
export function lesionsOf(patches: readonly Patch[], ground: Ground, aim: Aim, maps: PhaseMaps): ReadonlyMap<ReadPhase, Uint8Array> {
  const { labelMap, components } = ground;
  const { mass } = aim;
  if (labelMap === null || components === null || mass === null) return new Map();
  return new Map(
    patches.map((patch) => [
      patch.phase,
      lesionInPatch({ patch, components, grid: labelMap.grid, massId: mass.id, map: maps.get(patch.phase) ?? null }),
    ]),
  );
}
