import { issue } from '../core/issue';
import { failure, type Result } from '../core/result';
import { readAnatomyModel, type AnatomyModel } from './anatomy-model';

/** A pack's size-and-shape model from its file. `where` names the file. Issue: `pack-manifest-invalid` {field, expected}. */
export function readAnatomyFile(bytes: Uint8Array, where: string): Result<AnatomyModel> {
  try {
    return readAnatomyModel(JSON.parse(new TextDecoder().decode(bytes)), where);
  } catch {
    return failure(issue('pack-manifest-invalid', 'error', where, { field: where, expected: 'JSON' }));
  }
}
