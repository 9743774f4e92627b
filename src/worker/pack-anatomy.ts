import { issue } from '../core/issue';
import { failure, success, type Result } from '../core/result';
import { readAnatomyModel, type AnatomyModel } from '../measure/anatomy-model';
import type { Pack } from '../packs/open-pack';

/** The size-and-shape model of a pack, null where it has none. Issues: those of the file, `pack-manifest-invalid`. */
export async function readPackAnatomy(pack: Pack): Promise<Result<AnatomyModel | null>> {
  const path = pack.manifest.anatomy;
  if (path === null) return success(null);
  const bytes = await pack.bytes(path);
  if (!bytes.ok) return bytes;
  try {
    return readAnatomyModel(JSON.parse(new TextDecoder().decode(bytes.value)), path);
  } catch {
    return failure(issue('pack-manifest-invalid', 'error', path, { field: path, expected: 'JSON' }));
  }
}
