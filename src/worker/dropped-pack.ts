import { expandSources } from '../containers/expand-sources';
import { issue } from '../core/issue';
import type { ByteSource, Monitor } from '../core/ports';
import { failure, success } from '../core/result';
import type { PackSource } from '../packs/open-pack';

/** A pack among dropped files: a folder's files, or a zip of them. Paths count from where manifest.json lies. */
export async function droppedPack(sources: readonly ByteSource[], monitor: Monitor): Promise<PackSource> {
  const expanded = await expandSources(sources, monitor);
  const files = expanded.ok ? expanded.value : sources;
  const manifests = files.map((file) => file.name).filter((name) => name === 'manifest.json' || name.endsWith('/manifest.json'));
  const [nearest] = manifests.sort((a, b) => a.length - b.length);
  const root = nearest === undefined ? '' : nearest.slice(0, -'manifest.json'.length);
  const own = new Map(files.filter((file) => file.name.startsWith(root)).map((file) => [file.name.slice(root.length), file]));
  return {
    list: [...own.keys()],
    async read(path) {
      const file = own.get(path);
      if (file === undefined) return failure(issue('pack-file-missing', 'error', path));
      try {
        const bytes = await file.read(0, file.sizeBytes);
        return success(new Uint8Array(bytes));
      } catch {
        return failure(issue('pack-file-missing', 'error', path));
      }
    },
  };
}

/** A file that the user dropped, read by range. */
export function blobSource(file: File): ByteSource {
  return {
    name: file.webkitRelativePath || file.name,
    sizeBytes: file.size,
    // A part is an object of its own that the browser must be told of: for whole files that would be half of the time.
    read: async (from, to) => new Uint8Array(await (from === 0 && to >= file.size ? file : file.slice(from, to)).arrayBuffer()),
  };
}

/** True for a single zip that holds a manifest.json and no image: a pack that came packed. */
export async function isZippedPack(sources: readonly ByteSource[], monitor: Monitor): Promise<boolean> {
  const [only] = sources;
  if (sources.length !== 1 || only === undefined || !/\.zip$/i.test(only.name)) return false;
  const expanded = await expandSources(sources, { ...monitor, issue: () => undefined });
  const names = expanded.ok ? expanded.value.map((file) => file.name) : [];
  return names.some((name) => name.endsWith('/manifest.json')) && !names.some((name) => /\.(dcm|ima|nii|nii\.gz)$/i.test(name));
}
