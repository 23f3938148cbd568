// A real server of Spark Connect: Sail, which `pip install pysail==0.7.2` puts beside a Python. LAKE_SAIL says where its
// command is; without, suites on Spark say that they are skipped.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

const command = process.env['LAKE_SAIL'] || 'sail';

/** Why there is no Sail here; undefined where there is one. */
export const noSail: string | undefined =
  spawnSync(command, ['--version'], { encoding: 'utf8' }).status === 0
    ? undefined
    : 'no Sail here: pip install pysail==0.7.2, then set LAKE_SAIL to its command';

/** A server of its own. */
export interface Sail {
  /** `sc://127.0.0.1:port`. */
  readonly address: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** Starts a server on a free port, and waits until it answers. */
export async function startSail(): Promise<Sail> {
  const port = await freePort();
  const server = spawn(command, ['spark', 'server', '--ip', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  process.once('exit', () => server.kill('SIGKILL'));
  for (let tries = 0; !(await answers(port)); tries++) {
    if (server.exitCode !== null || tries > 600) throw new Error(`${command} does not start`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    address: `sc://127.0.0.1:${port}`,
    async kill() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
