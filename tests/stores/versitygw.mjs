// versitygw, an S3 server in front of a folder, for tests and measurements: installed once by Go into a cache, started on a
// free port, with a bucket made. Where there is no Go it cannot be had, and whoever asks says so and skips.

import { AwsClient } from 'aws4fetch';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const version = 'v1.8.0';
const module = `github.com/versity/versitygw/cmd/versitygw@${version}`;

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lake-test-stores');

export const keys = { accessKeyId: 'lake-tests', secretAccessKey: 'lake-tests-secret' };
export const region = 'us-east-1';

/** The program's path, installed where it is not there yet; a reason where it cannot be. */
export async function installVersitygw() {
  const program = join(cache, `versitygw-${version}`);
  if (existsSync(program)) return { program };
  const folder = join(cache, `installing-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await promisify(execFile)('go', ['install', module], { env: { ...process.env, GOBIN: folder } });
    await rename(join(folder, 'versitygw'), program);
    return { program };
  } catch (error) {
    const why =
      error.code === 'ENOENT'
        ? 'Go is not installed'
        : String(error.stderr || error.message)
            .trim()
            .split('\n')
            .at(-1);
    return { reason: `versitygw cannot be had here: ${why}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A running server with the bucket `lake`; `stop` ends it and removes what it held. */
export async function startVersitygw({ program, folder, port, readOnly = false }) {
  const root = folder ?? (await mkdtemp(join(tmpdir(), 'lake-versitygw-')));
  const at = port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${at}`;
  const arguments_ = [
    '--port',
    `127.0.0.1:${at}`,
    '--region',
    region,
    ...(readOnly ? ['--readonly'] : []),
    'posix',
    root,
  ];
  const server = spawn(program, arguments_, {
    env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2000)));
  const client = new AwsClient({ ...keys, service: 's3', region, retries: 0 });
  for (let tries = 0; ; tries++) {
    const answer = await client
      .fetch(`${endpoint}/lake`, { method: readOnly ? 'HEAD' : 'PUT' })
      .catch(() => undefined);
    if (answer !== undefined && (answer.ok || answer.status === 409)) break;
    if (tries === 200 || server.exitCode !== null) {
      server.kill('SIGKILL');
      throw new Error(`versitygw did not start: ${answer?.status ?? ''} ${said}`);
    }
    await setTimeout(50);
  }
  return {
    endpoint,
    folder: root,
    client,
    env: {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: region,
    },
    async stop({ keep = false } = {}) {
      if (server.exitCode === null) {
        server.kill('SIGTERM');
        await once(server, 'exit');
      }
      if (!keep) await rm(root, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
