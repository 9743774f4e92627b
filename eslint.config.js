import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** What no import shows, by name or as a member of a global: forbidden constructions and why. */
const forbid = (names, message) => [
  { selector: `NewExpression[callee.name=/^(${names})$/]`, message },
  { selector: `NewExpression[callee.property.name=/^(${names})$/]`, message },
];
const noWebRtc = forbid('RTCPeerConnection', 'WebRTC escapes the content security policy.');
const noWorker = forbid('Worker|SharedWorker', 'Workers are started in src/worker/start.ts only.');

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'training', 'public', 'test-results', 'playwright-report', '.dependency-cruiser.cjs'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Voxel loops index typed arrays; the checks below would put a branch into every inner loop.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      'max-lines': ['error', 500],
      'no-restricted-syntax': ['error', ...noWebRtc],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['src/worker/start.ts', 'src/worker/start-decoder.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noWorker, ...noWebRtc] },
  },
);
