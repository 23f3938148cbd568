// fake-gcs-server, which speaks as Google Cloud Storage does, for tests. It knows nobody and asks nobody who he is.

import { freePort, installFromGo, startServer } from './programs.mjs';

/** The program's path, installed where it is not there yet; a reason where it cannot be. */
export const installFakeGcs = () =>
  installFromGo('fake-gcs-server', 'github.com/fsouza/fake-gcs-server', 'v1.56.1');

/** A running server with the bucket `lake`, in memory. */
export async function startFakeGcs({ program }) {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const place = [
    '-scheme',
    'http',
    '-host',
    '127.0.0.1',
    '-port',
    String(port),
    '-public-host',
    `127.0.0.1:${port}`,
  ];
  const server = await startServer({
    program,
    arguments: ['-backend', 'memory', '-log-level', 'error', ...place],
    isUp: async () => {
      const answer = await globalThis.fetch(`${endpoint}/storage/v1/b?project=tests`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'lake' }),
      });
      return answer.ok || answer.status === 409;
    },
  });
  return { endpoint, lake: 'gs://lake', env: { STORAGE_EMULATOR_HOST: endpoint }, stop: () => server.stop() };
}
