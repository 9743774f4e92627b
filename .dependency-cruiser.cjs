/**
 * The house's borders: which room may import which, and which package lives in which room.
 * Type imports count too (tsPreCompilationDeps).
 */
const PURE = ['core', 'words', 'dicom', 'nifti', 'containers', 'packs', 'pipeline', 'measure', 'phantom', 'report', 'editing', 'study'];

const ROOMS = {
  core: [],
  words: ['core'],
  dicom: ['core'],
  nifti: ['core'],
  containers: ['core'],
  packs: ['core'],
  measure: ['core'],
  study: ['core', 'containers', 'dicom', 'nifti'],
  pipeline: ['core', 'measure'],
  phantom: ['core', 'dicom', 'nifti'],
  report: ['core', 'words', 'nifti'],
  inference: ['core', 'packs'],
  registration: ['core'],
  worker: [...PURE, 'inference', 'registration'],
  editing: ['core'],
  viewer: ['core'],
  app: ['core', 'words', 'viewer', 'editing', 'worker', 'report', 'nifti'],
  cli: [...PURE, 'inference', 'registration'],
};

/** Package name pattern to the rooms that may import it. */
const PACKAGES = [
  ['^@cornerstonejs/(core|tools)', ['viewer']],
  ['^@cornerstonejs/(codec-|jpeg-lossless)', ['dicom']],
  ['^dicom-parser', ['dicom']],
  ['^onnxruntime', ['inference']],
  ['^(@itk-wasm|itk-wasm)', ['registration']],
  ['^(react|react-dom|zustand)', ['app']],
  ['^comlink', ['worker']],
  ['^tsx', ['cli']],
  ['^(fflate|@zip\\.js)', ['containers', 'dicom', 'nifti', 'phantom', 'report']],
];

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `room-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/[^/]+/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

const packageRules = PACKAGES.map(([pattern, rooms]) => ({
  name: `package-${rooms.join('-')}-${pattern.replace(/[^a-z]/g, '')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/|\\.test\\.tsx?$` },
  to: { path: `node_modules/${pattern.replace('^', '')}` },
}));

/** What has no row above has no room yet: a new package is given one before it is used. */
const homelessRule = {
  name: 'package-without-a-room',
  severity: 'error',
  from: { path: '^src/', pathNot: '\\.test\\.tsx?$|/fixtures/' },
  to: { path: 'node_modules/', pathNot: `node_modules/(${PACKAGES.map(([pattern]) => pattern.replace('^', '')).join('|')})` },
};

module.exports = {
  forbidden: [
    { name: 'no-ring', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?(url|worker|raw)|^virtual:' } },
    {
      name: 'app-sees-only-the-protocol',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { path: '^src/worker/', pathNot: '^src/worker/(protocol|start)\\.ts$' },
    },
    {
      name: 'pure-rooms-know-no-node',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/`, pathNot: '\\.test\\.tsx?$|/fixtures/' },
      to: { dependencyTypes: ['core'] },
    },
    ...roomRules.map((rule) => ({ ...rule, from: { ...rule.from, pathNot: '\\.test\\.tsx?$|/fixtures/' } })),
    ...packageRules,
    homelessRule,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
