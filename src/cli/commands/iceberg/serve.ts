// `lake serve`: an Iceberg REST catalog of the lake on this machine, until it is stopped.

import { defineCommand, valueFlag } from '../../command.js';
import { given } from '../../flags.js';
import { portFlag, portOf, stopped } from '../../serving.js';

const DEFAULT_PORT = 8181;

/** `lake serve`: answers readers on the loopback address until it is ended by a signal. */
export const serve = defineCommand({
  name: ['serve'],
  about: 'a read-only Iceberg REST catalog on 127.0.0.1',
  details:
    'Readers connect to the URL that is printed: a namespace per layer, tables like silver.events, every ' +
    'retained snapshot. The newest snapshot is published when it is first requested. Ctrl-C ends it.',
  flags: {
    port: portFlag(DEFAULT_PORT),
    token: valueFlag('TOKEN', 'only answer requests that carry this bearer token'),
  },
  examples: [
    ['serve', `at http://127.0.0.1:${DEFAULT_PORT}`],
    ['serve --port 0 --token "$TOKEN"', 'on a free port, for those who know the token'],
  ],
  writes: true,
  async run({ flags }, session) {
    const port = portOf(flags.port, DEFAULT_PORT);
    await session.withLake(async (lake) => {
      const serving = await lake.serve({ port, ...given({ token: flags.token }) });
      await session.report({ url: serving.url }, () => [`Serving ${lake.location} at ${serving.url}`]);
      await stopped(session.operation.signal);
      await serving.close();
    });
  },
});
