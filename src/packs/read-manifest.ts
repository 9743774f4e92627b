import { issue } from '../core/issue';
import { networksOf, type PackFile, type PackManifest } from '../core/models';
import { PRESETS, type PresetConstants } from '../core/presets';
import { failure, success, type Result } from '../core/result';
import { FieldReader, type Fault } from './field-reader';
import { readClassifier, readSegmentation } from './read-models';
import { nnunetDimensions } from './read-nnunet';
import { readPath } from './read-parts';
import { isPickle } from './safe-path';

/** The version of the manifest that is understood. */
const PACK_SCHEMA = 'renalens-pack/1';

const TOP_LEVEL = [
  'schema', 'id', 'version', 'title', 'created', 'generator', 'licence', 'provenance', 'status', 'trainingData',
  'preprocessing', 'segmentation', 'classifiers', 'anatomy', 'files', 'requirements', 'modelCard', 'evaluation', 'x',
];

/** Largest file that a pack may list, bytes. */
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Text of manifest.json to a typed manifest, or the first thing to change in it. Order: JSON, schema, fields, pickles,
 * files that are named but not listed. Issues: `pack-manifest-invalid` {field, expected}, `pack-schema-unknown`
 * {schema}, `pack-network-dimensions` {stated, found}, `pack-pickle`, `pack-file-not-listed`. Fields: docs/model-pack.md; source: method.md 5.1.
 */
export function readManifest(text: string): Result<PackManifest> {
  const invalid = (fault: Fault): Result<PackManifest> =>
    failure(issue('pack-manifest-invalid', 'error', 'manifest.json', { field: fault.field, expected: fault.expected }));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return invalid({ field: 'manifest.json', expected: 'JSON' });
  }
  const faults: Fault[] = [];
  const root = new FieldReader(document, '', faults);
  if (!root.at('schema').holds(PACK_SCHEMA)) {
    const found = root.at('schema').text();
    return failure(issue('pack-schema-unknown', 'error', 'manifest.json', { schema: found, expected: PACK_SCHEMA }));
  }
  const unknown = root.names().find((name) => !TOP_LEVEL.includes(name));
  if (unknown !== undefined) return invalid({ field: unknown, expected: 'a known field, or a place under x' });
  const manifest = readFields(root);
  const [first] = faults;
  if (first !== undefined) return invalid(first);
  const odd = manifest.segmentation?.kind === 'nnunet' ? nnunetDimensions(manifest.segmentation) : null;
  if (odd !== null) return failure(issue('pack-network-dimensions', 'error', odd.where, { stated: odd.stated, found: odd.found }));
  return checkFiles(manifest);
}

function readFields(root: FieldReader): PackManifest {
  const licence = root.at('licence');
  const provenance = root.at('provenance');
  const training = root.at('trainingData');
  const preset = root.at('preprocessing').at('preset').oneOf(['paper', 'authors-code']);
  const constants = readConstants(root.at('preprocessing').at('constants'));
  const patchPx = constants.patchPx ?? PRESETS[preset].patchPx;
  const kind = provenance.at('kind').oneOf(['project', 'third-party', 'authors']);
  const status = root.at('status').oneOf(['demonstration', 'research', 'authors']);
  // Only weights of the authors may borrow the figures of their paper.
  if (status === 'authors' && kind !== 'authors') root.at('status').refuse('demonstration or research, unless provenance.kind is authors');
  return {
    schema: PACK_SCHEMA,
    id: root.at('id').textLike(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens'),
    version: root.at('version').textLike(/^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/, 'a version such as 1.0.0'),
    title: root.at('title').text(),
    status,
    licence: {
      spdx: licence.at('spdx').text(),
      nonCommercial: licence.at('nonCommercial').boolean(),
      ...(licence.at('text').absent ? {} : { text: licence.at('text').text() }),
      ...(licence.at('url').absent ? {} : { url: licence.at('url').textLike(/^https?:\/\//, 'a web address') }),
    },
    provenance: { kind, statement: provenance.at('statement').text() },
    trainingData: {
      description: training.at('description').text(),
      simulated: training.at('simulated').boolean(),
      cases: training.at('cases').integer(0, 1e9),
    },
    preset,
    constants,
    segmentation: root.at('segmentation').absent ? null : readSegmentation(root.at('segmentation')),
    classifiers: root.at('classifiers').list((item) => readClassifier(item, patchPx)),
    anatomy: root.at('anatomy').absent ? null : readPath(root.at('anatomy')),
    files: root.at('files').list(readFile, 1),
    modelCard: root.at('modelCard').absent ? null : readPath(root.at('modelCard')),
  };
}

function readFile(field: FieldReader): PackFile {
  return {
    path: readPath(field.at('path')),
    bytes: field.at('bytes').integer(0, MAX_FILE_BYTES),
    sha256: field.at('sha256').textLike(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal'),
    role: field.at('role').oneOf(['onnx', 'external-data', 'selftest', 'card', 'licence', 'anatomy']),
  };
}

/** Names in the file (`patch`, `window`) and here (`patchPx`, `windowHu`) differ where a unit was left out. */
function readConstants(field: FieldReader): Partial<PresetConstants> {
  if (field.absent) return {};
  const readers: Readonly<Record<string, (value: FieldReader) => Partial<PresetConstants>>> = {
    cropMm: (value) => ({ cropMm: value.number(20, 500) }),
    patch: (value) => ({ patchPx: value.integer(16, 1024) }),
    window: (value) => ({ windowHu: value.range(-32_768, 32_767) }),
    clipHu: (value) => ({ clipHu: value.absent ? null : value.range(-32_768, 32_767) }),
    padHu: (value) => ({ padHu: value.number(-32_768, 32_767) }),
    sliceRule: (value) => ({ sliceRule: value.oneOf(['max-area', 'centre']) }),
    centreRule: (value) => ({ centreRule: value.oneOf(['exact', 'truncated']) }),
    arrayLayout: (value) => ({ arrayLayout: value.oneOf(['LAS', 'LPS', 'RAS', 'asStored']) }),
    registration: (value) => ({ registration: value.oneOf(['rigid', 'identity']) }),
    indexSnap: (value) => ({ indexSnap: value.boolean() }),
    minMassMl: (value) => ({ minMassMl: value.number(0, 1000) }),
    camScore: (value) => ({ camScore: value.oneOf(['logit', 'probability']) }),
    connectivity: (value) => {
      if (value.integer(6, 26) !== 6) value.refuse('6');
      return {};
    },
    pixelMm: (value) => {
      value.number(0.1, 10);
      return {};
    },
  };
  const parts = field.names().map((name): Partial<PresetConstants> => {
    const read = readers[name];
    if (read !== undefined) return read(field.at(name));
    field.at(name).refuse(`one of ${Object.keys(readers).join(', ')}`);
    return {};
  });
  return parts.reduce((all, part) => ({ ...all, ...part }), {});
}

/** Every file that the manifest names, models first. */
function namedFiles(manifest: PackManifest): readonly string[] {
  return [
    ...networksOf(manifest).flatMap((model) => [
      model.file,
      ...Object.values(model.selfTest?.inputs ?? {}),
      ...Object.values(model.selfTest?.outputs ?? {}),
    ]),
    ...(manifest.anatomy === null ? [] : [manifest.anatomy]),
    ...(manifest.modelCard === null ? [] : [manifest.modelCard]),
  ];
}

function checkFiles(manifest: PackManifest): Result<PackManifest> {
  const listed = manifest.files.map((file) => file.path);
  const named = namedFiles(manifest);
  const pickle = [...listed, ...named].find(isPickle);
  if (pickle !== undefined) return failure(issue('pack-pickle', 'error', pickle));
  const missing = named.find((path) => !listed.includes(path));
  if (missing !== undefined) return failure(issue('pack-file-not-listed', 'error', missing));
  return success(manifest);
}
