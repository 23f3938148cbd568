// versitygw, an S3 server in front of a folder, for tests and measurements.

import { AwsClient } from 'aws4fetch';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, installFromGo, startServer } from './programs.mjs';

export const keys = { accessKeyId: 'lake-tests', secretAccessKey: 'lake-tests-secret' };
export const region = 'us-east-1';

/** The program's path, installed where it is not there yet; a reason where it cannot be. */
export const installVersitygw = () =>
  installFromGo('versitygw', 'github.com/versity/versitygw/cmd/versitygw', 'v1.8.0');

/** A running server with the bucket `lake`; `stop` ends it and removes what it held. */
export async function startVersitygw({ program, folder, port, readOnly = false }) {
  const root = folder ?? (await mkdtemp(join(tmpdir(), 'lake-versitygw-')));
  const at = port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${at}`;
  const client = new AwsClient({ ...keys, service: 's3', region, retries: 0 });
  const address = ['--port', `127.0.0.1:${at}`, '--region', region];
  const server = await startServer({
    program,
    arguments: [...address, ...(readOnly ? ['--readonly'] : []), 'posix', root],
    env: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    isUp: async () => {
      const answer = await client.fetch(`${endpoint}/lake`, { method: readOnly ? 'HEAD' : 'PUT' });
      return answer.ok || answer.status === 409;
    },
  });
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
      await server.stop();
      if (!keep) await rm(root, { recursive: true, force: true });
    },
  };
}
