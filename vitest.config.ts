import { defineConfig } from 'vitest/config';
import { lawTimeout } from './tests/law-runs.js';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/build-first.ts'],
    testTimeout: lawTimeout(60_000),
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
