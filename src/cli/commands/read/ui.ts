// `lake ui`: the lake in a browser, here or as a folder for any web server.

import { spawn } from 'node:child_process';
import { defineCommand, switchFlag, valueFlag } from '../../command.js';
import { bytes } from '../../output/figures.js';
import { portFlag, portOf, stopped } from '../../serving.js';

const DEFAULT_PORT = 8080;

/** `lake ui`: serves the page on the loopback address until it is ended by a signal, or writes it to a folder. */
export const ui = defineCommand({
  name: ['ui'],
  about: 'look at the lake in a browser, and ask it why',
  details:
    'Serves a page and the lake’s files, read-only, on 127.0.0.1: figures, charts, tables, lineage, SQL, snapshots, ' +
    'quality, and from every number the way to the lines behind it. With --export the page is written to a folder ' +
    'instead: put it on any web server and open index.html?lake=URL, where URL is the lake’s folder on a server ' +
    'that this page may read.',
  flags: {
    port: portFlag(DEFAULT_PORT),
    'no-open': switchFlag('do not open a browser'),
    export: valueFlag('DIR', 'write the page to this folder and end'),
  },
  examples: [
    ['ui', `at http://127.0.0.1:${DEFAULT_PORT}/`],
    ['ui --export site', 'a folder for any web server'],
  ],
  writes: true,
  async run({ flags }, session) {
    await session.withLake(async (lake) => {
      if (flags.export !== undefined) {
        const written = await lake.exportUi(flags.export);
        return session.report(written, () => [
          `Wrote the page to ${written.path} (${written.files} files, ${bytes(written.bytes)}).`,
          'Put it on a web server and open index.html?lake=URL of a lake.',
        ]);
      }
      const serving = await lake.serveUi({ port: portOf(flags.port, DEFAULT_PORT) });
      await session.report({ url: serving.url }, () => [`Showing ${lake.location} at ${serving.url}`]);
      if (flags['no-open'] !== true && process.stdout.isTTY) openBrowser(serving.url);
      await stopped(session.operation.signal);
      await serving.close();
    });
  },
});

const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start'],
};

/** As the desktop opens addresses; where there is none the address was printed. */
function openBrowser(url: string): void {
  const [program, ...words] = openers[process.platform] ?? ['xdg-open'];
  const opened = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  opened.on('error', () => undefined);
  opened.unref();
}
