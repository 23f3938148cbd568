// Two projects: `quick` (npm test) and `slow` (npm run test:slow), told apart by the names of their files. Slow are the
// laws on generated pipelines, the suites that kill processes, the documents' sessions made again, and the commands that
// are tried by many whole processes.

import { defineConfig } from 'vitest/config';
import { lawTimeout } from './tests/law-runs.js';

const slow = 'tests/**/*.slow.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['tests/build-first.ts'],
    testTimeout: lawTimeout(60_000),
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'quick', include: ['tests/**/*.test.ts'], exclude: [slow] } },
      {
        extends: true,
        // Limits are for what hangs: a busy machine is no fault.
        test: { name: 'slow', include: [slow], testTimeout: lawTimeout(300_000), hookTimeout: 180_000 },
      },
    ],
  },
});
