import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The clock and chance are parameters (`Runtime`), so that a whole run replays from a seed. */
const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Use Runtime.now(): a run replays from a seed.' },
  { object: 'Math', property: 'random', message: 'Use Runtime.random(): a run replays from a seed.' },
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'coverage/**',
      'lake/**',
      'bench/.work/**',
      'reliability/.build/**',
      'bench/node_modules/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/common/runtime.ts', 'src/common/system-runtime.ts'],
    rules: { 'no-restricted-properties': ['error', ...clockAndChance] },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
);
