import { issue, type Issue } from '../core/issue';
import { READ_PHASES, type ReadPhase } from '../core/phase';
import type { RigidMap } from '../core/ports';
import { KEEP_ALIGNMENT_MM, type PresetConstants } from '../core/presets';
import type { MassCentre, Patch } from '../core/reading';
import { failure, success, type Result } from '../core/result';
import { length, subtract } from '../core/vector';
import { lesionInPatch } from './cam';
import type { Aim } from './ground';
import { cutAuthorsPatch } from './patch-authors-code';
import { cutPaperPatch } from './patch-paper';
import type { Ground, PreparedCase, ReadingContext } from './reading-context';
import { alignPhase } from './register';
import { readSlice } from './slice';

/** Per phase the map from the reference's world; phases that are not in it are read as scanned. */
export type PhaseMaps = ReadonlyMap<ReadPhase, RigidMap>;

/**
 * Aligns every other phase to the reference within the box around the centre, or takes the map found before when the
 * centre has not moved far. Issues: `registration-identity`, `registration-rejected`; refused with `cancelled`.
 * Source: method step 10.
 */
export async function alignPhases(
  context: ReadingContext,
  prepared: PreparedCase,
  ground: Ground,
  centre: MassCentre,
  constants: PresetConstants,
): Promise<Result<PhaseMaps>> {
  const { registration, monitor } = context;
  const maps = new Map<ReadPhase, RigidMap>();
  const issues: Issue[] = [];
  const moving = READ_PHASES.flatMap((phase) => {
    const volume = context.volumes[phase];
    return volume === undefined || volume.id === ground.reference.id ? [] : [{ phase, volume }];
  });
  if (moving.length === 0) return success(maps);
  if (constants.registration === 'identity' || registration === null) {
    return success(maps, [issue('registration-identity', 'note')]);
  }
  for (const [n, { phase, volume }] of moving.entries()) {
    const key = `${ground.reference.id} ${volume.id}`;
    let known = prepared.alignments.get(key);
    if (known === undefined || length(subtract(known.centreLpsMm, centre.pointLpsMm)) > KEEP_ALIGNMENT_MM) {
      const found = await alignPhase({ reference: ground.reference, moving: volume, phase, centreLpsMm: centre.pointLpsMm, engine: registration });
      if (!found.ok) return found;
      known = { centreLpsMm: centre.pointLpsMm, alignment: found.value, issues: found.issues };
      prepared.alignments.set(key, known);
    }
    if (known.alignment.map !== null) maps.set(phase, known.alignment.map);
    issues.push(...known.issues);
    monitor.progress('register', (n + 1) / moving.length);
    await monitor.breathe();
    if (monitor.cancelled()) return failure(issue('cancelled', 'note'));
  }
  return success(maps, issues);
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
