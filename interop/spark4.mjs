// The engine's own suites on Spark 4: the contract, the golden cases and the law of equal bytes on one process, and the models
// on a cluster of a master and two workers. Needs Java, Python and a package registry; says "skipped" where there is none.
//
//   node interop/spark4.mjs

import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { installSpark4 } from '../tests/sparks/spark4.mjs';

const suites = ['tests/engine/spark4.slow.test.ts', 'tests/engine/spark-cluster.slow.test.ts'];

/** Runs them; says whether everything that could be run was right. */
export async function enginesOnSpark4() {
  const installed = await installSpark4();
  if ('reason' in installed) {
    console.log(`interop: the engine's suites on Spark 4 are skipped, ${installed.reason}`);
    return true;
  }
  const root = join(import.meta.dirname, '..');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'slow', ...suites], {
    cwd: root,
    env: { ...process.env, LAKE_SPARK4: installed.program, TZ: 'America/New_York' },
    stdio: 'inherit',
  });
  return run.status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = (await enginesOnSpark4()) ? 0 : 1;
