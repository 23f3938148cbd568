// A real server of Spark Connect: Sail, which `pip install pysail==0.7.2` puts beside a Python. LAKE_SAIL says where its
// command is; without, suites on Spark say that they are skipped.

import { spawnSync } from 'node:child_process';
import { answersAt, freePort, startServer } from '../stores/programs.mjs';

const program = process.env.LAKE_SAIL || 'sail';

/** Why there is no Sail here; undefined where there is one. */
export const noSail =
  spawnSync(program, ['--version']).status === 0
    ? undefined
    : 'no Sail here: pip install pysail==0.7.2, then set LAKE_SAIL to its command';

/** Starts a server on a free port, and waits until it answers. */
export async function startSail() {
  const port = await freePort();
  const server = await startServer({
    program,
    arguments: ['spark', 'server', '--ip', '127.0.0.1', '--port', String(port)],
    isUp: () => answersAt(port),
    seconds: 60,
  });
  return { address: `sc://127.0.0.1:${port}`, ...server };
}
