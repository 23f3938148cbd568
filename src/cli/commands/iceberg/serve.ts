// `lake serve`: an Iceberg REST catalog of the lake on this machine, until it is stopped.

import { LakeError } from '../../../common/errors.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given } from '../../flags.js';

const DEFAULT_PORT = 8181;

/** `lake serve`: answers readers on the loopback address until it is ended by a signal. */
export const serve = defineCommand({
  name: ['serve'],
  about: 'a read-only Iceberg REST catalog on 127.0.0.1',
  details:
    'Readers connect to the URL that is printed: a namespace per layer, tables like silver.events, every ' +
    'retained snapshot. The newest snapshot is published when it is first requested. Ctrl-C ends it.',
  flags: {
    port: valueFlag('N', `the port to listen on (default: ${DEFAULT_PORT}; 0: any that is free)`),
    token: valueFlag('TOKEN', 'only answer requests that carry this bearer token'),
  },
  examples: [
    ['serve', `at http://127.0.0.1:${DEFAULT_PORT}`],
    ['serve --port 0 --token "$TOKEN"', 'on a free port, for those who know the token'],
  ],
  writes: true,
  async run({ flags }, session) {
    const port = portOf(flags.port);
    await session.withLake(async (lake) => {
      const serving = await lake.serve({ port, ...given({ token: flags.token }) });
      await session.report({ url: serving.url }, () => [`Serving ${lake.location} at ${serving.url}`]);
      await stopped(session.operation.signal);
      await serving.close();
    });
  },
});

function portOf(text: string | undefined): number {
  const port = Number(text ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port;
  throw new LakeError('invalid-input', `--port: "${text}" is not a port; expected a number from 0 to 65535.`);
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
